import * as tf from '@tensorflow/tfjs';
import { useEngine } from '@vividmed/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OrtBackend } from '../src/ort/backend.js';

const started = tf.getBackend();
beforeAll(async () => void (await useEngine('ort')));
afterAll(async () => void (await useEngine(started)));

const width = 64;
const learningRate = 0.1;

/** One step of gradient descent towards the targets. Its matrices are large enough to be computed in sessions. */
function trainStep(weights: tf.Tensor2D, x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const loss = (w: tf.Tensor) =>
      tf.mean(tf.squaredDifference(tf.relu(tf.matMul(x, w as tf.Tensor2D)), y)) as tf.Scalar;
    return tf.sub(weights, tf.mul(tf.grad(loss)(weights), learningRate));
  });
}

test('ten thousand eager steps keep no tensor, array or session, and no memory', () => {
  const backend = tf.backend() as OrtBackend;
  const x = tf.randomNormal([width, width], 0, 1, 'float32', 1) as tf.Tensor2D;
  const y = tf.randomUniform([width, width], 0, 1, 'float32', 2) as tf.Tensor2D;
  let weights = tf.zeros([width, width]) as tf.Tensor2D;
  const run = (steps: number) => {
    for (let i = 0; i < steps; i++) {
      const next = trainStep(weights, x, y);
      weights.dispose();
      weights = next;
    }
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    const { freeBytes } = backend.pool;
    return { numTensors, numDataBuffers, numBytes, freeBytes, sessions: backend.sessions.size };
  };
  const before = run(1000);
  const residentBefore = process.memoryUsage.rss();
  expect(before.sessions).toBeGreaterThan(0);
  expect(run(9000)).toEqual(before);
  // One matrix kept per step would be 147 MB.
  expect((process.memoryUsage.rss() - residentBefore) / 2 ** 20).toBeLessThan(64);
  tf.dispose([x, y, weights]);
}, 300_000);
