import type { Case } from '../phantom/generate.js';
import { isPhrase, type Segment } from '../report/segment.js';
import { type AnatomyName, isFinding, type Side, targetOf, type TargetKind, type TargetName } from '../taxonomy.js';
import type { Box, Volume } from '../volume.js';

export type Task = 'targetPresence' | 'visualQuestions' | 'report' | 'groundedReport';

export interface Turn {
  question: string;
  answer: Segment[];
}

/** What one phrase of an answer points at, in voxels of the volume. */
export interface Region {
  target: TargetName;
  kind: TargetKind;
  present: boolean;
  side?: Side;
  /** Of `kind: 'mask'`; left out when the target is absent: an empty mask. */
  mask?: Uint8Array;
  /** Of `kind: 'boxes'`; empty when the target is absent. */
  boxes?: Box[];
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

/** The truth of a target in an image. */
export function truthOf(
  subject: Case,
  target: TargetName,
  side?: Side,
): Pick<Region, 'kind' | 'present' | 'mask' | 'boxes'> {
  if (isFinding(target)) {
    const boxes = subject.findings
      .filter((found) => found.name === target && (side === undefined || found.side === side))
      .map(({ box }) => box);
    return { kind: 'boxes', present: boxes.length > 0, boxes };
  }
  if (!targetOf(target).inView) return { kind: 'mask', present: false };
  const mask = subject.masks[target as AnatomyName];
  return mask.includes(1) ? { kind: 'mask', present: true, mask } : { kind: 'mask', present: false };
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
