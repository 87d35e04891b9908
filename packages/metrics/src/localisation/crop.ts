import type { Mask } from './mask-overlap.js';
import type { Shape3 } from './mask-volume.js';

export interface CroppedPair {
  /** 1 inside, 0 outside. */
  masks: readonly [Uint8Array, Uint8Array];
  shape: Shape3;
}

/** First and one past the last voxel along each axis where either mask is set; `undefined` when none is. */
function boundsOf(a: Mask, b: Mask, [depth, height, width]: Shape3): [low: number[], high: number[]] | undefined {
  const low = [depth, height, width];
  const high = [0, 0, 0];
  for (let d = 0, row = 0; d < depth; d++) {
    for (let h = 0; h < height; h++, row += width) {
      let first = 0;
      while (first < width && a[row + first] === 0 && b[row + first] === 0) first++;
      if (first === width) continue;
      let last = width - 1;
      while (a[row + last] === 0 && b[row + last] === 0) last--;
      low[0] = Math.min(low[0]!, d);
      high[0] = d + 1;
      low[1] = Math.min(low[1]!, h);
      high[1] = Math.max(high[1]!, h + 1);
      low[2] = Math.min(low[2]!, first);
      high[2] = Math.max(high[2]!, last + 1);
    }
  }
  return high[0] === 0 ? undefined : [low, high];
}

/**
 * Two masks cut to the smallest block around both, with a margin of one empty voxel on every side, so that what touches the
 * edge of the image has a surface there too. A 2D image gets no margin along depth. `undefined` when both are empty.
 */
export function cropPair(a: Mask, b: Mask, shape: Shape3): CroppedPair | undefined {
  const bounds = boundsOf(a, b, shape);
  if (!bounds) return undefined;
  const [low, high] = bounds;
  const margin = [shape[0] === 1 ? 0 : 1, 1, 1];
  const size = low.map((from, axis) => high[axis]! - from + 2 * margin[axis]!) as [number, number, number];
  const cut = (mask: Mask): Uint8Array => {
    const out = new Uint8Array(size[0] * size[1] * size[2]);
    for (let d = low[0]!; d < high[0]!; d++) {
      for (let h = low[1]!; h < high[1]!; h++) {
        const from = (d * shape[1] + h) * shape[2];
        const to = ((d - low[0]! + margin[0]!) * size[1] + h - low[1]! + 1) * size[2] + 1 - low[2]!;
        for (let w = low[2]!; w < high[2]!; w++) out[to + w] = mask[from + w]!;
      }
    }
    return out;
  };
  return { masks: [cut(a), cut(b)], shape: size };
}
