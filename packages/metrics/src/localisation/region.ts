import { type Box, check } from '@vividmed/core';
import { boxUnionOverlap } from './box-union.js';
import { checkBox } from './boxes.js';
import { checkBinary, type Mask } from './mask-overlap.js';
import type { Shape3 } from './mask-volume.js';

/** Where a phrase points: boxes in voxels, or a mask [D, H, W]. Without a box, or with an empty mask, it points nowhere. */
export type Region = { boxes: readonly Box[] } | { mask: Mask };

/** Boxes, or a mask in which a voxel is set. */
export function pointsSomewhere(region: Region | undefined): region is Region {
  if (region === undefined) return false;
  return 'mask' in region ? Array.from(region.mask).some((value) => value !== 0) : region.boxes.length > 0;
}

/** Adds a region to a mask; edges of boxes are rounded down, as on the grid of `boxUnionOverlap`. */
function paint(region: Region, onto: Uint8Array, shape: Shape3): void {
  if ('mask' in region) {
    check(
      region.mask.length === onto.length,
      'shape',
      `groundingScores: expected a mask of ${onto.length} voxels, found ${region.mask.length}.`,
    );
    checkBinary(region.mask, 'groundingScores');
    for (let i = 0; i < onto.length; i++) onto[i]! |= region.mask[i]!;
    return;
  }
  for (const box of region.boxes) {
    checkBox(box, 'groundingScores');
    const edge = (i: number): number => Math.min(shape[i % 3]!, Math.max(0, Math.floor(box[i]!)));
    for (let d = edge(0); d < edge(3); d++) {
      for (let h = edge(1); h < edge(4); h++) {
        const row = (d * shape[1] + h) * shape[2];
        onto.fill(1, row + edge(2), row + edge(5));
      }
    }
  }
}

/**
 * Part of what the first regions cover that the others cover too; NaN where they cover nothing. Boxes alone are compared on a
 * grid of `gridSize` pixels along every axis, as RadFact does; as soon as there is a mask, on the voxels of the image.
 */
export function coveredShare(
  regions: readonly Region[],
  by: readonly Region[],
  imageShape: Shape3,
  gridSize: number,
): number {
  const isBoxes = (region: Region): region is { boxes: readonly Box[] } => 'boxes' in region;
  if (regions.every(isBoxes) && by.every(isBoxes)) {
    const [inner, outer] = [regions.flatMap(({ boxes }) => boxes), by.flatMap(({ boxes }) => boxes)];
    return boxUnionOverlap(inner, outer, { imageShape, gridSize }).precision;
  }
  const [inner, outer] = [regions, by].map((list) => {
    const painted = new Uint8Array(imageShape[0] * imageShape[1] * imageShape[2]);
    for (const region of list) paint(region, painted, imageShape);
    return painted;
  }) as [Uint8Array, Uint8Array]; // `map` of a pair loses its length.
  let [covered, whole] = [0, 0];
  for (let i = 0; i < inner.length; i++) {
    covered += inner[i]! & outer[i]!;
    whole += inner[i]!;
  }
  return covered / whole;
}
