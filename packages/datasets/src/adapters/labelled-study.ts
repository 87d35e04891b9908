import type { Study } from '../study.js';
import { targetOf } from '../taxonomy/table.js';
import type { Box, Volume } from '../volume.js';
import { instanceBoxes } from './instances.js';

/** Options that every adapter of a segmentation set takes. */
export interface MaskSetOptions {
  /**
   * Only these targets are read, which bounds the memory: a mask has a byte a voxel. The others are unknown then, as if the set did
   * not label them.
   */
  targets?: readonly string[];
}

export interface LabelledParts {
  id: string;
  volume: Volume;
  /** Voxels of the targets that are there, by name. */
  masks: Readonly<Record<string, Uint8Array>>;
  /** Boxes where the owners tell instances apart; else each connected part of an abnormality is one. */
  boxes?: Readonly<Record<string, readonly Box[]>>;
  /** Targets that the owners labelled in the whole image, so that they are absent where no voxel is theirs. */
  labelled: readonly string[];
}

/** A study from the masks of a segmentation set. Abnormalities have their mask and a box for each instance. */
export function labelledStudy({ id, volume, masks, boxes = {}, labelled }: LabelledParts): Study {
  const found = Object.keys(masks).filter((target) => targetOf(target).kind === 'boxes' && !(target in boxes));
  const leftRightAxis = volume.affine && axisAcross(volume.affine);
  return {
    id,
    volume,
    ...(leftRightAxis === undefined ? {} : { leftRightAxis }),
    masks,
    boxes: {
      ...boxes,
      ...Object.fromEntries(found.map((target) => [target, instanceBoxes(masks[target]!, volume.shape)])),
    },
    present: [],
    absent: labelled.filter((target) => !(target in masks) && !(target in boxes)),
  };
}

/** The axis of the array that runs most nearly from one side of the patient to the other: the largest step along x. */
function axisAcross(affine: readonly number[]): 0 | 1 | 2 {
  const step = (axis: 0 | 1 | 2): number => {
    const [x = 0, y = 0, z = 0] = [affine[axis], affine[4 + axis], affine[8 + axis]];
    return Math.abs(x) / Math.hypot(x, y, z);
  };
  return ([0, 1, 2] as const).reduce((best, axis) => (step(axis) > step(best) ? axis : best), 0 as 0 | 1 | 2);
}
