import { type Box, boxGiou as giou, boxIou as iou, check } from '@vividmed/core';

/** @throws {VividMedError} `shape` or `numeric` for a box that is not six finite numbers with sizes of at least 0. */
function checkBox(box: Box, where: string): void {
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
