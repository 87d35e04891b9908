import type { Rng } from '@vividmed/core';

/** Steps of the tone curve: finer than the grey levels of any image. */
const steps = 4096;

/**
 * Contrast, brightness, gamma and noise of a model image in [0, 1], as a new array. Nothing moves, so masks and boxes stay
 * true; nothing is mirrored, so left stays left.
 */
export function augmentImage(image: Float32Array, rng: Rng): Float32Array {
  const gamma = Math.exp(rng.normal(0, 0.1));
  const contrast = rng.uniform(0.9, 1.1);
  const shift = rng.normal(0, 0.02);
  const noise = rng.uniform(0, 0.015);
  // A power and a normal number for each voxel would take longer than the rest of a batch: a table and a triangular
  // density of the same deviation do.
  const curve = Float32Array.from(
    { length: steps + 1 },
    (_, i) => ((i / steps) ** gamma - 0.5) * contrast + 0.5 + shift,
  );
  const spread = noise * Math.sqrt(6);
  return image.map((value) => {
    const changed = curve[Math.round(value * steps)]! + spread * (rng.uniform() - rng.uniform());
    return Math.min(Math.max(changed, 0), 1);
  });
}
