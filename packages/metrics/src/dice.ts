import { check } from '@vividmed/core';

type Mask = ArrayLike<number>;

function overlap(a: Mask, b: Mask, where: string): { shared: number; sizes: number } {
  check(
    a.length === b.length,
    'shape',
    `${where}: expected masks of one size, found ${a.length} and ${b.length} voxels.`,
  );
  let shared = 0;
  let sizes = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ? 1 : 0, b[i] ? 1 : 0];
    shared += x & y;
    sizes += x + y;
  }
  return { shared, sizes };
}

/** Dice coefficient of two masks, 2 |A and B| / (|A| + |B|) (Dice 1945); 1 when both are empty. Any value but 0 is inside. */
export function dice(a: Mask, b: Mask): number {
  const { shared, sizes } = overlap(a, b, 'dice');
  return sizes === 0 ? 1 : (2 * shared) / sizes;
}

/** Jaccard index of two masks, |A and B| / |A or B|; 1 when both are empty. */
export function maskIou(a: Mask, b: Mask): number {
  const { shared, sizes } = overlap(a, b, 'maskIou');
  return sizes === 0 ? 1 : shared / (sizes - shared);
}
