import * as tf from '@tensorflow/tfjs';
import {
  attention,
  linear,
  type LinearParams,
  linearSpec,
  mergeHeads,
  type ParamsOf,
  rmsNorm,
  rmsNormSpec,
  silu,
  splitHeads,
} from '@vividmed/nn';
import type { LanguageConfig } from './config.js';
import { type Rotary, rotate } from './rope.js';

const bare = (inDim: number, outDim: number) => linearSpec(inDim, outDim, { bias: false });

const mlpSpec = ({ width, mlpWidth }: LanguageConfig) => ({
  gate_proj: bare(width, mlpWidth),
  up_proj: bare(width, mlpWidth),
  down_proj: bare(mlpWidth, width),
});

/** Spec of one layer: attention and MLP twice, once per expert, and norms that both share. */
export const languageLayerSpec = (config: LanguageConfig) => ({
  input_layernorm: rmsNormSpec(config.width),
  self_attn: {
    vision_expert_query_key_value: bare(config.width, 3 * config.width),
    language_expert_query_key_value: bare(config.width, 3 * config.width),
    vision_expert_dense: bare(config.width, config.width),
    language_expert_dense: bare(config.width, config.width),
  },
  post_attention_layernorm: rmsNormSpec(config.width),
  mlp: { vision_mlp: mlpSpec(config), language_mlp: mlpSpec(config) },
});
export type LanguageLayerParams = ParamsOf<ReturnType<typeof languageLayerSpec>>;

/** Keys and values of one layer, rotated: [B, H, S, C] each. */
export type LayerCache = {
  keys: tf.Tensor;
  values: tf.Tensor;
};

export interface LayerContext {
  rotary: Rotary;
  /** Added to the attention scores, broadcast to [B, H, S, T]. */
  bias: tf.Tensor;
  /** Applies the visual expert to its tokens and the language expert to the others. */
  route: (x: tf.Tensor, vision: (rows: tf.Tensor) => tf.Tensor, language: (rows: tf.Tensor) => tf.Tensor) => tf.Tensor;
  /** The keys and values to attend to, given the new ones. */
  extend?: (fresh: LayerCache) => LayerCache;
}

/** SwiGLU (Shazeer 2020): down(silu(gate(x)) * up(x)). */
export function gatedMlp(
  params: { gate_proj: LinearParams; up_proj: LinearParams; down_proj: LinearParams },
  x: tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => linear(params.down_proj, tf.mul(silu(linear(params.gate_proj, x)), linear(params.up_proj, x))));
}

/**
 * One decoder layer with visual experts (CogVLM, paper appendix B): [B, S, C] -> [B, S, C], and the keys and values that
 * it attended to.
 */
export function languageLayer(
  params: LanguageLayerParams,
  config: LanguageConfig,
  hidden_BSC: tf.Tensor,
  context: LayerContext,
): { hidden: tf.Tensor } & LayerCache {
  const { rotary, bias, route, extend } = context;
  const { self_attn: heads, mlp } = params;
  return tf.tidy(() => {
    const normed = rmsNorm(params.input_layernorm, hidden_BSC, config.normEpsilon);
    const qkv = route(
      normed,
      (rows) => linear(heads.vision_expert_query_key_value, rows),
      (rows) => linear(heads.language_expert_query_key_value, rows),
    );
    const [q, k, v] = tf.split(qkv, 3, -1).map((part) => splitHeads(part, config.numHeads)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const fresh = { keys: rotate(k, rotary), values: v };
    const { keys, values } = extend ? extend(fresh) : fresh;
    const mixed = mergeHeads(attention(rotate(q, rotary), keys, values, bias));
    const attended = route(
      mixed,
      (rows) => linear(heads.vision_expert_dense, rows),
      (rows) => linear(heads.language_expert_dense, rows),
    );
    const middle = tf.add(hidden_BSC, attended);
    const fed = route(
      rmsNorm(params.post_attention_layernorm, middle, config.normEpsilon),
      (rows) => gatedMlp(mlp.vision_mlp, rows),
      (rows) => gatedMlp(mlp.language_mlp, rows),
    );
    return { hidden: tf.add(middle, fed), keys, values };
  });
}
