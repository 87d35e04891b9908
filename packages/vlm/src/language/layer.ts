import * as tf from '@tensorflow/tfjs';
import {
  attention,
  linear,
  linearSpec,
  mergeHeads,
  type ParamsOf,
  rmsNorm,
  rmsNormSpec,
  splitHeads,
  swiglu,
} from '@vividmed/nn';
import type { LanguageConfig } from './config.js';
import { type Rotary, rotate } from './rope.js';

const bare = (inDim: number, outDim: number) => linearSpec(inDim, outDim, { bias: false });

const mlpSpec = ({ width, mlpWidth }: LanguageConfig) => ({
  gate_proj: bare(width, mlpWidth),
  up_proj: bare(width, mlpWidth),
  down_proj: bare(mlpWidth, width),
});
type MlpParams = ParamsOf<ReturnType<typeof mlpSpec>>;

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
  /** What queries [B, H, S, C] attend to besides the new keys and values, and what is kept of these; plain attention by default. */
  attend?: (queries: tf.Tensor, fresh: LayerCache) => { mixed: tf.Tensor; kept: LayerCache };
}

const gated = ({ gate_proj, up_proj, down_proj }: MlpParams, x: tf.Tensor): tf.Tensor =>
  swiglu({ gate: gate_proj, up: up_proj, down: down_proj }, x);

/** One decoder layer with visual experts (CogVLM, paper appendix B): [B, S, C] -> [B, S, C], and its keys and values. */
export function languageLayer(
  params: LanguageLayerParams,
  config: LanguageConfig,
  hidden_BSC: tf.Tensor,
  context: LayerContext,
): { hidden: tf.Tensor } & LayerCache {
  const { rotary, bias, route, attend } = context;
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
    const queries = rotate(q, rotary);
    const { mixed, kept } = attend
      ? attend(queries, fresh)
      : { mixed: attention(queries, fresh.keys, fresh.values, bias), kept: fresh };
    const attended = route(
      mergeHeads(mixed),
      (rows) => linear(heads.vision_expert_dense, rows),
      (rows) => linear(heads.language_expert_dense, rows),
    );
    const middle = tf.add(hidden_BSC, attended);
    const fed = route(
      rmsNorm(params.post_attention_layernorm, middle, config.normEpsilon),
      (rows) => gated(mlp.vision_mlp, rows),
      (rows) => gated(mlp.language_mlp, rows),
    );
    return { hidden: tf.add(middle, fed), ...kept };
  });
}
