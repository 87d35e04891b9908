import type { Shape3 } from '@vividmed/datasets';
import type { PagePhrase } from './data.js';

/** How much of a region each slice shows, as a share of the slice that shows most of it. */
function visibility(
  { mask, boxes }: Pick<PagePhrase, 'mask' | 'boxes'>,
  [depth, height, width]: Shape3,
): Float64Array[] {
  const shares: Float64Array[] = [];
  const area = height * width;
  if (mask && mask.length > 0) {
    const counts = new Float64Array(depth);
    for (let d = 0; d < depth; d++)
      for (let i = d * area; i < (d + 1) * area; i++) counts[d] = counts[d]! + (mask[i] ? 1 : 0);
    const most = Math.max(...counts);
    if (most > 0) shares.push(counts.map((count) => count / most));
  }
  for (const { box } of boxes) {
    // A box counts most in its middle, where the thing inside is widest.
    const [middle, half] = [(box[0] + box[3]) / 2, Math.max(0.5, (box[3] - box[0]) / 2)];
    shares.push(
      Float64Array.from({ length: depth }, (_, d) => Math.max(0, 1 - Math.abs(d + 0.5 - middle) / (half + 0.5))),
    );
  }
  return shares;
}

/**
 * The slices that together show the regions best: each next one adds most to what the slices before show. Where regions
 * leave a choice, slices far from the others are taken. From the head down, which is from the last slice to the first.
 */
export function chooseSlices(
  regions: readonly Pick<PagePhrase, 'mask' | 'boxes'>[],
  shape: Shape3,
  count: number,
): number[] {
  const depth = shape[0];
  const shares = regions.flatMap((region) => visibility(region, shape));
  const best = shares.map(() => 0);
  const chosen: number[] = [];
  while (chosen.length < Math.min(count, depth)) {
    let [slice, value] = [0, -1];
    for (let d = 0; d < depth; d++) {
      if (chosen.includes(d)) continue;
      const gain = shares.reduce((sum, share, r) => sum + Math.max(0, share[d]! - best[r]!), 0);
      const apart = Math.min(d + 0.5, depth - d - 0.5, ...chosen.map((other) => Math.abs(other - d))) / depth;
      if (gain + 0.2 * apart > value) [slice, value] = [d, gain + 0.2 * apart];
    }
    chosen.push(slice);
    shares.forEach((share, r) => (best[r] = Math.max(best[r]!, share[slice]!)));
  }
  return chosen.sort((a, b) => b - a);
}
