import type { Shape3 } from './mask-volume.js';
import type { SurfacePoints } from './surface-points.js';

/**
 * The voxels of a mask that share a side with one outside, each counted once: the mask less its erosion by the cross of 6
 * neighbours, 4 in 2D (MetricsReloaded, Project-MONAI/MetricsReloaded@cb38dfc; MONAI).
 *
 * @param mask [D, H, W], empty at its edges but along a depth of 1.
 */
export function borderVoxels(mask: Uint8Array, shape: Shape3): SurfacePoints {
  const [depth, height, width] = shape;
  const codes = new Uint8Array(mask.length);
  const [first, last, plane] = depth === 1 ? [0, 1, 0] : [1, depth - 1, height * width];
  for (let d = first; d < last; d++) {
    for (let h = 1; h < height - 1; h++) {
      const row = (d * height + h) * width;
      for (let i = row + 1; i < row + width - 1; i++) {
        if (mask[i] === 0) continue;
        const isBuried =
          mask[i - 1]! & mask[i + 1]! & mask[i - width]! & mask[i + width]! & mask[i - plane]! & mask[i + plane]!;
        codes[i] = isBuried ? 0 : 1;
      }
    }
  }
  return { codes, shape, weights: Float64Array.of(0, 1) };
}
