import { check } from '@vividmed/core';
import { applyAffine } from '@vividmed/imaging';
import type { Shape3 } from '../volume.js';

/** Where voxels lie: the part that images and label maps share. */
export interface Grid {
  shape: Shape3;
  spacingMm: Shape3;
  affine?: readonly number[];
}

/** Headers keep positions as 32-bit floats and programs round them, but a tenth of a voxel is no rounding. */
const TOLERANCE_VOXELS = 0.1;

/**
 * Checks that an image and its labels have the same voxels: shape, and the corners in the patient to a tenth of the shortest side of a
 * voxel; the spacing, where one of the two has no position.
 *
 * @throws {VividMedError} `data`
 */
export function checkSameGrid(where: string, image: Grid, labels: Grid): void {
  const text = (shape: Shape3): string => shape.join(' x ');
  check(
    image.shape.every((side, axis) => side === labels.shape[axis]),
    'data',
    `${where}: expected labels of ${text(image.shape)} voxels as the image has, found ${text(labels.shape)}.`,
  );
  const apart = image.affine && labels.affine ? cornersApart(image, labels) : spacingApart(image, labels);
  check(
    apart <= TOLERANCE_VOXELS,
    'data',
    `${where}: expected labels on the grid of the image, found them up to ${apart.toFixed(2)} voxels away.`,
    'Resample the labels to the grid of the image, or correct the header that is wrong.',
  );
}

function cornersApart({ shape, spacingMm, affine }: Grid, labels: Grid): number {
  const corners = Array.from({ length: 8 }, (_, i) => shape.map((side, axis) => (i & (1 << axis) ? side - 1 : 0)));
  const far = corners.map(([d = 0, h = 0, w = 0]) => {
    const one = applyAffine(affine ?? [], [d, h, w]);
    const other = applyAffine(labels.affine ?? [], [d, h, w]);
    return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
  });
  return Math.max(...far) / Math.min(...spacingMm);
}

/** How far the last voxel is from where the other spacing puts it. */
const spacingApart = ({ shape, spacingMm }: Grid, labels: Grid): number =>
  Math.max(
    ...shape.map(
      (side, axis) => ((side - 1) * Math.abs(spacingMm[axis]! - labels.spacingMm[axis]!)) / spacingMm[axis]!,
    ),
  );
