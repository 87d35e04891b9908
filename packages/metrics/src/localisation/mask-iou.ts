import { type BothEmpty, type Mask, maskOverlap, shareOf } from './mask-overlap.js';

/**
 * Jaccard index of two masks, |A and B| / |A or B|: in [0, 1]; 1 when both are empty, unless said otherwise.
 *
 * @throws {VividMedError} `shape` for masks of different sizes, `numeric` for a voxel that is neither 0 nor 1.
 */
export function maskIou(a: Mask, b: Mask, bothEmpty: BothEmpty = 'perfect'): number {
  const { shared, sizes } = maskOverlap(a, b, 'maskIou');
  return shareOf(shared, sizes[0] + sizes[1] - shared, bothEmpty);
}
