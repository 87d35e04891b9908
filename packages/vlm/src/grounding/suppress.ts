import type { VoxelBox } from '../preprocess/volume.js';

/** A box and how sure the model is that something is in it, in [0, 1]. */
export interface ScoredBox {
  box: VoxelBox;
  score: number;
}

/** Volume that two boxes share over the volume of both. */
function iou(a: VoxelBox, b: VoxelBox): number {
  let [shared, first, second] = [1, 1, 1];
  for (const axis of [0, 1, 2] as const) {
    const [low, high] = [axis, (axis + 3) as 3 | 4 | 5];
    shared *= Math.max(0, Math.min(a[high], b[high]) - Math.max(a[low], b[low]));
    first *= a[high] - a[low];
    second *= b[high] - b[low];
  }
  const both = first + second - shared;
  return both > 0 ? shared / both : 0;
}

/** Non-maximum suppression: boxes best first, without those that repeat a better one (IoU of `threshold` or more). */
export function suppressRepeats(boxes: readonly ScoredBox[], threshold = 0.5): ScoredBox[] {
  const kept: ScoredBox[] = [];
  for (const candidate of [...boxes].sort((a, b) => b.score - a.score)) {
    if (kept.every(({ box }) => iou(box, candidate.box) < threshold)) kept.push(candidate);
  }
  return kept;
}
