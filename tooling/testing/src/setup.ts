import * as tf from '@tensorflow/tfjs';
import { useEngine } from '@vividmed/engine';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';

let before = 0;

beforeAll(async () => {
  await useEngine(process.env['VIVIDMED_ENGINE'] ?? 'cpu');
});

beforeEach(() => {
  before = tf.memory().numTensors;
});

afterEach(() => {
  expect(tf.memory().numTensors - before, 'tensors leaked by this test').toBe(0);
});
