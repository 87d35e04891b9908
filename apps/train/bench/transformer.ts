import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { attention, linear, mergeHeads, rmsNorm } from '@vividmed/nn';
import { adamStep, forwardOnly, type Loss } from './adam.js';
import { type BenchCase, sizesOf } from './case.js';
import { sharedTensors } from './weights.js';
import type { Work } from './work.js';

interface Sizes {
  mode: 'forward' | 'train';
  layers: number;
  width: number;
  heads: number;
  batch: number;
  tokens: number;
  vocab: number;
}

const perLayer = ['qkv', 'out', 'norm1', 'norm2', 'up', 'down'] as const;

/** Names and shapes of the parameters; weights are [in, out]. */
function shapes({ layers, width, vocab }: Sizes): Map<string, number[]> {
  const layer = {
    qkv: [width, 3 * width],
    out: [width, width],
    norm1: [width],
    norm2: [width],
    up: [width, 4 * width],
    down: [4 * width, width],
  };
  return new Map([
    ['embedding', [vocab, width]],
    ['head', [width, vocab]],
    ...Array.from({ length: layers }, (_, i) => perLayer.map((name) => [`${i}.${name}`, layer[name]] as const)).flat(),
  ] as [string, number[]][]);
}

/** Pre-norm transformer with ReLU and attention to all tokens: mean cross-entropy of the tokens themselves. */
const lossOf =
  ({ layers, width, heads, batch, tokens, vocab }: Sizes): Loss =>
  (params, [ids]) =>
    tf.tidy(() => {
      const [embedding, head, ...rest] = params as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
      let x = tf.reshape(tf.gather(embedding, ids as tf.Tensor1D), [batch, tokens, width]);
      for (let i = 0; i < layers; i++) {
        const at = perLayer.length * i;
        const [qkv, out, norm1, norm2, up, down] = rest.slice(at, at + perLayer.length).map((weight) => ({ weight }));
        const mixed = tf.transpose(
          tf.reshape(linear(qkv!, rmsNorm(norm1!, x)), [batch, tokens, 3, heads, width / heads]),
          [2, 0, 3, 1, 4],
        );
        const [q, k, v] = tf.unstack(mixed) as [tf.Tensor, tf.Tensor, tf.Tensor];
        x = tf.add(x, linear(out!, mergeHeads(attention(q, k, v))));
        x = tf.add(x, linear(down!, tf.relu(linear(up!, rmsNorm(norm2!, x)))));
      }
      const logits = tf.reshape(linear({ weight: head }, x), [batch * tokens, vocab]);
      const target = tf.cast(tf.oneHot(ids as tf.Tensor1D, vocab), 'float32');
      return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1))) as tf.Scalar;
    });

/** The transformer, forward or with gradients and AdamW, as the mode says. */
export function transformer(benchCase: BenchCase, file: string): Work {
  const sizes = sizesOf<Sizes>(benchCase);
  const tensors = sharedTensors(
    file,
    () => {
      const made = [...shapes(sizes)].map(([name, shape], i): [string, tf.Tensor] => [
        name,
        shape.length === 1 ? tf.ones(shape) : tf.randomNormal(shape, 0, 0.02, 'float32', i + 1),
      ]);
      const rng = createRng(1);
      const ids = Array.from({ length: sizes.batch * sizes.tokens }, () => Math.floor(rng.uniform() * sizes.vocab));
      return new Map([...made, ['ids', tf.tensor1d(ids)]]);
    },
    new Set(['ids']),
  );
  const params = [...shapes(sizes).keys()].map((name) => tensors.get(name)!);
  const make = sizes.mode === 'train' ? adamStep : forwardOnly;
  return make(lossOf(sizes), params, [tensors.get('ids')!]);
}
