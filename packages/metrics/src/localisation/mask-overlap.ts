import { check } from '@vividmed/core';

/** One number a voxel: 1 inside, 0 outside. */
export type Mask = ArrayLike<number>;

/** What two empty masks have: the value of masks that are equal, or NaN, so that means can leave them out. */
export type BothEmpty = 'perfect' | 'nan';

/**
 * @throws {VividMedError} `numeric` for a voxel that is neither 0 nor 1, NaN included: a probability or a label of several
 *   would count as inside without a word.
 */
export function checkBinary(mask: Mask, where: string): void {
  let odd = 0;
  while (odd < mask.length && (mask[odd] === 0 || mask[odd] === 1)) odd++;
  check(
    odd === mask.length,
    'numeric',
    () =>
      `${where}: expected 0 or 1 in every voxel, found ${Number.isNaN(mask[odd]) ? 'NaN' : 'something else'} in voxel ${odd}.`,
    'Compare probabilities with a threshold, and one label at a time.',
  );
}

/**
 * Voxels in both masks, and the voxels in each.
 *
 * @throws {VividMedError} `shape` for masks of different sizes, `numeric` for a voxel that is neither 0 nor 1.
 */
export function maskOverlap(a: Mask, b: Mask, where: string): { shared: number; sizes: readonly [number, number] } {
  check(
    a.length === b.length,
    'shape',
    `${where}: expected masks of one size, found ${a.length} and ${b.length} voxels.`,
  );
  checkBinary(a, where);
  checkBinary(b, where);
  let [shared, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    shared += x * y;
    first += x;
    second += y;
  }
  return { shared, sizes: [first, second] };
}

/** A quotient of sizes of masks, with what was chosen for two empty ones. */
export function shareOf(part: number, whole: number, bothEmpty: BothEmpty): number {
  if (whole > 0) return part / whole;
  return bothEmpty === 'perfect' ? 1 : Number.NaN;
}
