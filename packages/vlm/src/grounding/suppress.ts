import { boxIou } from '@vividmed/core';
import type { VoxelBox } from '../preprocess/volume.js';

/** A box and how sure the model is that something is in it, in [0, 1]. */
export interface ScoredBox {
  box: VoxelBox;
  score: number;
}

/** Non-maximum suppression: boxes best first, without those that repeat a better one (IoU of `threshold` or more). */
export function suppressRepeats(boxes: readonly ScoredBox[], threshold = 0.5): ScoredBox[] {
  const kept: ScoredBox[] = [];
  for (const candidate of [...boxes].sort((a, b) => b.score - a.score)) {
    if (kept.every(({ box }) => boxIou(box, candidate.box) < threshold)) kept.push(candidate);
  }
  return kept;
}
