import type { Segment } from './report/segment.js';
import type { Side } from './taxonomy/target.js';
import type { Box, Volume } from './volume.js';

/**
 * One image and all that a data set knows of it. What is neither shown nor in `absent` is unknown, and is never asked for as
 * if it were absent.
 */
export interface Study {
  id: string;
  volume: Volume;
  /** `axial`, `frontal`, … where the data set says so. */
  plane?: string;
  /** Axis of the array from the patient's one side to the other; left out where it is not known. */
  leftRightAxis?: 0 | 1 | 2;
  /** Voxels of targets that the image shows, 0 or 1, by the name of the target. */
  masks: Readonly<Record<string, Uint8Array>>;
  /** Boxes of instances that the image shows, by the name of the target. */
  boxes: Readonly<Record<string, readonly Box[]>>;
  /** The side of each of `boxes`, in their order, where it is known: a phrase that names a side is then grounded. */
  boxSides?: Readonly<Record<string, readonly (Side | undefined)[]>>;
  /** Targets that are known to be in the image, though not where. */
  present: readonly string[];
  /** Targets that are known not to be there. */
  absent: readonly string[];
  findings?: string;
  impression?: string;
  /** The report with its phrases, headings included, where a data set has them. Phrases that nothing is known of stay text. */
  report?: readonly Segment[];
  caption?: string;
  /** `kind`: `closed` or `open`, where the data set says so. */
  questions?: readonly { question: string; answer: string; kind?: string }[];
}
