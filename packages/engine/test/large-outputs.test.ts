import * as tf from '@tensorflow/tfjs';
import { jit, runAll, useEngine } from '@vividmed/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const started = tf.getBackend();
beforeAll(async () => void (await useEngine('ort')));
afterAll(async () => void (await useEngine(started)));

/** 4 MiB, well above what is copied rather than left where it is. */
const size = 2 ** 20;
const range = (): tf.Tensor => tf.tensor1d(Float32Array.from({ length: size }, (_, i) => i));
const twice = ([x]: tf.Tensor[]): tf.Tensor[] => [tf.mul(x!, 2), tf.sum(x!)];

describe('large outputs', () => {
  const compiled = jit(twice);
  const elsewhere = jit(twice, { thread: 1 });
  const calls: Record<string, (x: tf.Tensor) => tf.Tensor[]> = {
    'single operations': (x) => [tf.mul(x, 2)],
    'a compiled function': (x) => compiled([x]),
    'a function on another thread': (x) => runAll([{ run: elsewhere, inputs: [x] }])[0]!,
  };

  it.each(Object.keys(calls))('of %s are right and have no copies', (name) => {
    const call = calls[name]!;
    const x = range();
    const outputs = call(x);
    expect(outputs[0]!.dataSync().every((value, i) => value === 2 * i)).toBe(true);
    tf.dispose([outputs, call(x)]);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 4; i++) tf.dispose(call(x));
    // A copy of each would be 16 MiB, which nothing has collected yet.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 22);
    x.dispose();
  });

  it('hide no failure of a run', () => {
    const x = range();
    const indices = tf.fill([size], 2 * size, 'int32') as tf.Tensor1D;
    const run = jit(([from, at]) => [tf.gather(from!, at as tf.Tensor1D)]);
    expect(() => run([x, indices])).toThrow('out of data bounds');
    run.dispose();
    tf.dispose([x, indices]);
  });
});
