import * as tf from '@tensorflow/tfjs';
import { expectClose } from '@vividmed/testing';
import { expect, it } from 'vitest';
import { describeEngines, expectGradient, randomTensor } from '../../test/engines.js';
import {
  attention,
  gelu,
  layerNorm,
  linear,
  mergeHeads,
  rmsNorm,
  silu,
  splitHeads,
  stopGradient,
  swiglu,
} from '../index.js';

const closeTo = (make: () => tf.Tensor, expected: readonly number[]): void =>
  tf.tidy(() => expectClose(make(), expected, { atol: 2e-6, rtol: 0 }));

describeEngines('layers', () => {
  it('GELU and SiLU are those of torch 1.13', () => {
    const x = [-3, -1, 0, 0.5, 2];
    closeTo(() => gelu(tf.tensor1d(x)), [-0.00404987, -0.15865529, 0, 0.3457312, 1.95449996]);
    closeTo(() => silu(tf.tensor1d(x)), [-0.14227761, -0.26894143, 0, 0.31122968, 1.76159406]);
  });

  it('layer norm is that of torch 1.13, and RMS norm divides by the root of the mean square', () => {
    const x = [1, 2, 4, -1, 0, 3];
    const [weight, bias] = [
      [1, 2, 0.5],
      [0.1, 0, -0.2],
    ];
    closeTo(
      () => layerNorm({ weight: tf.tensor1d(weight!), bias: tf.tensor1d(bias!) }, tf.tensor2d(x, [2, 3])),
      [-0.96904135, -0.53452063, 0.46815091, -0.88057888, -0.78446311, 0.48640531],
    );
    const [first, second] = [Math.sqrt(7), Math.sqrt(10 / 3)];
    closeTo(
      () => rmsNorm({ weight: tf.tensor1d(weight!) }, tf.tensor2d(x, [2, 3]), 0),
      [1 / first, 4 / first, 2 / first, -1 / second, 0, 1.5 / second],
    );
  });

  it('attention with one key gives its value, and hidden keys take no part', () => {
    const [q, k, v] = [1, 2, 3].map((seed) => randomTensor([1, 2, 3, 4], seed)) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const bias = tf.tensor([0, -1e9, -1e9], [1, 1, 1, 3]);
    const first = tf.tidy(() => tf.tile(tf.slice(v, [0, 0, 0, 0], [1, 2, 1, 4]), [1, 1, 3, 1]));
    closeTo(() => attention(q, k, v, bias), [...first.dataSync()]);
    // Written out for one query: softmax(q k / sqrt C) v.
    const expected = tf.tidy(() => {
      const scores = tf.sum(
        tf.mul(tf.slice(q, [0, 1, 2, 0], [1, 1, 1, 4]), tf.slice(k, [0, 1, 0, 0], [1, 1, 3, 4])),
        -1,
      );
      const weights = tf.reshape(tf.softmax(tf.div(scores, 2)), [1, 1, 3, 1]);
      return tf.sum(tf.mul(weights, tf.slice(v, [0, 1, 0, 0], [1, 1, 3, 4])), 2);
    });
    closeTo(() => tf.slice(attention(q, k, v), [0, 1, 2, 0], [1, 1, 1, 4]), [...expected.dataSync()]);
    tf.dispose([q, k, v, bias, first, expected]);
  });

  it('heads are split and merged without loss, each head a run of channels', () => {
    const x = randomTensor([2, 3, 8], 4);
    closeTo(() => mergeHeads(splitHeads(x, 2)), [...x.dataSync()]);
    const head = tf.tidy(() => tf.slice(x, [0, 0, 4], [2, 3, 4]));
    closeTo(() => tf.slice(splitHeads(x, 2), [0, 1, 0, 0], [2, 1, 3, 4]), [...head.dataSync()]);
    tf.dispose([x, head]);
  });

  it('linear works on the last axis of any rank, and names a shape that does not fit', () => {
    const [weight, bias, x] = [randomTensor([3, 2], 1), randomTensor([2], 2), randomTensor([2, 2, 3], 3)];
    const expected = tf.tidy(() => tf.add(tf.matMul(tf.reshape(x, [4, 3]), weight), bias));
    closeTo(() => linear({ weight, bias }, x), [...expected.dataSync()]);
    expect(() => linear({ weight }, expected)).toThrow('expected a last axis of 3, found shape [4, 2]');
    tf.dispose([weight, bias, x, expected]);
  });

  it('gradients are the central differences', () => {
    expectGradient((x, w, b) => linear({ weight: w, bias: b }, x), [[2, 3, 4], [4, 5], [5]]);
    expectGradient((x, w, b) => layerNorm({ weight: w, bias: b }, x), [[3, 8], [8], [8]]);
    expectGradient((x, w) => rmsNorm({ weight: w }, x), [[3, 8], [8]]);
    expectGradient(gelu, [[4, 5]]);
    const shape = [2, 2, 3, 4];
    expectGradient((q, k, v) => attention(q, k, v), [shape, shape, shape]);
    // One query for every head, and scores that are shared.
    expectGradient((q, k, v, bias) => attention(q, k, v, bias), [[1, 1, 3, 4], shape, shape, [2, 1, 3]]);
    expectGradient(
      (x, gate, up, down) => swiglu({ gate: { weight: gate }, up: { weight: up }, down: { weight: down } }, x),
      [
        [3, 4],
        [4, 6],
        [4, 6],
        [6, 2],
      ],
    );
  });

  it('SwiGLU gates one map with the SiLU of the other', () => {
    const one = { weight: tf.tensor2d([[1]]) };
    const two = { weight: tf.tensor2d([[2]]) };
    closeTo(() => swiglu({ gate: one, up: two, down: two }, tf.tensor2d([[0.5]])), [2 * 0.31122968 * 1]);
    tf.dispose([one.weight, two.weight]);
  });
});

it('a stopped gradient leaves values alone, and what reads them with a constant', () => {
  const x = tf.tensor1d([1, -2, 3]);
  const [grad, values] = tf.tidy(() => [
    tf.grad((y) => tf.sum(tf.mul(stopGradient(y), tf.square(y))))(x),
    tf.mul(stopGradient(x), 2),
  ]);
  // Of c * y^2 with c = y: 2 c y, not 3 y^2.
  expect([...grad!.dataSync()]).toEqual([2, 8, 18]);
  expect([...values!.dataSync()]).toEqual([2, -4, 6]);
  tf.dispose([x, grad!, values!]);
});
