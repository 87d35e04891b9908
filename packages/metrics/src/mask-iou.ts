import { type Mask, maskOverlap } from './mask-overlap.js';

/** Jaccard index of two masks, |A and B| / |A or B|: in [0, 1]; 1 when both are empty. */
export function maskIou(a: Mask, b: Mask): number {
  const { shared, sizes } = maskOverlap(a, b, 'maskIou');
  return sizes === 0 ? 1 : shared / (sizes - shared);
}
