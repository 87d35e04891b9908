import { boxIou } from './box-iou.js';
import { type Box, boxOverlap } from './box-overlap.js';

/**
 * Generalised IoU of two boxes (Rezatofighi et al. 2019): IoU less the share of the smallest box around both that neither
 * fills; in [-1, 1].
 *
 * Differs: the paper's "Mean GIoU 1.43" cannot be this; the published code logs the loss 1 - GIoU under that name.
 */
export function boxGiou(a: Box, b: Box): number {
  const { hull, union } = boxOverlap(a, b, 'boxGiou');
  return boxIou(a, b) - (hull > 0 ? (hull - union) / hull : 0);
}
