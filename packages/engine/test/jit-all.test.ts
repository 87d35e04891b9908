import * as tf from '@tensorflow/tfjs';
import { expectClose } from '@vividmed/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { jitAll, useEngine } from '@vividmed/engine';

describe('jitAll', () => {
  beforeAll(async () => {
    await useEngine('ort');
  });

  const product = ([a, b]: tf.Tensor[]): tf.Tensor[] => [tf.matMul(a!, b!), tf.sum(a!)];
  const gradient = ([x]: tf.Tensor[]): tf.Tensor[] => [tf.grad((y) => tf.sum(tf.mul(tf.tanh(y), y)))(x!)];

  it('gives what the functions give, again and again, for each set of shapes', () => {
    const all = jitAll([gradient, product, gradient]);
    for (const n of [3, 40, 3]) {
      for (let round = 0; round < 3; round++) {
        const a = tf.randomNormal([n, n], 0, 1, 'float32', round + 1);
        const b = tf.randomNormal([n, 2], 0, 1, 'float32', round + 2);
        const found = all([[a], [a, b], [b]]);
        const expected = [gradient([a]), product([a, b]), gradient([b])];
        found.forEach((tensors, i) =>
          tensors.forEach((tensor, k) => expectClose(tensor, expected[i]![k]!.dataSync(), { rtol: 1e-5, atol: 1e-5 })),
        );
        tf.dispose([a, b, found, expected]);
      }
    }
    all.dispose();
    expect(() => all([])).toThrow('disposed');
  });

  it('keeps no tensor', () => {
    const all = jitAll([gradient, gradient]);
    const x = tf.ones([64, 64]);
    tf.dispose(all([[x], [x]]));
    const before = tf.memory().numTensors;
    for (let i = 0; i < 20; i++) tf.dispose(all([[x], [x]]));
    expect(tf.memory().numTensors).toBe(before);
    all.dispose();
    x.dispose();
  });

  it('says what failed on a thread, and goes on', () => {
    const gather = ([x, i]: tf.Tensor[]): tf.Tensor[] => [tf.gather(x!, i as tf.Tensor1D)];
    const all = jitAll([gather, gather]);
    const x = tf.ones([4, 4096]);
    const [good, bad] = [tf.tensor1d([1], 'int32'), tf.tensor1d([9], 'int32')];
    expect(() => all([[x, good], [x, bad]])).toThrow('jitAll');
    const found = all([[x, good], [x, good]]);
    expect(found.map(([y]) => y!.shape)).toEqual([[1, 4096], [1, 4096]]);
    tf.dispose([x, good, bad, found]);
    all.dispose();
  });
});
