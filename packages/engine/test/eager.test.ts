import * as tf from '@tensorflow/tfjs';
import { jit, useEngine } from '@vividmed/engine';
import { expectClose } from '@vividmed/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lowerings } from '../src/lower/index.js';
import { type Graph, int } from '../src/onnx/graph.js';
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

/** Nodes that ONNX Runtime does not take, and nodes that it takes and cannot run. */
test.each<[string, string, (x: tf.Tensor) => tf.Tensor, (g: Graph, x: string) => readonly string[]]>([
  ['prepared', 'Sinh', (x) => tf.sinh(x), (g, x) => g.emit('NoSuchOperator', [x])],
  ['run', 'Cosh', (x) => tf.cosh(x), (g, x) => g.emit('Gather', [x, g.int64([9000])], { axis: int(0) })],
])('a kernel that cannot be %s in ONNX Runtime is computed in plain JavaScript, and that is said once', (_, ...row) => {
  const [kernel, fn, emit] = row;
  const lowering = lowerings[kernel]!;
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const x = tf.fill([3000], 0.5);
  const expected = fn(x);
  try {
    lowerings[kernel] = (g, { x: input }) => ({ ...input!, name: emit(g, g.name(input!))[0] as string });
    for (let i = 0; i < 2; i++) {
      const y = fn(x);
      expectClose(y, expected.dataSync());
      y.dispose();
    }
    const start = `ort: kernel ${kernel} is computed in plain JavaScript, for ONNX Runtime failed: `;
    expect(warn.mock.calls.map(([line]) => String(line))).toEqual([expect.stringMatching(new RegExp(`^${start}.+$`))]);
  } finally {
    lowerings[kernel] = lowering;
    warn.mockRestore();
    tf.dispose([x, expected]);
  }
});

test('an error of the plain kernel too is its own, and no more is said', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const x = tf.zeros([3000]);
  const index = tf.tensor1d([3001], 'int32');
  expect(() => tf.gather(x, index)).toThrow(/index/);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
  tf.dispose([x, index]);
});
