import { type Box, check } from '@vividmed/core';
import { checkBox } from './boxes.js';
import type { Shape3 } from './mask-volume.js';

export interface UnionOverlap {
  /** Shared part of all that either list covers. */
  iou: number;
  /** Part of what the predicted boxes cover that the true ones cover too; NaN where they cover no pixel. */
  precision: number;
  /** Part of what the true boxes cover that the predicted ones cover too; NaN where they cover no pixel. */
  recall: number;
}

export interface UnionOverlapOptions {
  /** [D, H, W] of the image that boxes in voxels are in; boxes that are parts of the image already need none. */
  imageShape?: Shape3;
  /** Pixels along every axis of the grid that boxes are drawn on. */
  gridSize?: number;
}

/** Which cells between the sorted edges of one axis each box covers, as [first, last). */
function spans(boxes: readonly number[][], edges: readonly number[], axis: number): [number, number][] {
  const place = new Map(edges.map((edge, i) => [edge, i]));
  return boxes.map((box) => [place.get(box[axis]!)!, place.get(box[axis + 3]!)!]);
}

/**
 * Overlap of what two lists of boxes cover together, on a grid of pixels to which edges are rounded down (RadFact,
 * microsoft/RadFact@72463ac, metric/box_metrics.py). Exact on that grid in 2D and 3D, without drawing it.
 *
 * @throws {VividMedError} `shape` or `numeric` for a box that is not six finite numbers with sizes of at least 0; `config`
 *   for a size of the grid that is no whole number above 0.
 */
export function boxUnionOverlap(
  predicted: readonly Box[],
  truth: readonly Box[],
  { imageShape = [1, 1, 1], gridSize = 224 }: UnionOverlapOptions = {},
): UnionOverlap {
  check(
    Number.isInteger(gridSize) && gridSize > 0,
    'config',
    `boxUnionOverlap: expected a whole number above 0 as size of the grid, found ${gridSize}.`,
  );
  const drawn = [...predicted, ...truth].map((box) => {
    checkBox(box, 'boxUnionOverlap');
    const parts = [0, 1, 2, 3, 4, 5].map((i) => box[i]! / imageShape[i % 3]!);
    return parts.map((part) => Math.min(gridSize, Math.max(0, Math.floor(part * gridSize))));
  });
  const edges = [0, 1, 2].map((axis) =>
    [...new Set(drawn.flatMap((box) => [box[axis]!, box[axis + 3]!]))].toSorted((a, b) => a - b),
  );
  const [rows, columns] = [edges[1]!.length - 1, edges[2]!.length - 1];
  const [alongD, alongH, alongW] = edges.map((list, axis) => spans(drawn, list, axis));
  /** Bit 1 of a cell: a predicted box covers it; bit 2: a true one. */
  const covered = new Uint8Array(Math.max(0, (edges[0]!.length - 1) * rows * columns));
  drawn.forEach((_, i) => {
    for (let d = alongD![i]![0]; d < alongD![i]![1]; d++) {
      for (let h = alongH![i]![0]; h < alongH![i]![1]; h++) {
        for (let w = alongW![i]![0]; w < alongW![i]![1]; w++) {
          covered[(d * rows + h) * columns + w]! |= i < predicted.length ? 1 : 2;
        }
      }
    }
  });
  const volumes = [0, 0, 0, 0];
  const size = (axis: number, cell: number): number => edges[axis]![cell + 1]! - edges[axis]![cell]!;
  covered.forEach((by, cell) => {
    const [d, h, w] = [Math.floor(cell / (rows * columns)), Math.floor(cell / columns) % rows, cell % columns];
    volumes[by]! += size(0, d) * size(1, h) * size(2, w);
  });
  const [, predictedOnly, truthOnly, shared] = volumes as [number, number, number, number]; // Four, as made above.
  return {
    iou: shared / (predictedOnly + truthOnly + shared),
    precision: shared / (predictedOnly + shared),
    recall: shared / (truthOnly + shared),
  };
}
