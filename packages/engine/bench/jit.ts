import * as tf from '@tensorflow/tfjs';
import { jit, useEngine } from '../src/index.js';

// One train step of a transformer with 2 layers, on each engine in turn: `tsx --conditions=@vividmed/source bench/jit.ts`.
const [batch, tokens, dim, heads, layers, vocab] = [2, 128, 128, 4, 2, 512];
const shapes = Array.from({ length: layers }, () => [
  [dim, 3 * dim],
  [dim, dim],
  [dim, 4 * dim],
  [4 * dim, dim],
]).flat();
shapes.push([dim, vocab]);

const flat = (x: tf.Tensor, w: tf.Tensor) => tf.matMul(tf.reshape(x, [-1, w.shape[0] as number]), w);

function loss(params: tf.Tensor[], input: tf.Tensor, target: tf.Tensor): tf.Scalar {
  let x = input;
  for (let i = 0; i < layers; i++) {
    const [qkvWeight, out, up, down] = params.slice(4 * i, 4 * i + 4) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const qkv = tf.transpose(tf.reshape(flat(x, qkvWeight), [batch, tokens, 3, heads, dim / heads]), [2, 0, 3, 1, 4]);
    const parts = tf.unstack(qkv).map((t) => tf.reshape(t, [batch * heads, tokens, dim / heads]));
    const [q, k, v] = parts as [tf.Tensor, tf.Tensor, tf.Tensor];
    const mixed = tf.matMul(tf.softmax(tf.matMul(tf.mul(q, (dim / heads) ** -0.5), k, false, true)), v);
    const merged = tf.transpose(tf.reshape(mixed, [batch, heads, tokens, dim / heads]), [0, 2, 1, 3]);
    x = tf.add(x, tf.reshape(flat(merged, out), [batch, tokens, dim]));
    x = tf.add(x, tf.reshape(flat(tf.relu(flat(x, up)), down), [batch, tokens, dim]));
  }
  return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(flat(x, params.at(-1) as tf.Tensor))), -1))) as tf.Scalar;
}

function step(inputs: tf.Tensor[]): tf.Tensor[] {
  const [input, target, ...params] = inputs as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
  const { value, grads } = tf.valueAndGrads((...p: tf.Tensor[]) => loss(p, input, target))(params);
  return [value, ...params.map((p, i) => tf.sub(p, tf.mul(grads[i] as tf.Tensor, 0.01)))];
}

const compiled = jit(step);
const ways: [string, string, (x: tf.Tensor[]) => tf.Tensor[]][] = [
  ['ort jit', 'ort', compiled],
  ['ort eager', 'ort', (x) => tf.tidy(() => step(x))],
  ['wasm eager', 'wasm', (x) => tf.tidy(() => step(x))],
];
await useEngine('ort');
const times = new Map<string, number[]>();
const states = new Map<string, tf.Tensor[]>();
for (let round = 0; round < 6; round++) {
  for (const [name, engine, run] of ways) {
    await useEngine(engine);
    const state = states.get(name) ?? [
      tf.randomNormal([batch, tokens, dim], 0, 1, 'float32', 1),
      tf
        .oneHot(
          tf.tensor1d(
            Int32Array.from({ length: batch * tokens }, (_, i) => (7 * i) % vocab),
            'int32',
          ),
          vocab,
        )
        .toFloat(),
      ...shapes.map((shape, i) => tf.randomNormal(shape, 0, 0.02, 'float32', i + 2)),
    ];
    const start = performance.now();
    try {
      const [value, ...next] = run(state) as [tf.Tensor, ...tf.Tensor[]];
      value.dataSync();
      tf.dispose([value, ...state.slice(2)]);
      states.set(name, [...state.slice(0, 2), ...next]);
      const list = times.get(name) ?? [];
      times.set(name, [...list, performance.now() - start]);
    } catch (error) {
      if (round === 0) console.log(`${name}: ${String(error)}`);
    }
  }
}
const best = (name: string) => Math.min(...(times.get(name) ?? [Number.NaN]));
for (const [name] of ways) {
  const first = times.get(name)?.[0]?.toFixed(0);
  console.log(
    `${name}: first ${first} ms, best ${best(name).toFixed(1)} ms, ${(best(name) / best('ort jit')).toFixed(1)} x jit`,
  );
}
compiled.dispose();
