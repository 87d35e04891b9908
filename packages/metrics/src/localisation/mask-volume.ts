import { check } from '@vividmed/core';
import { checkBinary, type Mask } from './mask-overlap.js';

/** Depth, height and width. */
export type Shape3 = readonly [number, number, number];

/** A mask on a grid of voxels. */
export interface MaskVolume {
  /** [D, H, W]: 1 inside, 0 outside. */
  data: Mask;
  /** A 2D image has D = 1, and is measured as one: by its contours. */
  shape: Shape3;
  /** Size of a voxel along depth, height and width; that of depth is not used in 2D. */
  spacingMm: Shape3;
  /** Row-major 3x4 matrix from a voxel (d, h, w, 1) to its place in mm, where it is known. */
  affine?: readonly number[];
}

function checkVolume({ data, shape, spacingMm }: MaskVolume, where: string): void {
  check(
    shape.length === 3 && shape.every((size) => Number.isInteger(size) && size > 0),
    'shape',
    `${where}: expected a shape of 3 whole numbers above 0, found [${shape.join(', ')}].`,
    'A 2D image of H x W has the shape [1, H, W].',
  );
  check(
    spacingMm.length === 3 && spacingMm.every((size) => Number.isFinite(size) && size > 0),
    'numeric',
    `${where}: expected 3 spacings above 0 mm, found [${spacingMm.join(', ')}].`,
  );
  const voxels = shape[0] * shape[1] * shape[2];
  check(
    data.length === voxels,
    'shape',
    `${where}: expected ${voxels} voxels for the shape [${shape.join(', ')}], found ${data.length}.`,
  );
  checkBinary(data, where);
}

/** Largest distance of a voxel of one grid from the same voxel of the other, in mm; 0 where an affine is not known. */
function offset(a: MaskVolume, b: MaskVolume): number {
  if (!a.affine || !b.affine) return 0;
  const change = a.affine.map((value, i) => value - b.affine![i]!);
  let largest = 0;
  for (let corner = 0; corner < 8; corner++) {
    const voxel = a.shape.map((size, axis) => ((corner >> axis) & 1) * (size - 1));
    const moved = [0, 4, 8].map((row) =>
      voxel.reduce((sum, at, axis) => sum + change[row + axis]! * at, change[row + 3]!),
    );
    largest = Math.max(largest, Math.hypot(...moved));
  }
  return largest;
}

/**
 * Expects two masks of zeros and ones on one grid. Spacings may differ by a thousandth and places by a tenth of a voxel, as
 * formats of files round them.
 *
 * @throws {VividMedError} `shape` or `numeric` for a mask that is none, `data` for grids that differ.
 */
export function checkOneGrid(a: MaskVolume, b: MaskVolume, where: string): void {
  checkVolume(a, `${where}: first mask`);
  checkVolume(b, `${where}: second mask`);
  const hint = 'Resample one mask to the grid of the other first.';
  check(
    a.shape.every((size, axis) => size === b.shape[axis]),
    'data',
    `${where}: expected masks on one grid, found shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}].`,
    hint,
  );
  check(
    a.spacingMm.every((size, axis) => Math.abs(size - b.spacingMm[axis]!) <= 1e-3 * size),
    'data',
    `${where}: expected masks on one grid, found spacings [${a.spacingMm.join(', ')}] and [${b.spacingMm.join(', ')}] mm.`,
    hint,
  );
  const distance = offset(a, b);
  check(
    distance <= 0.1 * Math.min(...a.spacingMm),
    'data',
    `${where}: expected masks on one grid, found voxels ${distance.toPrecision(3)} mm apart.`,
    hint,
  );
}
