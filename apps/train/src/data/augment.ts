import type { Rng } from '@vividmed/core';

/**
 * Contrast, brightness, gamma and noise of a model image in [0, 1], as a new array. Nothing moves, so masks and boxes stay
 * true; nothing is mirrored, so left stays left.
 */
export function augmentImage(image: Float32Array, rng: Rng): Float32Array {
  const gamma = Math.exp(rng.normal(0, 0.2));
  const contrast = rng.uniform(0.85, 1.15);
  const shift = rng.normal(0, 0.04);
  const noise = rng.uniform(0, 0.04);
  return image.map((value) => {
    const changed = (value ** gamma - 0.5) * contrast + 0.5 + shift + noise * rng.normal();
    return Math.min(Math.max(changed, 0), 1);
  });
}
