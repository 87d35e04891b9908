import * as tf from '@tensorflow/tfjs';
import { jit, runAll, useEngine } from '@vividmed/engine';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { OrtBackend } from '../src/ort/backend.js';

const started = tf.getBackend();
beforeEach(async () => void (await useEngine('ort')));
afterAll(async () => void (await useEngine(started)));

type Fn = (inputs: tf.Tensor[]) => tf.Tensor[];

const side = 64;

/** A tensor whose array is of the engine's own, as results of earlier calls have. */
const made = (seed: number): tf.Tensor =>
  tf.tidy(() => tf.mul(tf.randomUniform([side, side], -1, 1, 'float32', seed), tf.fill([side, side], 1)));

const arrayOf = (tensor: tf.Tensor): unknown => (tf.backend() as OrtBackend).valuesOf(tensor);
const numbersOf = (tensors: tf.Tensor[]): number[][] => tensors.map((tensor) => [...tensor.dataSync()]);

/** Whether the first output is in the array of the first input, and all outputs. */
function call(fn: Fn, inputs: tf.Tensor[]): { isReused: boolean; values: number[][] } {
  const run = jit(fn, { donate: [0] });
  const before = arrayOf(inputs[0]!);
  const outputs = run(inputs);
  const isReused = arrayOf(outputs[0]!) === before;
  const values = numbersOf(outputs);
  run.dispose();
  tf.dispose([outputs, inputs]);
  return { isReused, values };
}

const plain = (fn: Fn, seeds: number[]): number[][] =>
  tf.tidy(() => {
    const run = jit(fn);
    const values = numbersOf(run(seeds.map(made)));
    run.dispose();
    return values;
  });

describe('donated inputs', () => {
  const safe: Record<string, Fn> = {
    'the last step is elementwise': ([x, y]) => [tf.sub(x!, tf.matMul(y!, y!))],
    'elementwise steps come before': ([x, y]) => [tf.matMul(y!, tf.mul(x!, 2))],
    'a vector of it is made before': ([x, y]) => [
      tf.reshape(tf.square(tf.concat([tf.reshape(x!, [-1]), tf.reshape(y!, [-1])])).slice(0, side * side), [
        side,
        side,
      ]),
    ],
  };
  const unsafe: Record<string, Fn> = {
    'another output reads the input': ([x, y]) => [tf.add(x!, y!), tf.mul(x!, 3)],
    'another output reads it reshaped': ([x, y]) => [tf.add(x!, y!), tf.sum(tf.reshape(x!, [-1, 2]), 0)],
    'a product is added to it, which may be one step with the sum': ([x, y]) => [tf.add(x!, tf.matMul(x!, y!))],
    'the last step reads more than the same place': ([x, y]) => [tf.matMul(x!, y!)],
    'the output has another shape': ([x]) => [tf.sum(x!, 0)],
    'the output is the input': ([x]) => [x!],
    'another output is the input': ([x, y]) => [tf.add(x!, y!), x!],
  };

  it.each(Object.keys(safe))('hand on their memory where %s', (name) => {
    const { isReused, values } = call(safe[name]!, [made(1), made(2)]);
    expect(isReused).toBe(true);
    expect(values).toEqual(plain(safe[name]!, [1, 2]));
  });

  it.each(Object.keys(unsafe))('keep their memory where %s', (name) => {
    const { isReused, values } = call(unsafe[name]!, [made(1), made(2)]);
    expect(isReused).toBe(false);
    expect(values).toEqual(plain(unsafe[name]!, [1, 2]));
  });

  it('keep an array that somebody else holds', () => {
    const next: Fn = ([x]) => [tf.add(x!, 1)];
    const read = made(1);
    const held = read.dataSync();
    const before = [...held];
    expect(call(next, [read]).isReused).toBe(false);
    expect([...held]).toEqual(before);

    const values = Float32Array.from({ length: side * side }, (_, i) => i);
    expect(call(next, [tf.tensor2d(values, [side, side])]).isReused).toBe(false);
    expect(values[7]).toBe(7);

    const original = made(2);
    const clone = tf.clone(original);
    const expected = made(2);
    expect(call(next, [original]).isReused).toBe(false);
    expect(numbersOf([clone])).toEqual(numbersOf([expected]));
    tf.dispose([clone, expected]);
  });

  it('keep an array that comes in twice', () => {
    const x = made(1);
    const fn: Fn = ([first, second]) => [tf.add(first!, 1), tf.mul(second!, 3)];
    const run = jit(fn, { donate: [0, 1] });
    const outputs = run([x, x]);
    expect(numbersOf(outputs)).toEqual(plain(fn, [1, 1]));
    tf.dispose(outputs);
    run.dispose();
  });

  it.each(['ort', 'cpu'])('are disposed by the call on %s', async (engine) => {
    await useEngine(engine);
    const run = jit(([x, y]) => [tf.add(x!, y!)], { donate: [0] });
    const before = tf.memory().numTensors;
    const [x, y] = [tf.ones([4]), tf.ones([4])];
    const outputs = run([x, y]);
    expect([x.isDisposed, y.isDisposed]).toEqual([true, false]);
    expect(numbersOf(outputs)).toEqual([[2, 2, 2, 2]]);
    tf.dispose([outputs, y]);
    expect(tf.memory().numTensors).toBe(before);
    run.dispose();
  });

  it('are disposed by a call on another thread', () => {
    const run = jit(([x]) => [tf.mul(x!, 2)], { thread: 1, donate: [0] });
    const inputs = [made(1)];
    const expected = plain(([x]) => [tf.mul(x!, 2)], [1]);
    const [outputs] = runAll([{ run, inputs }]);
    expect(inputs[0]!.isDisposed).toBe(true);
    expect(numbersOf(outputs!)).toEqual(expected);
    tf.dispose(outputs!);
    run.dispose();
  });

  it('go through steps without a second array for each', () => {
    const run = jit(([x, y]) => [tf.sub(x!, tf.mul(y!, 0.1))], { donate: [0] });
    const y = made(2);
    let x = made(1);
    const array = arrayOf(x);
    for (let i = 0; i < 5; i++) [x] = run([x, y]) as [tf.Tensor];
    expect(arrayOf(x)).toBe(array);
    const expected = tf.tidy(() => tf.sub(made(1), tf.mul(made(2), 0.5)));
    const [found, wanted] = numbersOf([x, expected]);
    found!.forEach((value, i) => expect(value).toBeCloseTo(wanted![i]!, 5));
    tf.dispose([x, y, expected]);
    run.dispose();
  });

  it('may be filled tensors, whose numbers are right in an array that was used before, too', () => {
    for (const value of [0, 3, 0]) {
      const filled = tf.fill([side, side], value);
      expect(filled.dataSync().every((number) => number === value)).toBe(true);
      filled.dispose();
      // An array that goes back to the pool with other numbers in it.
      made(1).dispose();
      const [, again] = [tf.fill([side, side], 5).dispose(), tf.fill([side, side], value)];
      expect(again.dataSync().every((number) => number === value)).toBe(true);
      again.dispose();
    }
    const zeros = tf.fill([side, side], 0);
    expect(call(([x]) => [tf.add(x!, 1)], [zeros])).toEqual({ isReused: true, values: [Array(side * side).fill(1)] });
  });

  it('change no result, whatever the graph is', () => {
    const steps: ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor)[] = [
      (a, b) => tf.add(a, b),
      (a, b) => tf.sub(b, a),
      (a, b) => tf.mul(a, b),
      (a, b) => tf.matMul(a, b),
      (a) => tf.transpose(a),
      (a) => tf.reshape(tf.reshape(a, [-1, 2 * side]), [side, side]),
      (a) => tf.tanh(a),
    ];
    const step = fc.record({ op: fc.nat(steps.length - 1), a: fc.nat(9), b: fc.nat(9) });
    const graphs = fc.record({
      chain: fc.array(step, { minLength: 1, maxLength: 8 }),
      ends: fc.array(fc.nat(9), { minLength: 2, maxLength: 3 }),
    });
    let reused = 0;
    fc.assert(
      fc.property(graphs, ({ chain, ends }) => {
        const fn: Fn = (inputs) => {
          const known = [...inputs];
          for (const { op, a, b } of chain) known.push(steps[op]!(known[a % known.length]!, known[b % known.length]!));
          // The first two outputs may be written into the first two inputs.
          return ends.map((end) => known[known.length - 1 - (end % known.length)]!);
        };
        const run = jit(fn, { donate: [0, 1] });
        const inputs = [made(1), made(2)];
        const arrays = inputs.map(arrayOf);
        const outputs = run(inputs);
        reused += outputs.filter((output, i) => arrayOf(output) === arrays[i]).length;
        const values = numbersOf(outputs);
        tf.dispose(outputs);
        run.dispose();
        // Tables of thousands of numbers would hide the graph that failed.
        expect(JSON.stringify(values) === JSON.stringify(plain(fn, [1, 2]))).toBe(true);
      }),
      { seed: 1, numRuns: 60 },
    );
    expect(reused).toBeGreaterThan(10);
  });
});
