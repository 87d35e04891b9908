import * as tf from '@tensorflow/tfjs';
import { linear, type ParamsOf, rmsNorm } from '@vividmed/nn';
import type { LanguageConfig } from './config.js';
import { embedTokens, type LanguageParams, type lmHeadSpec } from './language-model.js';
import { languageLayer, type LayerCache } from './layer.js';
import { rotary } from './rope.js';

export interface DecodeInput {
  /** The newest token of each row, int32 [B]. */
  ids: tf.Tensor;
  /** Its rotary position, int32 [B]. */
  positions: tf.Tensor;
  /** Its index in the cache, int32 [B]; entries up to it are attended to. */
  slots: tf.Tensor;
  /** [B, H, T, C] per layer, T being the longest sequence that fits. */
  cache: readonly LayerCache[];
}

export type DecodeOutput = {
  /** [B, V]. */
  logits: tf.Tensor;
  /** After the last norm, [B, C]. */
  hidden: tf.Tensor;
  /** With the new token written. */
  cache: LayerCache[];
};

/** Lengthens the cache of a prompt to `length` entries, so that every step after it has the same shapes. */
export function growCache(cache: readonly LayerCache[], length: number): LayerCache[] {
  const grow = (x: tf.Tensor): tf.Tensor =>
    tf.pad(x, [
      [0, 0],
      [0, 0],
      [0, length - x.shape[2]!],
      [0, 0],
    ]);
  return cache.map(({ keys, values }) => ({ keys: grow(keys), values: grow(values) }));
}

/** One step of generation: a text token per row, all on the language expert. Shapes depend on B and T alone. */
export function decodeStep(
  params: { model: LanguageParams; lm_head: ParamsOf<ReturnType<typeof lmHeadSpec>> },
  config: LanguageConfig,
  { ids, positions, slots, cache }: DecodeInput,
): DecodeOutput {
  const batch = ids.shape[0]!;
  const length = cache[0]!.keys.shape[2]!;
  return tf.tidy(() => {
    const index = tf.reshape(
      tf.tensor1d(
        Int32Array.from({ length }, (_, i) => i),
        'int32',
      ),
      [1, length],
    );
    const slot = tf.reshape(slots, [batch, 1]);
    const write = tf.reshape(tf.cast(tf.equal(index, slot), 'float32'), [batch, 1, length, 1]);
    const hide = tf.cast(tf.greater(index, slot), 'float32');
    const store = (old: tf.Tensor, fresh: tf.Tensor): tf.Tensor =>
      tf.add(tf.mul(old, tf.sub(1, write)), tf.mul(fresh, write));
    const angles = rotary(tf.reshape(positions, [batch, 1]), config.width / config.numHeads, config.ropeBase);
    const bias = tf.reshape(tf.mul(hide, -1e9), [batch, 1, 1, length]);
    let hidden = tf.reshape(embedTokens(params.model, ids), [batch, 1, config.width]);
    const next: LayerCache[] = [];
    params.model.layers.forEach((layer, i) => {
      const old = cache[i]!;
      const output = languageLayer(layer, config, hidden, {
        rotary: angles,
        bias,
        route: (x, _vision, language) => language(x),
        extend: ({ keys, values }) => ({
          keys: store(old.keys, keys),
          values: store(old.values, values),
        }),
      });
      hidden = output.hidden;
      next.push({ keys: output.keys, values: output.values });
    });
    const state = tf.reshape(rmsNorm(params.model.norm, hidden, config.normEpsilon), [batch, config.width]);
    return { logits: linear(params.lm_head, state), hidden: state, cache: next };
  });
}
