import * as tf from '@tensorflow/tfjs';
import { linear, type ParamsOf, rmsNorm } from '@vividmed/nn';
import type { LanguageConfig } from './config.js';
import { embedTokens, type LanguageParams, type lmHeadSpec } from './language-model.js';
import { languageLayer, type LayerCache } from './layer.js';
import { rotary } from './rope.js';

/**
 * Keys and values of what has been read, per layer. A step only writes into `recent`, which is short; `past` is written
 * once per full `recent`, because rewriting all of it at each step costs more than the rest of the step.
 */
export interface DecodeCache {
  /** [B, H, T, C]: prompts, and the blocks of tokens after them. */
  past: readonly LayerCache[];
  /** [B, H, R, C]: the tokens read since `past` was last written. */
  recent: readonly LayerCache[];
}

export interface DecodeInput {
  /** The newest token of each row, int32 [B]. */
  ids: tf.Tensor;
  /** Its rotary position, int32 [B]. */
  positions: tf.Tensor;
  /** Its index in `recent`, the same in every row: int32 [1]. */
  slot: tf.Tensor;
  /** Added to the attention scores of entries of `past`, then of `recent`: 0, or very negative to hide one; [B, T + R]. */
  bias: tf.Tensor;
  cache: DecodeCache;
}

export type DecodeOutput = {
  /** [B, V]. */
  logits: tf.Tensor;
  /** After the last norm, [B, C]. */
  hidden: tf.Tensor;
  /** With the new token written. */
  recent: LayerCache[];
};

const mapCache = (
  cache: readonly LayerCache[],
  fn: (x: tf.Tensor, layer: number, part: keyof LayerCache) => tf.Tensor,
): LayerCache[] => cache.map(({ keys, values }, i) => ({ keys: fn(keys, i, 'keys'), values: fn(values, i, 'values') }));

/** A `recent` of `length` entries for these caches, with nothing in it. */
export function emptyRecent(past: readonly LayerCache[], length: number): LayerCache[] {
  return mapCache(past, ({ shape: [batch, heads, , dim] }) => tf.zeros([batch!, heads!, length, dim!]));
}

/** Appends a full `recent` to `past`, and room for `extra` more entries: [B, H, T, C] -> [B, H, T + R + extra, C]. */
export function appendRecent({ past, recent }: DecodeCache, extra: number): LayerCache[] {
  return tf.tidy(() =>
    mapCache(past, (x, i, part) => {
      const [batch, heads, , dim] = x.shape as [number, number, number, number];
      return tf.concat([x, recent[i]![part], tf.zeros([batch, heads, extra, dim])], 2);
    }),
  );
}

/** Writes a full `recent` over the entries of `past` from `block * R` on; `block` is int32 [1], T a multiple of R. */
export function writeRecent({ past, recent }: DecodeCache, block: tf.Tensor): LayerCache[] {
  return tf.tidy(() =>
    mapCache(past, (x, i, part) => {
      const [batch, heads, length, dim] = x.shape as [number, number, number, number];
      const size = recent[i]![part].shape[2]!;
      const here = oneHot(block, length / size, [1, 1, length / size, 1, 1]);
      const blocks = tf.reshape(x, [batch, heads, length / size, size, dim]);
      return tf.reshape(overwrite(blocks, tf.expandDims(recent[i]![part], 2), here), x.shape);
    }),
  );
}

/** 1 at the index, else 0. */
const oneHot = (index: tf.Tensor, length: number, shape: number[]): tf.Tensor =>
  tf.reshape(tf.cast(tf.equal(tf.range(0, length, 1, 'int32'), index), 'float32'), shape);

/** The fresh values where `here` is 1, the old ones where it is 0. */
const overwrite = (old: tf.Tensor, fresh: tf.Tensor, here: tf.Tensor): tf.Tensor =>
  tf.add(tf.mul(old, tf.sub(1, here)), tf.mul(fresh, here));

/** Attention over `past` and `recent` as one, without joining them: queries [B, H, 1, C] -> [B, H, 1, C]. */
function attendBoth(queries: tf.Tensor, past: LayerCache, recent: LayerCache, bias: tf.Tensor): tf.Tensor {
  const length = past.keys.shape[2]!;
  const scaled = tf.mul(queries, 1 / Math.sqrt(queries.shape[3]!));
  const scores = tf.concat(
    [past, recent].map(({ keys }) => tf.matMul(scaled, keys, false, true)),
    -1,
  );
  const [seen, fresh] = tf.split(tf.softmax(tf.add(scores, bias)), [length, recent.keys.shape[2]!], -1);
  return tf.add(tf.matMul(seen!, past.values), tf.matMul(fresh!, recent.values));
}

/** One step of generation: a text token per row, all on the language expert. Shapes depend on B, T and R alone. */
export function decodeStep(
  params: { model: LanguageParams; lm_head: ParamsOf<ReturnType<typeof lmHeadSpec>> },
  config: LanguageConfig,
  { ids, positions, slot, bias, cache }: DecodeInput,
): DecodeOutput {
  const batch = ids.shape[0]!;
  return tf.tidy(() => {
    const size = cache.recent[0]!.keys.shape[2]!;
    const here = oneHot(slot, size, [1, 1, size, 1]);
    const scoreBias = tf.reshape(bias, [batch, 1, 1, bias.shape[1]!]);
    const context = {
      rotary: rotary(tf.reshape(positions, [batch, 1]), config.width / config.numHeads, config.ropeBase),
      bias: scoreBias,
      route: (x: tf.Tensor, _vision: unknown, language: (x: tf.Tensor) => tf.Tensor) => language(x),
    };
    let hidden = tf.reshape(embedTokens(params.model, ids), [batch, 1, config.width]);
    const recent: LayerCache[] = [];
    params.model.layers.forEach((layer, i) => {
      const { hidden: next, ...kept } = languageLayer(layer, config, hidden, {
        ...context,
        attend: (queries, fresh) => {
          const old = cache.recent[i]!;
          const now = {
            keys: overwrite(old.keys, fresh.keys, here),
            values: overwrite(old.values, fresh.values, here),
          };
          return { mixed: attendBoth(queries, cache.past[i]!, now, scoreBias), kept: now };
        },
      });
      hidden = next;
      recent.push(kept);
    });
    const state = tf.reshape(rmsNorm(params.model.norm, hidden, config.normEpsilon), [batch, config.width]);
    return { logits: linear(params.lm_head, state), hidden: state, recent };
  });
}
