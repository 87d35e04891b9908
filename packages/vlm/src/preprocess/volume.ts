import { check } from '@vividmed/core';
import type { Size3 } from '@vividmed/patch-embed';

/** A prepared image: what `prepareImage` of `@vividmed/imaging` gives, turned the usual way and windowed. */
export interface VolumeLike {
  /** Voxels in the order depth, height, width, in [0, 1]. */
  readonly data: Float32Array;
  /** Depth, height and width in voxels; 2D images have depth 1. */
  readonly shape: Readonly<Size3>;
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

/** Room for the rounding of an image that was resampled before. */
const rounding = 1e-4;

/** @throws {VividMedError} `data` for values outside [0, 1], such as Hounsfield units, and for what is not a number. */
export function checkPrepared(values: Float32Array, where: string): void {
  let numBad = 0;
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= -rounding && values[i]! <= 1 + rounding)) numBad++;
  check(
    numBad === 0,
    'data',
    `${where}: expected voxels in [0, 1], found ${numBad} of ${values.length} that are not.`,
    'prepareImage of @vividmed/imaging turns and windows an image that was read from a file.',
  );
}
