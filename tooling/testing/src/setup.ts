import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { startTestedEngine } from './tested-engine.js';

let before = 0;

beforeAll(startTestedEngine);

beforeEach(() => {
  before = tf.memory().numTensors;
});

afterEach(() => {
  expect(tf.memory().numTensors - before, 'tensors leaked by this test').toBe(0);
});
