import * as tf from '@tensorflow/tfjs';
import { jit, useEngine } from '@vividmed/engine';
import { expectClose } from '@vividmed/testing';
import { afterAll, expect, test } from 'vitest';

type Case = [name: string, shapes: number[][], fn: (...x: tf.Tensor[]) => tf.Tensor];

const started = tf.getBackend();
afterAll(async () => void (await useEngine(started)));

const positive = (x: tf.Tensor) => tf.add(tf.abs(x), 0.3);
const indices = () => tf.tensor1d([2, 0, 2, 2, 1], 'int32');

/** Each with its gradient with respect to every input. */
const differentiable: Case[] = [
  [
    'broadcast arithmetic',
    [
      [2, 1, 5],
      [3, 1],
    ],
    (a, b) => tf.div(tf.sub(tf.mul(a, b), tf.add(a, 2)), positive(b)),
  ],
  [
    'maximum and minimum',
    [
      [3, 4],
      [3, 4],
    ],
    (a, b) => tf.add(tf.maximum(a, b), tf.minimum(a, tf.mul(b, 2))),
  ],
  ['pow and sqrt', [[7]], (a) => tf.add(tf.pow(positive(a), 1.5), tf.sqrt(positive(a)))],
  [
    'squared difference',
    [
      [3, 4],
      [3, 4],
    ],
    (a, b) => tf.squaredDifference(a, b),
  ],
  [
    'exp, log, log1p, expm1',
    [[9]],
    (a) => tf.add(tf.exp(a), tf.add(tf.log(positive(a)), tf.add(tf.log1p(positive(a)), tf.expm1(a)))),
  ],
  ['rsqrt and reciprocal', [[9]], (a) => tf.add(tf.rsqrt(positive(a)), tf.reciprocal(positive(a)))],
  [
    'sigmoid, tanh, softplus, erf',
    [[9]],
    (a) => tf.add(tf.add(tf.sigmoid(a), tf.tanh(a)), tf.add(tf.softplus(a), tf.erf(a))),
  ],
  ['relu, leaky relu, elu', [[9]], (a) => tf.add(tf.relu(a), tf.add(tf.leakyRelu(a, 0.1), tf.elu(a)))],
  ['sin, cos, clip', [[9]], (a) => tf.add(tf.sin(a), tf.mul(tf.cos(a), tf.clipByValue(a, -0.4, 0.7)))],
  ['softmax and log softmax', [[2, 3, 5]], (a) => tf.add(tf.softmax(a), tf.mul(tf.logSoftmax(a), 0.1))],
  ['sum and mean over negative axes', [[2, 3, 5]], (a) => tf.add(tf.sum(a, -2), tf.mean(a, [-2], false))],
  ['max over an axis', [[4, 5]], (a) => tf.max(a, -1, true)],
  [
    'products with transposes',
    [
      [2, 5, 3],
      [2, 4, 5],
    ],
    (a, b) => tf.matMul(a, b, true, true),
  ],
  [
    'products with transposed right side',
    [
      [2, 3, 4, 5],
      [2, 3, 6, 5],
    ],
    (a, b) => tf.matMul(a, b, false, true),
  ],
  [
    'products with a transposed left side that is larger than the others',
    [
      [2, 9, 8],
      [2, 9, 2],
    ],
    (a, b) => tf.matMul(a, b, true, false),
  ],
  [
    'products with a transposed left side that is smaller than the others',
    [
      [2, 3, 4],
      [2, 3, 9],
    ],
    (a, b) => tf.matMul(a, b, true, false),
  ],
  [
    'slices that make up a tensor, overlap, or leave a gap',
    [
      [4, 5],
      [4, 5],
      [4, 5],
      [4, 5],
      [4, 5],
    ],
    (a, b, c, d, e) => {
      const part = (x: tf.Tensor, begin: number[], size: number[]): tf.Tensor =>
        tf.reshape(tf.square(tf.slice(x, begin, size)), [-1]);
      return tf.concat([
        part(a, [2, 0], [2, 2]),
        part(a, [2, 2], [2, 3]),
        part(a, [0, 1], [2, 4]),
        part(a, [0, 0], [2, 1]),
        part(b, [0, 0], [3, 5]),
        part(b, [1, 0], [3, 5]),
        part(c, [0, 0], [1, 5]),
        part(c, [1, 0], [2, 5]),
        part(d, [0, 0], [1, 5]),
        part(d, [1, 0], [3, 5]),
        part(e, [1, 0], [3, 5]),
        part(e, [0, 0], [1, 5]),
      ]);
    },
  ],
  ['sums over the first axes', [[5, 6, 4]], (a) => tf.mul(tf.sum(a, [0, 1]), tf.sum(a, [1, 0]))],
  ['a number with axes of length 1 at the end', [[3, 4, 1, 1]], (a) => tf.div(tf.sub(1.5, a), tf.scalar(0.7))],
  [
    'transposed and reshaped twice',
    [[2, 3, 4]],
    (a) => tf.mul(tf.transpose(tf.transpose(a, [2, 0, 1]), [1, 2, 0]), tf.reshape(tf.reshape(a, [6, 4]), [2, 3, 4])),
  ],
  ['transpose, reshape, expand', [[2, 3, 4]], (a) => tf.expandDims(tf.reshape(tf.transpose(a, [2, 0, 1]), [4, 6]), -1)],
  [
    'concat and split',
    [
      [2, 3],
      [2, 4],
    ],
    (a, b) => tf.mul(...(tf.split(tf.concat([a, b, a], -1), 2, 1) as [tf.Tensor, tf.Tensor])),
  ],
  [
    'stack and unstack',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => tf.mul(...(tf.unstack(tf.stack([a, b], 1), 0) as [tf.Tensor, tf.Tensor])),
  ],
  [
    'slice and pad',
    [[4, 5]],
    (a) =>
      tf.pad(
        tf.slice(a, [1, 2], [2, -1]),
        [
          [1, 0],
          [2, 1],
        ],
        0.5,
      ),
  ],
  ['tile and reverse', [[2, 3]], (a) => tf.reverse(tf.tile(a, [2, 2]), [-1])],
  ['gather with repeated indices', [[3, 4]], (a) => tf.gather(a, indices())],
  ['segment sums with repeated indices', [[5, 4]], (a) => tf.unsortedSegmentSum(a, indices() as tf.Tensor1D, 4)],
  [
    'where',
    [
      [3, 4],
      [3, 4],
    ],
    (a, b) =>
      tf.where(
        tf.cast(
          tf.tensor2d([
            [1, 0, 1, 0],
            [0, 0, 1, 1],
            [1, 1, 1, 0],
          ]),
          'bool',
        ),
        a,
        b,
      ),
  ],
  ['cumulative sum', [[3, 4]], (a) => tf.cumsum(a, 1, true, true)],
  ['broadcast to', [[3, 1]], (a) => tf.mul(tf.broadcastTo(a, [2, 3, 4]), 2)],
];

const plain: Case[] = [
  [
    'comparisons',
    [[3, 4], [4]],
    (a, b) =>
      tf.add(tf.cast(tf.greater(a, b), 'int32'), tf.cast(tf.logicalOr(tf.lessEqual(a, b), tf.notEqual(a, a)), 'int32')),
  ],
  [
    'any and all',
    [[3, 4]],
    (a) => tf.logicalAnd(tf.any(tf.greater(a, 0), 1), tf.logicalNot(tf.all(tf.less(a, 0), -1))),
  ],
  ['arg max', [[3, 4]], (a) => tf.argMax(a, -1)],
  ['min and prod', [[3, 4]], (a) => tf.mul(tf.min(a, 0), tf.prod(a, 0))],
  ['rounding', [[9]], (a) => tf.add(tf.round(tf.mul(a, 3)), tf.add(tf.floor(a), tf.add(tf.ceil(a), tf.sign(a))))],
  ['integers', [[9]], (a) => tf.floorDiv(tf.cast(tf.mul(a, 20), 'int32'), tf.scalar(3, 'int32'))],
  [
    'one hot of indices out of range',
    [[3]],
    (a) => tf.oneHot(tf.add(tf.cast(tf.mul(a, 0), 'int32'), tf.tensor1d([-1, 1, 5], 'int32')), 3),
  ],
  ['scatter with repeated indices', [[5]], (a) => tf.scatterND(tf.reshape(indices(), [5, 1]), a, [4])],
  [
    'gather of coordinates',
    [[3, 4]],
    (a) =>
      tf.gatherND(
        a,
        tf.tensor2d(
          [
            [2, 1],
            [0, 3],
          ],
          [2, 2],
          'int32',
        ),
      ),
  ],
  ['strided slice', [[5, 6]], (a) => tf.stridedSlice(a, [4, 1], [0, 6], [-2, 2])],
  [
    'einsum',
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    (a, b) => tf.einsum('bij,bjk->bik', a, b),
  ],
];

const inputsOf = (shapes: number[][]) => shapes.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', 7 + i));

function withGradients(fn: Case[2]): (x: tf.Tensor[]) => tf.Tensor[] {
  return (x) => {
    const weighted = (...p: tf.Tensor[]) => {
      const y = fn(...p);
      return tf.sum(tf.mul(y, tf.reshape(tf.sin(tf.range(0, y.size)), y.shape))) as tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads(weighted)(x);
    return [fn(...x), value, ...grads];
  };
}

async function compare(shapes: number[][], fn: (x: tf.Tensor[]) => tf.Tensor[]): Promise<void> {
  await useEngine('cpu');
  const inputs = inputsOf(shapes);
  const expected = tf.tidy(() => fn(inputs));
  await useEngine('ort');
  const compiled = jit(fn);
  const found = compiled(inputs);
  expect(found.map((y) => [y.dtype, y.shape])).toEqual(expected.map((y) => [y.dtype, y.shape]));
  for (const [i, y] of found.entries()) expectClose(y, expected[i]!.dataSync(), { label: `output ${i}` });
  tf.dispose([inputs, expected, found]);
  compiled.dispose();
}

test.each(differentiable)('jit computes %s and its gradients as the plain engine does', (_, shapes, fn) =>
  compare(shapes, withGradients(fn)),
);

test.each(plain)('jit computes %s as the plain engine does', (_, shapes, fn) => compare(shapes, (x) => [fn(...x)]));
