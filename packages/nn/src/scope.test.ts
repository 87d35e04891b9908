import * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import { expect, it } from 'vitest';
import { scope } from './index.js';

it('passes what a function returns, wherever its tensors are in it', () => {
  const made = scope('make', () => ({ list: [tf.ones([2])], map: new Map([['a', tf.zeros([3])]]), label: 'x' }));
  expect(made.list[0]!.shape).toEqual([2]);
  tf.dispose([made.list, [...made.map.values()]]);
});

it('says how many tensors were left behind', () => {
  const forgotten: tf.Tensor[] = [];
  const run = () =>
    scope('encode', () => {
      forgotten.push(tf.ones([1]), tf.ones([1]));
      return 3;
    });
  expect(run).toThrow(VividMedError);
  expect(run).toThrow('encode: expected no tensors left but those returned, found 2 more.');
  tf.dispose(forgotten);
});

it('does not take a tensor from before for a new one', () => {
  const old = tf.ones([1]);
  const forgotten: tf.Tensor[] = [];
  const run = () =>
    scope('keep', () => {
      forgotten.push(tf.ones([1]));
      return old;
    });
  expect(run).toThrow('found 1 more');
  expect(scope('same', () => old)).toBe(old);
  tf.dispose([old, forgotten]);
});

it('waits for asynchronous functions', async () => {
  const forgotten: tf.Tensor[] = [];
  const leak = scope('later', async () => {
    await Promise.resolve();
    forgotten.push(tf.ones([1]));
    return 1;
  });
  await expect(leak).rejects.toThrow('later: expected no tensors left but those returned, found 1 more.');
  const fine = await scope('later', async () => tf.tidy(() => tf.ones([2])));
  tf.dispose([fine, forgotten]);
});

it('counts the tensors that a function frees, when it is told of them', () => {
  const [first, second] = [tf.ones([1]), tf.ones([1])];
  const update = (param: tf.Tensor): tf.Tensor => {
    const next = tf.mul(param, 2);
    param.dispose();
    return next;
  };
  scope('update', () => update(first), { frees: [first] }).dispose();
  const forgotten: tf.Tensor[] = [];
  const leaky = () => {
    forgotten.push(tf.ones([1]), update(second));
    return forgotten[1]!;
  };
  expect(() => scope('update', leaky, { frees: [second] })).toThrow('found 1 more');
  tf.dispose(forgotten);
});
