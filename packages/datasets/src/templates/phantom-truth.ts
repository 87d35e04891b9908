import type { Case, Finding } from '../phantom/generate.js';
import { type AnatomyName, isFinding, phantomTargetOf } from '../taxonomy/phantom.js';
import type { Side } from '../taxonomy/target.js';
import { boxOfMask, expandMask, type Volume, voxelCount } from '../volume.js';
import { regionsOf, type Sample, type Task, type Truth, type Turn } from './sample.js';

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

export const phantomSample = (task: Task, subject: Case, turns: Turn[], grounded: boolean): Sample => ({
  task,
  caseId: subject.id,
  plane: subject.plane,
  volume: subject.volume,
  turns,
  grounded,
  regions: grounded ? regionsOf(turns, (target, side) => truthOf(subject, target, side)) : [],
});
