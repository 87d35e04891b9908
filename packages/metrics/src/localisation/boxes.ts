import { type Box, boxGiou as giou, boxIou as iou, check } from '@vividmed/core';
import { cornersToCentreSize } from '@vividmed/matcher';
import type { Shape3 } from './mask-volume.js';

/** @throws {VividMedError} `shape` or `numeric` for a box that is not six finite numbers with sizes of at least 0. */
export function checkBox(box: Box, where: string): void {
  check(box.length === 6, 'shape', `${where}: expected 6 numbers a box, found ${box.length}.`);
  for (let axis = 0; axis < 3; axis++) {
    const size = box[axis + 3]! - box[axis]!;
    check(
      Number.isFinite(size) && size >= 0,
      'numeric',
      `${where}: expected a size of at least 0 along axis ${axis}, found ${size}.`,
    );
  }
}

/**
 * Volume that two boxes share over the volume of both: in [0, 1]. Two boxes without volume have 1 when they are equal and
 * 0 otherwise.
 *
 * @throws {VividMedError} `shape` or `numeric` for a box that is not six finite numbers with sizes of at least 0.
 */
export function boxIou(a: Box, b: Box): number {
  for (const box of [a, b]) checkBox(box, 'boxIou');
  return iou(a, b);
}

/**
 * Generalised IoU of two boxes (Rezatofighi et al. 2019): IoU less the share of the smallest box around both that neither
 * fills; in [-1, 1].
 *
 * Differs: the paper's "Mean GIoU 1.43" cannot be this; the published code logs the loss 1 - GIoU under that name.
 *
 * @throws {VividMedError} `shape` or `numeric` for a box that is not six finite numbers with sizes of at least 0.
 */
export function boxGiou(a: Box, b: Box): number {
  for (const box of [a, b]) checkBox(box, 'boxGiou');
  return giou(a, b);
}

/**
 * 1 - GIoU: in [0, 2], 0 for equal boxes. What the paper prints as "Mean GIoU".
 *
 * @throws {VividMedError} `shape` or `numeric` for a box that is not six finite numbers with sizes of at least 0.
 */
export function giouLoss(a: Box, b: Box): number {
  for (const box of [a, b]) checkBox(box, 'giouLoss');
  return 1 - giou(a, b);
}

export interface BoxL1Options {
  /** [D, H, W] of the image that boxes in voxels are in, to make them parts of it; boxes that are parts already need none. */
  imageShape?: Shape3;
  /** Numbers that are compared: centre and size (DETR and the published code of the paper), or the corners. */
  form?: 'centre-size' | 'corners';
  /** The mean of the numbers' differences (published code of the paper) or their sum (DETR). */
  reduction?: 'mean' | 'sum';
  /** 2 leaves depth out, along which boxes in 2D are all equal: the mean over 6 numbers is two thirds of that over 4. */
  dimensions?: 2 | 3;
}

/**
 * L1 distance of two boxes, as parts of the image. The paper's "Mean l1" of 0.121 does not say of which form, reduction and
 * dimensions it is; the defaults are those of its training loss.
 *
 * @throws {VividMedError} `shape` or `numeric` for a box that is not six finite numbers with sizes of at least 0.
 */
export function boxL1(a: Box, b: Box, options: BoxL1Options = {}): number {
  const { imageShape = [1, 1, 1], form = 'centre-size', reduction = 'mean', dimensions = 3 } = options;
  const [first, second] = [a, b].map((box) => {
    checkBox(box, 'boxL1');
    const parts = [0, 1, 2, 3, 4, 5].map((i) => box[i]! / imageShape[i % 3]!);
    return form === 'corners' ? parts : cornersToCentreSize(parts);
  }) as [number[], number[]]; // `map` of a pair loses its length.
  const compared = dimensions === 3 ? [0, 1, 2, 3, 4, 5] : [1, 2, 4, 5];
  const sum = compared.reduce((total, i) => total + Math.abs(first[i]! - second[i]!), 0);
  return reduction === 'sum' ? sum : sum / compared.length;
}
