import * as tf from '@tensorflow/tfjs';
import { jit, useEngine } from '@vividmed/engine';
import { expectClose } from '@vividmed/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OrtBackend } from '../src/ort/backend.js';

const started = tf.getBackend();
beforeAll(async () => void (await useEngine('ort')));
afterAll(async () => void (await useEngine(started)));

const ort = () => tf.backend() as OrtBackend;

/** Large enough that the kernels run as sessions. */
const cases: [string, number[][], (...x: tf.Tensor[]) => tf.Tensor][] = [
  [
    'broadcast sums',
    [
      [60, 1, 50],
      [40, 1],
    ],
    (a, b) => tf.add(a, b),
  ],
  [
    'products',
    [
      [3, 70, 50],
      [3, 60, 50],
    ],
    (a, b) => tf.matMul(a, b, false, true),
  ],
  ['transposes and reductions', [[20, 30, 10]], (a) => tf.sum(tf.transpose(a, [2, 0, 1]), -1)],
  ['softmax', [[50, 60]], (a) => tf.softmax(a)],
  ['slices of slices', [[60, 70]], (a) => tf.slice(tf.slice(a, [2, 3], [50, 60]), [1, 0], [45, 60])],
  [
    'concat and split',
    [
      [60, 40],
      [60, 20],
    ],
    (a, b) => tf.split(tf.concat([a, b], 1), [10, 50], 1)[1] as tf.Tensor,
  ],
  ['arithmetic with one number', [[3000]], (a) => tf.relu(tf.sub(tf.mul(a, 3), tf.ones([3000])))],
  ['integer casts', [[3000]], (a) => tf.cast(tf.mul(a, 30), 'int32')],
];

test.each(cases)('ort computes %s of large tensors as the plain engine does', async (_, shapes, fn) => {
  const inputs = shapes.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', i + 1));
  const found = tf.tidy(() => fn(...inputs));
  const before = ort().sessions.size;
  expect(before).toBeGreaterThan(0);
  await useEngine('cpu');
  const expected = tf.tidy(() => fn(...inputs));
  expect([found.dtype, found.shape]).toEqual([expected.dtype, expected.shape]);
  await useEngine('ort');
  expectClose(found, expected.dataSync());
  tf.dispose([inputs, found, expected]);
});

test('many additions to few rows lose none', () => {
  const n = 60_000;
  const sum = jit(([x, ids]) => [tf.unsortedSegmentSum(x as tf.Tensor, ids as tf.Tensor1D, 3)]);
  const x = tf.ones([n, 4]);
  const ids = tf.tensor1d(
    Int32Array.from({ length: n }, (_, i) => i % 2),
    'int32',
  );
  const [y] = sum([x, ids]) as [tf.Tensor];
  expectClose(y, [n / 2, n / 2, n / 2, n / 2, n / 2, n / 2, n / 2, n / 2, 0, 0, 0, 0]);
  tf.dispose([x, ids, y]);
  sum.dispose();
});

test('arrays of disposed tensors are used again, but never those that somebody has read', () => {
  const add = jit(([x]) => [tf.add(x as tf.Tensor, 1)]);
  let state = tf.zeros([5000]);
  const reused = ort().pool.numReused;
  for (let i = 0; i < 6; i++) {
    const [next] = add([state]) as [tf.Tensor];
    state.dispose();
    state = next;
  }
  expect(ort().pool.numReused - reused).toBeGreaterThanOrEqual(3);
  const read = state.dataSync();
  state.dispose();
  const fifty = tf.fill([5000], 50);
  const [other] = add([fifty]) as [tf.Tensor];
  expect(read[0]).toBe(6);
  tf.dispose([fifty, other]);
  add.dispose();
});

test('inputs made on other engines work', async () => {
  const twice = jit(([x]) => [tf.mul(x as tf.Tensor, 2)]);
  for (const engine of ['cpu', 'wasm']) {
    await useEngine(engine);
    const x = tf.range(0, 3000);
    await useEngine('ort');
    const y = twice([x])[0] as tf.Tensor;
    expect(y.dataSync()[2999]).toBe(5998);
    tf.dispose([x, y]);
  }
  twice.dispose();
});
