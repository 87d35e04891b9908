import { check } from '@vividmed/core';
import { z } from 'zod';

const size = z.number().int().positive();
const edge = z.number();

/** Depth, height and width of an image. */
export const ShapeDhw = z.tuple([size, size, size]).readonly();
export type ShapeDhw = z.infer<typeof ShapeDhw>;

/** Corners d0, h0, w0, d1, h1, w1 in voxel edges of the image: d1 is one past the last voxel. */
export const VoxelBox = z.tuple([edge, edge, edge, edge, edge, edge]).readonly();
export type VoxelBox = z.infer<typeof VoxelBox>;

/** A mask of a whole image as the lengths of its runs, in the order of [D,H,W] with the last axis fastest; the first run is of zeros. */
export const RunLengthMask = z
  .strictObject({ shape: ShapeDhw, counts: z.array(z.number().int().min(0)).readonly() })
  .readonly();
export type RunLengthMask = z.infer<typeof RunLengthMask>;

/** Runs of a mask. @throws {VividMedError} `shape` where the mask does not fill the shape. */
export function encodeMask(mask: Uint8Array, shape: ShapeDhw): RunLengthMask {
  const voxels = shape.reduce((product, length) => product * length, 1);
  check(mask.length === voxels, 'shape', `encodeMask: expected ${voxels} voxels, found ${mask.length}.`);
  const counts: number[] = [];
  let inside = 0;
  let start = 0;
  for (let i = 0; i < voxels; i++) {
    if ((mask[i] ? 1 : 0) === inside) continue;
    counts.push(i - start);
    start = i;
    inside = 1 - inside;
  }
  counts.push(voxels - start);
  return { shape, counts };
}

/** The mask of its runs, 0 or 1 a voxel, [D*H*W]. @throws {VividMedError} `shape` where the runs do not fill the shape. */
export function decodeMask({ shape, counts }: RunLengthMask): Uint8Array {
  const voxels = shape.reduce((product, length) => product * length, 1);
  const sum = counts.reduce((total, count) => total + count, 0);
  check(sum === voxels, 'shape', `decodeMask: expected runs of ${voxels} voxels in all, found ${sum}.`);
  const mask = new Uint8Array(voxels);
  let at = 0;
  counts.forEach((count, run) => {
    if (run % 2 === 1) mask.fill(1, at, at + count);
    at += count;
  });
  return mask;
}
