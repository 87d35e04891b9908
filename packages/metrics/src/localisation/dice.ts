import { type BothEmpty, type Mask, maskOverlap, shareOf } from './mask-overlap.js';

/**
 * Dice coefficient of two masks, 2 |A and B| / (|A| + |B|) (Dice 1945): in [0, 1]; 1 when both are empty, unless said
 * otherwise.
 *
 * @throws {VividMedError} `shape` for masks of different sizes, `numeric` for a voxel that is neither 0 nor 1.
 */
export function dice(a: Mask, b: Mask, bothEmpty: BothEmpty = 'perfect'): number {
  const { shared, sizes } = maskOverlap(a, b, 'dice');
  return shareOf(2 * shared, sizes[0] + sizes[1], bothEmpty);
}
