import { check } from '@vividmed/core';
import type { Size3 } from '@vividmed/patch-embed';

/** An image as a file gave it: what preprocessing needs of the volumes of `@vividmed/imaging` and `@vividmed/datasets`. */
export interface VolumeLike {
  /** Voxels in the order depth, height, width. CT in Hounsfield units, everything else in units of its own. */
  readonly data: ArrayLike<number>;
  /** Depth, height and width in voxels; 2D images have depth 1. */
  readonly shape: Readonly<Size3>;
  /** DICOM modality: `CT`, `CR`, `DX`, `MR`. */
  readonly modality: string;
}

/** Corners (d0, h0, w0, d1, h1, w1) in voxels of a volume; voxel i covers i to i + 1. */
export type VoxelBox = readonly [number, number, number, number, number, number];

/** Number of voxels. */
export const voxelsOf = ([depth, height, width]: Readonly<Size3>): number => depth * height * width;

/** @throws {VividMedError} `shape` unless there is one value per voxel. */
export function checkLength(values: ArrayLike<number>, shape: Readonly<Size3>, where: string): void {
  check(
    values.length === voxelsOf(shape),
    'shape',
    `${where}: expected ${voxelsOf(shape)} values for [${shape.join(', ')}], found ${values.length}.`,
  );
}
