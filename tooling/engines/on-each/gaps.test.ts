import * as tf from '@tensorflow/tfjs';
import { compute, testedEngine } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { gaps } from '../src/gaps.js';

const own = gaps.filter(({ engine }) => engine === testedEngine());

test.skipIf(own.length === 0).each(own)('$what is a gap still', async ({ show, error, what }) => {
  const before = tf.memory().numTensors;
  const x = tf.ones([2, 2, 2, 2, 2, 2, 2]);
  const attempt = async (): Promise<unknown> => {
    const [found] = compute((inputs) => [show(inputs[0]!)], [x]);
    return found!.data();
  };
  await expect(attempt(), `${what}: take it out of the table when it works`).rejects.toThrow(error);
  tf.dispose(x);
  expect(tf.memory().numTensors).toBe(before);
});
