import { check } from '@vividmed/core';

/** One number a voxel; any value but 0 is inside. */
export type Mask = ArrayLike<number>;

/** Voxels in both masks, and the sum of the voxels in each. @throws {VividMedError} `shape` for masks of different sizes. */
export function maskOverlap(a: Mask, b: Mask, where: string): { shared: number; sizes: number } {
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
