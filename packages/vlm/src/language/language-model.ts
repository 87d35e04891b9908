import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import { linear, linearSpec, normal, type ParamsOf, ParamSpec, rmsNorm, rmsNormSpec } from '@vividmed/nn';
import type { LanguageConfig } from './config.js';
import { routeExperts, type SequenceGroup } from './experts.js';
import { languageLayer, type LayerCache, languageLayerSpec } from './layer.js';
import { rotary } from './rope.js';

/** Spec of the decoder without its head; names are those of the published checkpoint under `model.`. */
export const languageSpec = (config: LanguageConfig) => ({
  embed_tokens: {
    weight: new ParamSpec([config.vocabSize, config.width], normal(0.5), { decay: false }),
  },
  layers: Array.from({ length: config.depth }, () => languageLayerSpec(config)),
  norm: rmsNormSpec(config.width),
});
export type LanguageParams = ParamsOf<ReturnType<typeof languageSpec>>;

/** Spec of the output head. */
export const lmHeadSpec = (config: LanguageConfig) => linearSpec(config.width, config.vocabSize, { bias: false });

const hiddenScore = -1e9;

/** Scores that hide later tokens, [1, 1, S, S]. Padding stands last, so it is hidden from every token before it. */
function causalBias(length: number): tf.Tensor {
  const bias = new Float32Array(length * length);
  for (let i = 0; i < length; i++) bias.fill(hiddenScore, i * length + i + 1, (i + 1) * length);
  return tf.tensor(bias, [1, 1, length, length]);
}

/** Vectors of token ids: int32 [...] -> [..., C]. */
export function embedTokens(params: LanguageParams, ids: tf.Tensor): tf.Tensor {
  return tf.gather(params.embed_tokens.weight, tf.cast(ids, 'int32') as tf.Tensor1D);
}

export interface LanguageInput {
  /** int32 [B, S]. */
  ids: tf.Tensor;
  /** int32 [B, S]. */
  positions: tf.Tensor;
  /** Image tokens with both brackets per group of rows, [B_g, N_g + 2, C], in the order of the rows. */
  images: readonly tf.Tensor[];
}

export type LanguageOutput = {
  /** After the last norm, [B, S, C]. */
  hidden: tf.Tensor;
  /** Rotated keys and values of each layer. */
  cache: LayerCache[];
};

/**
 * The decoder over whole sequences (paper appendix B): image tokens take the places from index 1, attention is causal for
 * all tokens, image tokens included.
 */
export function languageModel(
  params: LanguageParams,
  config: LanguageConfig,
  { ids, positions, images }: LanguageInput,
  options: { keepCache?: boolean; tap?: (name: string, tensor: tf.Tensor) => void } = {},
): LanguageOutput {
  const [batch, length] = ids.shape as [number, number];
  const groups: SequenceGroup[] = images.map((image) => ({
    rows: image.shape[0]!,
    numImageTokens: image.shape[1]! - 2,
  }));
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  check(rows === batch, 'shape', `languageModel: expected as many images as sequences, found ${rows} and ${batch}.`);
  check(
    groups.every(({ numImageTokens }) => length > numImageTokens + 3),
    'shape',
    `languageModel: expected text after the image tokens, found sequences of ${length} tokens.`,
  );
  return tf.tidy(() => {
    const text = embedTokens(params, ids);
    let start = 0;
    const parts = images.map((image, g) => {
      const { rows: size, numImageTokens } = groups[g]!;
      const end = numImageTokens + 3;
      const head = tf.slice(text, [start, 0, 0], [size, 1, config.width]);
      const tail = tf.slice(text, [start, end, 0], [size, length - end, config.width]);
      start += size;
      return tf.concat([head, image, tail], 1);
    });
    let hidden: tf.Tensor = tf.concat(parts, 0);
    const context = {
      rotary: rotary(positions, config.width / config.numHeads, config.ropeBase),
      bias: causalBias(length),
      route: (x: tf.Tensor, vision: (x: tf.Tensor) => tf.Tensor, language: (x: tf.Tensor) => tf.Tensor) =>
        routeExperts(x, groups, vision, language),
    };
    const cache: LayerCache[] = [];
    params.layers.forEach((layer, i) => {
      const output = languageLayer(layer, config, hidden, context);
      hidden = output.hidden;
      options.tap?.(`layers.${i}`, hidden);
      if (options.keepCache) cache.push({ keys: output.keys, values: output.values });
    });
    return { hidden: rmsNorm(params.norm, hidden, config.normEpsilon), cache };
  });
}

/** Rows of the flattened states: [B, S, C], int32 [R] -> [R, C]. */
export function rowsAt(hidden_BSC: tf.Tensor, rowIndex_R: tf.Tensor): tf.Tensor {
  return tf.tidy(() =>
    tf.gather(tf.reshape(hidden_BSC, [-1, hidden_BSC.shape.at(-1) as number]), rowIndex_R as tf.Tensor1D),
  );
}

/** Logits where they are needed: [B, S, C], int32 [R] -> [R, V]. The head is the largest product, and most rows have no label. */
export function logitsAt(
  head: ParamsOf<ReturnType<typeof lmHeadSpec>>,
  hidden_BSC: tf.Tensor,
  rowIndex_R: tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => linear(head, rowsAt(hidden_BSC, rowIndex_R)));
}

/**
 * Loss of the next token: logits [R, V], int32 labels [R], weights [R] -> scalar. Rows of label -100 are left out. The sum of
 * the weighted terms is divided by the number of labels, not by the sum of the weights, as in the published code.
 */
export function lmLoss(logits_RV: tf.Tensor, labels_R: tf.Tensor, weights_R: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const labelled = tf.cast(tf.greaterEqual(labels_R, tf.scalar(0, 'int32')), 'float32');
    const target = tf.oneHot(tf.maximum(labels_R, tf.scalar(0, 'int32')) as tf.Tensor1D, logits_RV.shape[1]!);
    const shifted = tf.sub(logits_RV, tf.max(logits_RV, -1, true));
    const entropy = tf.sub(
      tf.log(tf.sum(tf.exp(shifted), -1)),
      tf.sum(tf.mul(shifted, tf.cast(target, 'float32')), -1),
    );
    const total = tf.sum(tf.mul(entropy, tf.mul(labelled, weights_R)));
    return tf.div(total, tf.maximum(tf.sum(labelled), 1));
  });
}
