import * as tf from '@tensorflow/tfjs';
import { compute, expectClose, testedBounds } from '@vividmed/testing';
import { expect, test } from 'vitest';

const along = (x: tf.Tensor, axis: number, one: number, others: number): number[] =>
  x.shape.map((_, i) => (i === axis ? one : others));
const pairs = (x: tf.Tensor, changed: Record<number, [number, number]>): [number, number][] =>
  x.shape.map((_, i) => changed[i] ?? [0, 0]);

/** Operations that some engines have own kernels for where there are many axes. */
const operations: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  'a transpose': (x) => tf.transpose(x),
  'a transpose of two axes': (x) => tf.transpose(x, [0, 2, 1, ...x.shape.map((_, i) => i).slice(3)]),
  tile: (x) => tf.tile(x, along(x, 1, 2, 1)),
  'tile of two axes': (x) => tf.tile(tf.tile(x, along(x, 0, 3, 1)), along(x, 3, 2, 1)),
  broadcastTo: (x) => tf.broadcastTo(tf.sum(x, [0, 2], true), x.shape),
  slice: (x) =>
    tf.slice(
      x,
      along(x, 1, 1, 0),
      x.shape.map((n, i) => (i === 1 ? 1 : n)),
    ),
  pad: (x) => tf.pad(x, pairs(x, { 1: [1, 2], 3: [0, 1] }), 0.5),
  mirrorPad: (x) => tf.mirrorPad(x, pairs(x, { 1: [1, 1], 2: [1, 0] }), 'reflect'),
  concat: (x) => tf.concat([x, x], 2),
  gather: (x) => tf.gather(x, tf.tensor1d([1, 0], 'int32'), 1),
  reverse: (x) => tf.reverse(x, [1, 2]),
  cumsum: (x) => tf.cumsum(x, 1),
  sum: (x) => tf.sum(x, [1, 3]),
  max: (x) => tf.max(x, [0, 2]),
  'a sum with a vector': (x) => tf.add(x, tf.linspace(0, 1, x.shape.at(-1)!)),
  'a product with a matrix on its left': (x) => tf.mul(tf.reshape(tf.linspace(1, 2, 4), [2, 2]), x),
  'a difference over single axes': (x) => tf.sub(x, tf.mean(x, [1, 3], true)),
  'a comparison': (x) => tf.cast(tf.greaterEqual(x, tf.mean(x, -1, true)), 'float32'),
  where: (x) => tf.where(tf.greater(x, 0), x, tf.mul(x, 2)),
  'a sum of many': (x) => tf.addN(Array.from({ length: 17 }, (_, i) => tf.mul(x, i))),
};

/** Computes in plain JavaScript, whatever the engine under test is. */
async function plainly(fn: () => tf.Tensor): Promise<{ shape: number[]; values: tf.TypedArray }> {
  const engine = tf.getBackend();
  await tf.setBackend('cpu');
  try {
    const found = tf.tidy(fn);
    const values = found.dataSync();
    found.dispose();
    return { shape: found.shape, values };
  } finally {
    await tf.setBackend(engine);
  }
}

test.each(Object.keys(operations))('%s of five and six axes agrees with plain JavaScript', async (name) => {
  for (const shape of [
    [2, 3, 4, 2, 2],
    [2, 3, 2, 3, 2, 2],
  ]) {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * 1.7));
    const x = tf.tensor(data, shape);
    // The product is there so that a GPU has the values, and the program has them no more.
    const [found] = compute((inputs) => [operations[name]!(tf.mul(inputs[0]!, 1))], [x]);
    const values = await found!.data();
    const plain = await plainly(() => operations[name]!(tf.tensor(data, shape)));
    expect(found!.shape).toEqual(plain.shape);
    expectClose(values, plain.values, { ...testedBounds({ rtol: 1e-6, atol: 1e-6 }), label: shape.join() });
    tf.dispose([x, found!]);
  }
});
