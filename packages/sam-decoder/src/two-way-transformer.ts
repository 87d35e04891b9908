import * as tf from '@tensorflow/tfjs';
import {
  attention,
  layerNorm,
  layerNormSpec,
  linear,
  linearSpec,
  mergeHeads,
  type ParamsOf,
  splitHeads,
} from '@vividmed/nn';
import type { SamConfig } from './config.js';
import type { Tap } from './image-encoder.js';

const attentionSpec = (width: number, inner: number) => ({
  q_proj: linearSpec(width, inner),
  k_proj: linearSpec(width, inner),
  v_proj: linearSpec(width, inner),
  out_proj: linearSpec(inner, width),
});
type AttentionParams = ParamsOf<ReturnType<typeof attentionSpec>>;

const layerSpec = ({ width, decoderMlpWidth }: SamConfig) => ({
  self_attn: attentionSpec(width, width),
  norm1: layerNormSpec(width),
  cross_attn_token_to_image: attentionSpec(width, width / 2),
  norm2: layerNormSpec(width),
  mlp: { lin1: linearSpec(width, decoderMlpWidth), lin2: linearSpec(decoderMlpWidth, width) },
  norm3: layerNormSpec(width),
  norm4: layerNormSpec(width),
  cross_attn_image_to_token: attentionSpec(width, width / 2),
});

/** Spec of the two-way transformer; names are Meta SAM's. */
export const twoWaySpec = (config: SamConfig) => ({
  layers: Array.from({ length: config.decoderDepth }, () => layerSpec(config)),
  final_attn_token_to_image: attentionSpec(config.width, config.width / 2),
  norm_final_attn: layerNormSpec(config.width),
});
export type TwoWayParams = ParamsOf<ReturnType<typeof twoWaySpec>>;

function attend(params: AttentionParams, numHeads: number, q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): tf.Tensor {
  const heads = (projection: AttentionParams['q_proj'], x: tf.Tensor): tf.Tensor =>
    splitHeads(linear(projection, x), numHeads);
  return tf.tidy(() =>
    linear(
      params.out_proj,
      mergeHeads(attention(heads(params.q_proj, q), heads(params.k_proj, k), heads(params.v_proj, v))),
    ),
  );
}

export interface TwoWayInput {
  /** [K, T, C]; also the position code of the tokens. */
  tokens_KTC: tf.Tensor;
  /** [K, N, C]. */
  image_KNC: tf.Tensor;
  /** [1, N, C], or a shape that broadcasts to it. */
  imageCode_1NC: tf.Tensor;
}

/**
 * Two-way transformer (Kirillov et al. 2023, appendix A): tokens attend to themselves and to the image, the image attends to
 * the tokens. Returns tokens [K, T, C] and image [K, N, C].
 */
export function twoWayTransformer(
  params: TwoWayParams,
  config: SamConfig,
  { tokens_KTC, image_KNC, imageCode_1NC }: TwoWayInput,
  tap?: Tap,
): { tokens: tf.Tensor; image: tf.Tensor } {
  const heads = config.decoderHeads;
  return tf.tidy(() => {
    const code = tokens_KTC;
    let tokens = tokens_KTC;
    let image = image_KNC;
    params.layers.forEach((layer, i) => {
      if (i === 0) {
        tokens = attend(layer.self_attn, heads, tokens, tokens, tokens);
      } else {
        const q = tf.add(tokens, code);
        tokens = tf.add(tokens, attend(layer.self_attn, heads, q, q, tokens));
      }
      tokens = layerNorm(layer.norm1, tokens);
      const key = tf.add(image, imageCode_1NC);
      tokens = tf.add(tokens, attend(layer.cross_attn_token_to_image, heads, tf.add(tokens, code), key, image));
      tokens = layerNorm(layer.norm2, tokens);
      tokens = tf.add(tokens, linear(layer.mlp.lin2, tf.relu(linear(layer.mlp.lin1, tokens))));
      tokens = layerNorm(layer.norm3, tokens);
      image = tf.add(image, attend(layer.cross_attn_image_to_token, heads, key, tf.add(tokens, code), tokens));
      image = layerNorm(layer.norm4, image);
      tap?.(`layers.${i}.tokens`, tokens);
      tap?.(`layers.${i}.image`, image);
    });
    const key = tf.add(image, imageCode_1NC);
    tokens = tf.add(tokens, attend(params.final_attn_token_to_image, heads, tf.add(tokens, code), key, image));
    return { tokens: layerNorm(params.norm_final_attn, tokens), image };
  });
}
