import type { Affine, ImageWarning, Shape3, SpacingSource } from './volume.js';

/** Which structure each voxel belongs to. */
export interface LabelMap {
  /** Labels in the order depth, height, width, 0 where there is none; exact, whatever the file stored. */
  labels: Uint8Array | Uint16Array | Int32Array;
  shape: Shape3;
  spacingMm: Shape3;
  spacingSource: SpacingSource;
  /** As in `Volume`. */
  affine?: Affine;
  /** Names of labels, where the file has them. */
  names?: ReadonlyMap<number, string>;
  warnings: readonly ImageWarning[];
}
