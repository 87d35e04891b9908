import { check } from '@vividmed/core';
import type { VolumeLike } from './volume.js';

/** Hounsfield units that a CT shows, from black to white: air to dense bone, so lung and soft tissue are both seen. */
export const ctWindow = { low: -1000, high: 600 } as const;
/** Shares of the voxels of other images that are clipped to black and to white. */
export const percentileClip = { low: 0.005, high: 0.995 } as const;

/** The values at two shares of the sorted voxels. */
function percentiles(data: ArrayLike<number>): { low: number; high: number } {
  const sorted = Float32Array.from(data).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return { low: at(percentileClip.low), high: at(percentileClip.high) };
}

/**
 * Values in [0, 1] as the model sees them: the window `ctWindow` for CT, a range of percentiles for everything else. An
 * image whose voxels are all the same becomes 0, but for a CT, whose window does not depend on its voxels.
 *
 * Differs: the published code has no window, its CTs were clipped to percentiles before they were stored
 * (original-implementation 2.5), so the same tissue was another grey in every scan.
 *
 * @throws {VividMedError} `data` for an image without voxels, or with voxels that are not finite numbers.
 */
export function normaliseIntensity({ data, modality }: Pick<VolumeLike, 'data' | 'modality'>): Float32Array {
  check(data.length > 0, 'data', 'normaliseIntensity: expected voxels, found none.');
  let numBad = 0;
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) numBad++;
  check(
    numBad === 0,
    'data',
    `normaliseIntensity: expected finite voxels, found ${numBad} of ${data.length} that are not.`,
    'Give voxels outside the scanned region the value of air before the image is read.',
  );
  const { low, high } = modality === 'CT' ? ctWindow : percentiles(data);
  const out = new Float32Array(data.length);
  if (high <= low) return out;
  for (let i = 0; i < out.length; i++) out[i] = Math.min(Math.max((data[i]! - low) / (high - low), 0), 1);
  return out;
}
