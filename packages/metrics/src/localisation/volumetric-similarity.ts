import { type BothEmpty, type Mask, maskOverlap, shareOf } from './mask-overlap.js';

/**
 * Volumetric similarity of two masks, 1 - ||A| - |B|| / (|A| + |B|) (Taha and Hanbury 2015, Eq. 21): in [0, 1]. It asks how
 * much there is, not where: masks that share nothing may have 1. 1 when both are empty, unless said otherwise.
 *
 * @throws {VividMedError} `shape` for masks of different sizes, `numeric` for a voxel that is neither 0 nor 1.
 */
export function volumetricSimilarity(a: Mask, b: Mask, bothEmpty: BothEmpty = 'perfect'): number {
  const [first, second] = maskOverlap(a, b, 'volumetricSimilarity').sizes;
  return shareOf(2 * Math.min(first, second), first + second, bothEmpty);
}
