import type { Tensor } from '@tensorflow/tfjs';
import { expect } from 'vitest';

/** Expects |actual - expected| <= atol + rtol * max|expected| everywhere, and says by how much it fails. */
export function expectClose(
  actual: Tensor | ArrayLike<number>,
  expected: ArrayLike<number>,
  { atol = 1e-5, rtol = 1e-4, label = 'values' } = {},
): void {
  const values = 'dataSync' in actual ? actual.dataSync() : actual;
  expect(values.length, `${label}: number of values`).toBe(expected.length);
  let scale = 0;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i] as number));
  let worst = 0;
  let where = -1;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((values[i] as number) - (expected[i] as number));
    if (!(difference <= worst)) {
      worst = difference;
      where = i;
    }
  }
  const bound = atol + rtol * scale;
  expect(
    worst,
    `${label}: largest difference ${worst} at ${where} (found ${values[where]}, expected ${expected[where]}, bound ${bound})`,
  ).toBeLessThanOrEqual(bound);
}
