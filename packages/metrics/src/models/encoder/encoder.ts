import * as tf from '@tensorflow/tfjs';
import {
  attention,
  gelu,
  layerNorm,
  layerNormSpec,
  linear,
  linearSpec,
  mergeHeads,
  normal,
  ParamSpec,
  type ParamsOf,
  splitHeads,
} from '@vividmed/nn';
import type { EncoderConfig } from './config.js';

const init = normal(0.02);
const affine = (inDim: number, outDim: number) => linearSpec(inDim, outDim, { init });
const table = (rows: number, width: number) => ({ weight: new ParamSpec([rows, width], init) });

const layerSpec = ({ width, mlpWidth }: EncoderConfig) => ({
  attention: {
    self: { query: affine(width, width), key: affine(width, width), value: affine(width, width) },
    output: { dense: affine(width, width), LayerNorm: layerNormSpec(width) },
  },
  intermediate: { dense: affine(width, mlpWidth) },
  output: { dense: affine(mlpWidth, width), LayerNorm: layerNormSpec(width) },
});
type LayerParams = ParamsOf<ReturnType<typeof layerSpec>>;

/** The table of segments, which DistilBERT lacks. */
const typesSpec = ({ numTypes, width }: EncoderConfig): { token_type_embeddings?: { weight: ParamSpec } } =>
  numTypes > 0 ? { token_type_embeddings: table(numTypes, width) } : {};

/** Spec of an encoder; names are those of BERT in Hugging Face's transformers, without the pooler. */
export const encoderSpec = (config: EncoderConfig) => ({
  embeddings: {
    word_embeddings: table(config.vocabSize, config.width),
    position_embeddings: table(config.maxPositions, config.width),
    ...typesSpec(config),
    LayerNorm: layerNormSpec(config.width),
  },
  encoder: { layer: Array.from({ length: config.depth }, () => layerSpec(config)) },
});
export type EncoderParams = ParamsOf<ReturnType<typeof encoderSpec>>;

export interface EncoderInput {
  /** Tokens, int32 [B, S]. */
  ids: tf.Tensor;
  /** 1 for tokens, 0 for padding, which stands at the end of a row; float32 [B, S]. */
  mask: tf.Tensor;
}

/** Added to the scores of padding: the softmax makes it 0. */
const hidden = -1e9;

function encoderLayer(params: LayerParams, config: EncoderConfig, x_BSC: tf.Tensor, bias_B11S: tf.Tensor): tf.Tensor {
  const { self, output } = params.attention;
  const heads = (map: typeof self.query): tf.Tensor => splitHeads(linear(map, x_BSC), config.numHeads);
  return tf.tidy(() => {
    const read = mergeHeads(attention(heads(self.query), heads(self.key), heads(self.value), bias_B11S));
    const attended = layerNorm(output.LayerNorm, tf.add(linear(output.dense, read), x_BSC), config.epsilon);
    const wide = gelu(linear(params.intermediate.dense, attended));
    const narrow = linear(params.output.dense, wide);
    return layerNorm(params.output.LayerNorm, tf.add(narrow, attended), config.epsilon);
  });
}

/**
 * BERT (Devlin et al. 2019; layer norms after the sums, exact GELU): the hidden states [B, S, C] of the embeddings and of
 * each layer, depth + 1 of them. RoBERTa (Liu et al. 2019) and DistilBERT (Sanh et al. 2019) are the same function of
 * other configs. Every token is of segment 0, as in all single texts.
 *
 * @param depth layers to run, all of them by default.
 */
export function encode(
  params: EncoderParams,
  config: EncoderConfig,
  { ids, mask }: EncoderInput,
  depth = config.depth,
): tf.Tensor[] {
  const [rows, length] = ids.shape as [number, number];
  return tf.tidy(() => {
    const { word_embeddings, position_embeddings, token_type_embeddings, LayerNorm } = params.embeddings;
    const words = tf.reshape(tf.gather(word_embeddings.weight, tf.reshape(ids, [-1])), [rows, length, config.width]);
    const positions = tf.slice(position_embeddings.weight, [config.firstPosition, 0], [length, config.width]);
    const placed = tf.add(words, positions);
    const summed = token_type_embeddings
      ? tf.add(placed, tf.slice(token_type_embeddings.weight, [0, 0], [1, config.width]))
      : placed;
    const bias = tf.reshape(tf.mul(tf.sub(1, mask), hidden), [rows, 1, 1, length]);
    const states = [layerNorm(LayerNorm, summed, config.epsilon)];
    for (const layer of params.encoder.layer.slice(0, depth)) {
      states.push(encoderLayer(layer, config, states.at(-1)!, bias));
    }
    return states;
  });
}
