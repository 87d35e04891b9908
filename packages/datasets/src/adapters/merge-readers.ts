import { boxIou } from '@vividmed/core';
import type { Box } from '../volume.js';

/** A box that one reader drew around one finding. */
export interface ReaderBox {
  reader: string;
  box: Box;
}

/** What readers drew around the same finding. */
export interface MergedBox {
  /** The mean of their boxes. */
  box: Box;
  /** The share of the readers of the image who drew it, in (0, 1]. */
  agreement: number;
}

/**
 * Merges the boxes that several readers drew on one image for one target.
 *
 * Boxes of different readers are linked where their IoU is at least `iou` (0.25, the threshold of the published VividMed code for
 * VinDr-CXR), and what is linked becomes one box. A reader who drew two boxes meant two findings: where a cluster holds
 * two of one reader, its threshold rises by 0.05 until none does. Boxes that a reader drew twice alike count once. The result
 * does not depend on the order of the boxes nor on the names of the readers; boxes come in the order of their corners.
 */
export function mergeReaders(drawn: readonly ReaderBox[], numReaders: number, iou = 0.25): MergedBox[] {
  const once = new Map(drawn.map((one) => [`${one.reader}\n${one.box.join()}`, one]));
  const sorted = [...once.values()].sort((a, b) => compareBoxes(a.box, b.box));
  return separate(sorted, iou)
    .map((cluster) => ({ box: meanBox(cluster), agreement: Math.min(1, cluster.length / numReaders) }))
    .sort((a, b) => compareBoxes(a.box, b.box));
}

const step = 0.05;

function separate(boxes: readonly ReaderBox[], iou: number): ReaderBox[][] {
  return clustersOf(boxes, iou).flatMap((cluster) => {
    const isOneEach = new Set(cluster.map(({ reader }) => reader)).size === cluster.length;
    // Above an IoU of 1 nothing is linked, so this ends.
    return isOneEach ? [cluster] : separate(cluster, iou + step);
  });
}

/** Connected parts of the graph of boxes, each in the order that its boxes came in. */
function clustersOf(boxes: readonly ReaderBox[], iou: number): ReaderBox[][] {
  const cluster = boxes.map((_, i) => i);
  for (let i = 0; i < boxes.length; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [boxes[i]!, boxes[j]!];
      if (cluster[i] === cluster[j] || a.reader === b.reader || boxIou(a.box, b.box) < iou) continue;
      const [from, to] = [cluster[i]!, cluster[j]!];
      for (let k = 0; k < cluster.length; k++) if (cluster[k] === from) cluster[k] = to;
    }
  }
  return [...new Set(cluster)].map((name) => boxes.filter((_, i) => cluster[i] === name));
}

function meanBox(cluster: readonly ReaderBox[]): Box {
  const mean = (i: number): number => cluster.reduce((sum, { box }) => sum + box[i]!, 0) / cluster.length;
  return [mean(0), mean(1), mean(2), mean(3), mean(4), mean(5)];
}

function compareBoxes(a: Box, b: Box): number {
  const i = a.findIndex((value, axis) => value !== b[axis]);
  return i < 0 ? 0 : a[i]! - b[i]!;
}
