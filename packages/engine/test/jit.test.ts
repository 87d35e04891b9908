import * as tf from '@tensorflow/tfjs';
import { jit, useEngine } from '@vividmed/engine';
import { expectClose } from '@vividmed/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const [heads, tokens, dim, vocab] = [2, 5, 8, 11];

const rand = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 0.3, 'float32', seed);

function makeParams(): tf.Tensor[] {
  const shapes = [[vocab, dim], [dim], [dim, 3 * dim], [dim, dim], [dim], [dim, 4 * dim], [4 * dim, dim], [dim, vocab]];
  return shapes.map((shape, i) => rand(shape, i + 1));
}

/** Mean cross-entropy of a one-layer transformer. */
function loss(params: tf.Tensor[], ids: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const [embedding, g1, qkvWeight, out, g2, up, down, head] = params;
  const norm = (x: tf.Tensor, g: tf.Tensor) =>
    tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-5))), g);
  let x = tf.gather(embedding!, tf.cast(ids, 'int32') as tf.Tensor1D);
  const qkv = tf.reshape(tf.matMul(norm(x, g1!), qkvWeight!), [tokens, 3, heads, dim / heads]);
  const [q, k, v] = tf.unstack(tf.transpose(qkv, [1, 2, 0, 3])) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const mask = tf.mul(tf.sub(tf.linalg.bandPart(tf.ones([tokens, tokens]), -1, 0), 1), 1e9);
  const weights = tf.softmax(tf.add(tf.matMul(tf.mul(q, (dim / heads) ** -0.5), k, false, true), mask));
  const mixed = tf.reshape(tf.transpose(tf.matMul(weights, v), [1, 0, 2]), [tokens, dim]);
  x = tf.add(x, tf.matMul(mixed, out!));
  x = tf.add(x, tf.matMul(tf.relu(tf.matMul(norm(x, g2!), up!)), down!));
  const logProbabilities = tf.logSoftmax(tf.matMul(x, head!));
  return tf.neg(
    tf.mean(tf.sum(tf.mul(tf.oneHot(tf.cast(targets, 'int32'), vocab), logProbabilities), -1)),
  ) as tf.Scalar;
}

/** [ids, targets, params, m, v] -> [loss, params, m, v] after one AdamW-like update. */
function trainStep(inputs: tf.Tensor[]): tf.Tensor[] {
  const [ids, targets] = inputs as [tf.Tensor, tf.Tensor];
  const n = (inputs.length - 2) / 3;
  const part = (i: number) => inputs.slice(2 + i * n, 2 + (i + 1) * n);
  const { value, grads } = tf.valueAndGrads((...p: tf.Tensor[]) => loss(p, ids, targets))(part(0));
  const m = part(1).map((x, i) => tf.add(tf.mul(x, 0.9), tf.mul(grads[i]!, 0.1)));
  const v = part(2).map((x, i) => tf.add(tf.mul(x, 0.99), tf.mul(tf.square(grads[i]!), 0.01)));
  const p = part(0).map((x, i) =>
    tf.sub(tf.mul(x, 1 - 1e-3), tf.mul(tf.div(m[i]!, tf.add(tf.sqrt(v[i]!), 1e-6)), 0.02)),
  );
  return [value, ...p, ...m, ...v];
}

async function losses(engine: string, compiled: boolean): Promise<number[]> {
  await useEngine(engine);
  const step = compiled
    ? jit(trainStep)
    : Object.assign((x: tf.Tensor[]) => tf.tidy(() => trainStep(x)), { dispose() {} });
  const [ids, targets] = [tf.tensor1d([1, 4, 4, 0, 9], 'int32'), tf.tensor1d([4, 4, 0, 9, 2], 'int32')];
  const params = makeParams();
  let state = [...params, ...params.map((p) => tf.zerosLike(p)), ...params.map((p) => tf.zerosLike(p))];
  const result: number[] = [];
  for (let i = 0; i < 5; i++) {
    const [value, ...next] = step([ids, targets, ...state]) as [tf.Tensor, ...tf.Tensor[]];
    result.push(value.dataSync()[0] as number);
    tf.dispose([value, ...state]);
    state = next;
  }
  tf.dispose([ids, targets, ...state]);
  step.dispose();
  return result;
}

let started = '';
beforeAll(() => {
  started = tf.getBackend();
});
afterAll(async () => {
  await useEngine(started);
});

test('a jitted train step with AdamW follows the eager one on the plain engine', async () => {
  const expected = await losses('cpu', false);
  expect(expected[4]).toBeLessThan(expected[0] as number);
  for (const [engine, compiled] of [
    ['ort', true],
    ['ort', false],
    ['cpu', true],
  ] as const) {
    expectClose(await losses(engine, compiled), expected, {
      label: `${engine} ${compiled ? 'jit' : 'eager'}`,
    });
  }
});

test('two sets of shapes make two graphs, and the oldest goes when there are too many', async () => {
  await useEngine('ort');
  const twice = jit(([x]) => [tf.mul(x as tf.Tensor, 2)], { maxGraphs: 2 });
  for (const n of [2, 3, 2, 4, 3]) {
    const x = tf.range(0, n);
    const [y] = twice([x]) as [tf.Tensor];
    expectClose(
      y,
      Array.from({ length: n }, (_, i) => 2 * i),
    );
    tf.dispose([x, y]);
  }
  expect(twice.numGraphs).toBe(2);
  twice.dispose();
  expect(() => twice([])).toThrow(/disposed/);
});

test('kernels of lists take constants', async () => {
  await useEngine('ort');
  const constants = () => [tf.tensor2d([[1, 2, 4]]), tf.tensor2d([[3, 5, 6]])] as [tf.Tensor2D, tf.Tensor2D];
  const fn = ([x]: tf.Tensor[]): tf.Tensor[] => {
    const [a, b] = constants();
    const lists = [tf.stack([a, b]), tf.concat([a, b]), tf.addN([a, b]), tf.einsum('ij,kj->ik', a, b)];
    return lists.map((y) => tf.mul(y, x!));
  };
  const compiled = jit(fn);
  const x = tf.scalar(2);
  const found = compiled([x]);
  const expected = tf.tidy(() => fn([x]));
  found.forEach((y, i) => expectClose(y, expected[i]!.dataSync(), { label: `output ${i}` }));
  tf.dispose([x, found, expected]);
  compiled.dispose();
});

test('reading a traced value says what to do, and the engine stays usable', async () => {
  await useEngine('ort');
  const reads = jit(([x]) => [tf.mul(x as tf.Tensor, tf.square(x as tf.Tensor).dataSync()[0] as number)]);
  const x = tf.tensor1d([1, 2]);
  expect(() => reads([x])).toThrow(/Move dataSync/);
  expect(tf.getBackend()).toBe('ort');
  x.dispose();
  reads.dispose();
});

test('an operation without a graph form is named', async () => {
  await useEngine('ort');
  const unknown = jit(([x]) => [tf.dilation2d(x as tf.Tensor4D, tf.zeros([1, 1, 1]), 1, 'same')]);
  const x = tf.ones([1, 2, 2, 1]);
  expect(() => unknown([x])).toThrow(/Dilation2D/);
  x.dispose();
  unknown.dispose();
});
