import { type Mask, maskOverlap } from './mask-overlap.js';

/** Dice coefficient of two masks, 2 |A and B| / (|A| + |B|) (Dice 1945): in [0, 1]; 1 when both are empty. */
export function dice(a: Mask, b: Mask): number {
  const { shared, sizes } = maskOverlap(a, b, 'dice');
  return sizes === 0 ? 1 : (2 * shared) / sizes;
}
