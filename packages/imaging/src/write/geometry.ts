import { voxelVolume } from '../geometry/affine.js';
import type { Grid, ScoredBox } from './results.js';

type Corners = ScoredBox['corners'];

/** What a mask measures. */
export interface MaskMeasures {
  numVoxels: number;
  volumeMl: number;
  /** Edges of the box around it; undefined when it is empty. */
  corners: Corners | undefined;
  /** Its centre of mass in edges of voxels, d, h, w. */
  centroid: readonly [number, number, number] | undefined;
}

export function measureMask(mask: Uint8Array, { shape, spacingMm, affine }: Grid): MaskMeasures {
  const [, rows, columns] = shape;
  const low = [Infinity, Infinity, Infinity];
  const high = [-1, -1, -1];
  const sum = [0, 0, 0];
  let numVoxels = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    numVoxels++;
    const at = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
    for (let axis = 0; axis < 3; axis++) {
      const v = at[axis] as number;
      if (v < (low[axis] as number)) low[axis] = v;
      if (v > (high[axis] as number)) high[axis] = v;
      sum[axis] = (sum[axis] as number) + v + 0.5;
    }
  }
  // Of a tilted gantry the voxels are sheared, and smaller than the product of their sides.
  const voxelMm3 = affine === undefined ? spacingMm[0] * spacingMm[1] * spacingMm[2] : voxelVolume(affine);
  const volumeMl = (numVoxels * voxelMm3) / 1000;
  if (numVoxels === 0) return { numVoxels, volumeMl, corners: undefined, centroid: undefined };
  const [d0 = 0, h0 = 0, w0 = 0, d1 = 0, h1 = 0, w1 = 0] = [...low, ...high];
  const [d = 0, h = 0, w = 0] = sum.map((total) => total / numVoxels);
  return { numVoxels, volumeMl, corners: [d0, h0, w0, d1 + 1, h1 + 1, w1 + 1], centroid: [d, h, w] };
}

/** Slices that a box reaches into, at least one. */
export function slicesOf([d0, , , d1]: Corners, depth: number): number[] {
  const first = Math.min(Math.floor(d0), depth - 1);
  const last = Math.max(first, Math.min(Math.ceil(d1), depth) - 1);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
