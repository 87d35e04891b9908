import type { Case, Finding } from '../phantom/generate.js';
import { isPhrase, type Segment } from '../report/segment.js';
import { type AnatomyName, isFinding, phantomTargetOf } from '../taxonomy/phantom.js';
import type { Side, TargetKind } from '../taxonomy/target.js';
import { type Box, boxOfMask, expandMask, type Volume, voxelCount } from '../volume.js';

export type Task = 'targetPresence' | 'visualQuestions' | 'report' | 'groundedReport';

export interface Turn {
  question: string;
  answer: Segment[];
}

/** What one phrase of an answer points at, in voxels of the volume. */
export interface Region {
  target: string;
  kind: TargetKind;
  present: boolean;
  side?: Side;
  /** Every voxel of the target; left out when it is absent: an empty mask. */
  mask?: Uint8Array;
  /** One per instance; empty when the target is absent. */
  boxes: Box[];
  /** Turn, and segment of its answer, that the phrase is. */
  turn: number;
  segment: number;
}

/** One conversation about one image: what a model is trained on. */
export interface Sample {
  task: Task;
  caseId: string;
  plane: Case['plane'];
  volume: Volume;
  turns: Turn[];
  /** Whether phrases are grounded: the sequence then carries `<grd>`, else `<ngrd>`. */
  grounded: boolean;
  /** One per phrase of the answers, in order, when `grounded`; else empty. */
  regions: Region[];
}

/** Whether an image shows a target, on this side if one is named. */
export function isShown(subject: Case, target: string, side?: Side): boolean {
  if (isFinding(target))
    return subject.findings.some((finding) => finding.name === target && (side === undefined || finding.side === side));
  return phantomTargetOf(target).inView && subject.masks[target as AnatomyName].includes(1);
}

/** The union of the masks of some findings, on the grid of their image. */
function unionOf(findings: readonly Finding[], { shape }: Volume): Uint8Array {
  const union = new Uint8Array(voxelCount(shape));
  for (const { mask, box } of findings) {
    const whole = expandMask(mask, shape, box);
    for (let i = 0; i < union.length; i++) union[i]! |= whole[i]!;
  }
  return union;
}

type Truth = Pick<Region, 'kind' | 'present' | 'mask' | 'boxes'>;

function findTruth(subject: Case, target: string, side?: Side): Truth {
  const { kind, inView } = phantomTargetOf(target);
  if (isFinding(target)) {
    const found = subject.findings.filter(
      (finding) => finding.name === target && (side === undefined || finding.side === side),
    );
    if (found.length === 0) return { kind, present: false, boxes: [] };
    return { kind, present: true, mask: unionOf(found, subject.volume), boxes: found.map(({ box }) => box) };
  }
  const mask = inView ? subject.masks[target as AnatomyName] : undefined;
  const box = mask && boxOfMask(mask, subject.volume.shape);
  return mask && box ? { kind, present: true, mask, boxes: [box] } : { kind, present: false, boxes: [] };
}

/** Truths found before: a case is asked about the same targets in every epoch. */
const known = new WeakMap<Case, Map<string, Truth>>();

/**
 * The truth of a target in an image: mask and boxes alike, since a phantom knows both. `kind` says which is shown.
 *
 * Differs: data sets of the paper have masks or boxes; with both, each phrase teaches both branches of the localiser.
 */
export function truthOf(subject: Case, target: string, side?: Side): Truth {
  const truths = known.get(subject) ?? new Map<string, Truth>();
  known.set(subject, truths);
  const key = `${side ?? ''} ${target}`;
  const truth = truths.get(key) ?? findTruth(subject, target, side);
  truths.set(key, truth);
  return truth;
}

export function makeSample(task: Task, subject: Case, turns: Turn[], grounded: boolean): Sample {
  const regions: Region[] = [];
  if (grounded) {
    turns.forEach(({ answer }, turn) =>
      answer.forEach((part, segment) => {
        if (!isPhrase(part)) return;
        const { target, side } = part;
        regions.push({
          target,
          ...(side ? { side } : {}),
          ...truthOf(subject, target, side),
          turn,
          segment,
        });
      }),
    );
  }
  return {
    task,
    caseId: subject.id,
    plane: subject.plane,
    volume: subject.volume,
    turns,
    grounded,
    regions,
  };
}
