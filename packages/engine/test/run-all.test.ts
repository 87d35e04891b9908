import * as tf from '@tensorflow/tfjs';
import { expectClose } from '@vividmed/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { jit, type Jitted, runAll, useEngine } from '@vividmed/engine';

describe('runAll', () => {
  beforeAll(async () => {
    await useEngine('ort');
  });

  const product = ([a, b]: tf.Tensor[]): tf.Tensor[] => [tf.matMul(a!, b!), tf.sum(a!)];
  const gradient = ([x]: tf.Tensor[]): tf.Tensor[] => [tf.grad((y) => tf.sum(tf.mul(tf.tanh(y), y)))(x!)];

  it('gives what the functions give, again and again, for each set of shapes', () => {
    const [first, second, third] = [gradient, product, gradient].map((fn, thread) => jit(fn, { thread })) as [
      Jitted,
      Jitted,
      Jitted,
    ];
    for (const n of [3, 40, 3]) {
      for (let round = 0; round < 3; round++) {
        const a = tf.randomNormal([n, n], 0, 1, 'float32', round + 1);
        const b = tf.randomNormal([n, 2], 0, 1, 'float32', round + 2);
        const found = runAll([
          { run: first, inputs: [a] },
          { run: second, inputs: [a, b] },
          { run: third, inputs: [b] },
        ]);
        const expected = [gradient([a]), product([a, b]), gradient([b])];
        found.forEach((tensors, i) =>
          tensors.forEach((tensor, k) => expectClose(tensor, expected[i]![k]!.dataSync(), { rtol: 1e-5, atol: 1e-5 })),
        );
        tf.dispose([a, b, found, expected]);
      }
    }
    for (const run of [first, second, third]) {
      expect(run.numGraphs).toBe(2);
      run.dispose();
    }
    expect(() => runAll([{ run: first, inputs: [] }])).toThrow('disposed');
  });

  it('has the thread that calls do something else once its own part is done', () => {
    const [here, elsewhere] = [0, 1].map((thread) => jit(gradient, { thread })) as [Jitted, Jitted];
    const x = tf.ones([8, 8]);
    const calls = [elsewhere, here].map((run) => ({ run, inputs: [x] }));
    let count = 0;
    const found = runAll(calls, () => void count++);
    expect(count).toBe(1);
    expectClose(found[0]![0]!, found[1]![0]!.dataSync());
    expect(() =>
      runAll(calls, () => {
        throw new Error('something else failed');
      }),
    ).toThrow('something else failed');
    tf.dispose([x, found]);
    here.dispose();
    elsewhere.dispose();
  });

  it('keeps no tensor', () => {
    const runs = [0, 1].map((thread) => jit(gradient, { thread }));
    const x = tf.ones([64, 64]);
    const calls = runs.map((run) => ({ run, inputs: [x] }));
    tf.dispose(runAll(calls));
    const before = tf.memory().numTensors;
    for (let i = 0; i < 20; i++) tf.dispose(runAll(calls));
    expect(tf.memory().numTensors).toBe(before);
    for (const run of runs) run.dispose();
    x.dispose();
  });

  it('says what failed on a thread, and goes on', () => {
    const gather = ([x, i]: tf.Tensor[]): tf.Tensor[] => [tf.gather(x!, i as tf.Tensor1D)];
    const [here, elsewhere] = [0, 1].map((thread) => jit(gather, { thread })) as [Jitted, Jitted];
    const x = tf.ones([4, 4096]);
    const [good, bad] = [tf.tensor1d([1], 'int32'), tf.tensor1d([9], 'int32')];
    const call = (i: tf.Tensor, j: tf.Tensor) => () =>
      runAll([
        { run: here, inputs: [x, i] },
        { run: elsewhere, inputs: [x, j] },
      ]);
    expect(call(good, bad)).toThrow('runAll');
    expect(call(bad, good)).toThrow('out of');
    const found = call(good, good)();
    expect(found.map(([y]) => y!.shape)).toEqual([
      [1, 4096],
      [1, 4096],
    ]);
    tf.dispose([x, good, bad, found]);
    here.dispose();
    elsewhere.dispose();
  });
});
