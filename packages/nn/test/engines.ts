import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createRng } from '@vividmed/core';
import { afterAll, beforeAll, describe, expect } from 'vitest';

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);

/** The same tests on the plain JavaScript engine and on WebAssembly. */
export function describeEngines(title: string, tests: () => void): void {
  describe.each(['cpu', 'wasm'])(`${title} on %s`, (engine) => {
    let previous = '';
    beforeAll(async () => {
      previous = tf.getBackend();
      expect(await tf.setBackend(engine)).toBe(true);
    });
    afterAll(() => tf.setBackend(previous));
    tests();
  });
}

/** Standard normal values. */
export function randomTensor(shape: readonly number[], seed: number): tf.Tensor {
  const rng = createRng(seed);
  return tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal()),
    [...shape],
  );
}

/**
 * Expects the gradient of a random weighting of `f`'s output to agree with central differences along 5 random directions
 * of all inputs together: relative error below 1e-2 at h = 1e-3, where 32-bit floats are best.
 */
export function expectGradient(f: (...xs: tf.Tensor[]) => tf.Tensor, shapes: readonly (readonly number[])[]): void {
  const h = 1e-3;
  tf.tidy(() => {
    const xs = shapes.map((shape, i) => randomTensor(shape, 10 + i));
    const weights = randomTensor(f(...xs).shape, 3);
    const loss = (...inputs: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(f(...inputs), weights));
    const grads = tf.grads(loss)(xs);
    grads.forEach((grad, i) => expect(grad.shape, `shape of gradient ${i}`).toEqual(shapes[i]));
    for (let direction = 0; direction < 5; direction++) {
      const vs = shapes.map((shape, i) => randomTensor(shape, 100 + 10 * direction + i));
      const along = (step: number): number => loss(...xs.map((x, i) => tf.add(x, tf.mul(vs[i]!, step)))).dataSync()[0]!;
      const numeric = (along(h) - along(-h)) / (2 * h);
      const exact = grads.reduce((sum, grad, i) => sum + tf.sum(tf.mul(grad, vs[i]!)).dataSync()[0]!, 0);
      const size = Math.hypot(...grads.map((grad) => tf.norm(grad).dataSync()[0]!));
      expect(size, 'norm of the gradient').toBeGreaterThan(0);
      // Relative to the gradient's norm: a direction may happen to be nearly orthogonal to it.
      expect(Math.abs(exact - numeric) / size, `direction ${direction}: ${exact} against ${numeric}`).toBeLessThan(
        1e-2,
      );
    }
  });
}
