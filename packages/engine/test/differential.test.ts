import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '@vividmed/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lowerings } from '../src/lower/index.js';
import { cases } from './differential/cases.js';
import { compareWithPlain, expectSame, on, onOrt, type Result, runKernel } from './differential/compare.js';
import { mistakes } from './differential/mistakes.js';

const started = tf.getBackend();
const smallest = 'ORT_SMALLEST_SIZE';
let smallestBefore = 0;
beforeAll(async () => {
  await useEngine('ort');
  smallestBefore = tf.env().getNumber(smallest);
  tf.env().set(smallest, 0);
});
afterAll(async () => {
  tf.env().set(smallest, smallestBefore);
  await useEngine(started);
});

test('each kernel that is written as ONNX nodes is compared', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(lowerings).sort());
});

test('the README names the kernels of tfjs that are not', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, section] = readme.match(/### Kernels without an ONNX form\n[^]*?:\n([^]*?)\.\n/)!;
  const without = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  expect(section!.match(/\w+/g)).toEqual(without.filter((name) => !(name in lowerings)).sort());
});

const runs = { seed: 3, numRuns: 10, endOnFailure: true };
const seeds = fc.integer({ min: 0, max: 2 ** 30 });

test.each(Object.entries(cases))(
  '%s and its gradient are on ort, eager and compiled, what they are on cpu',
  (kernel, calls) =>
    fc.assert(
      fc.property(calls, seeds, (call, seed) => compareWithPlain(kernel, call, seed)),
      runs,
    ),
);

test.each(mistakes)(
  '$kernel is right where the plain kernel $why',
  ({ kernel, inputs, attrs, right: [values, shape] }) => {
    const compute = (tensors: tf.Tensor[]) => runKernel(kernel, { inputs, attrs }, tensors);
    const make = () => Object.values(inputs).map(([numbers, ofShape]) => tf.tensor(numbers, ofShape));
    const right: Result[] = [{ shape, dtype: 'float32', values }];
    const { eager, jit } = onOrt(compute, make);
    expectSame(eager, right, 'eager');
    expectSame(jit, right, 'jit');
    // Once the plain kernel is right, its case takes these calls too.
    expect(() => expectSame(on('cpu', compute, make), right, 'cpu')).toThrow('cpu');
  },
);
