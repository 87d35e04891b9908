import { isPhrase, type Segment } from '../report/segment.js';
import type { Side, TargetKind } from '../taxonomy/target.js';
import type { Box, Volume } from '../volume.js';

export type Task = 'targetPresence' | 'visualQuestions' | 'report' | 'groundedReport';

export interface Turn {
  question: string;
  answer: Segment[];
}

/** What is known of a target in an image, in voxels of the volume. */
export interface Truth {
  kind: TargetKind;
  present: boolean;
  /** Every voxel of the target. Left out when it is absent, and when it is present and its voxels are not known. */
  mask?: Uint8Array;
  /** One per instance. Empty when the target is absent, and when it is present and its boxes are not known. */
  boxes: Box[];
}

/** What one phrase of an answer points at. */
export interface Region extends Truth {
  target: string;
  side?: Side;
  /** Turn, and segment of its answer, that the phrase is. */
  turn: number;
  segment: number;
}

/** One conversation about one image: what a model is trained on. */
export interface Sample {
  task: Task | 'caption';
  caseId: string;
  /** Where it is known. */
  plane?: string;
  volume: Volume;
  turns: Turn[];
  /** Whether phrases are grounded: the sequence then carries `<grd>`, else `<ngrd>`. */
  grounded: boolean;
  /** One per phrase of the answers, in order, when `grounded`; else empty. */
  regions: Region[];
}

/** The regions of the phrases of all answers, in order. */
export const regionsOf = (turns: readonly Turn[], truth: (target: string, side?: Side) => Truth): Region[] =>
  turns.flatMap(({ answer }, turn) =>
    answer.flatMap((part, segment) => {
      if (!isPhrase(part)) return [];
      const { target, side } = part;
      return [{ target, ...(side ? { side } : {}), ...truth(target, side), turn, segment }];
    }),
  );
