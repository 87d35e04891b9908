import * as tf from '@tensorflow/tfjs';
import {
  attention,
  gelu,
  layerNorm,
  layerNormSpec,
  linear,
  linearSpec,
  mergeHeads,
  type ParamsOf,
  splitHeads,
} from '@vividmed/nn';
import { z } from 'zod';

/** Refines a configuration with attention heads: they must divide the width. */
export const headsDivideWidth: [(config: { width: number; numHeads: number }) => boolean, z.core.$ZodCustomParams] = [
  ({ width, numHeads }) => width % numHeads === 0,
  { path: ['width'], error: 'expected a multiple of numHeads' },
];

export const VisionTransformerConfig = z
  .strictObject({
    width: z.number().int().positive().describe('width of the tokens'),
    depth: z.number().int().positive().describe('number of blocks'),
    numHeads: z.number().int().positive().describe('attention heads'),
    mlpWidth: z.number().int().positive().describe('width of the MLP'),
    normEpsilon: z.number().positive().default(1e-6).describe('epsilon of the layer norms'),
  })
  .refine(...headsDivideWidth)
  .readonly();
export type VisionTransformerConfig = z.infer<typeof VisionTransformerConfig>;

const blockSpec = ({ width, mlpWidth }: VisionTransformerConfig) => ({
  attention: { query_key_value: linearSpec(width, 3 * width), dense: linearSpec(width, width) },
  input_layernorm: layerNormSpec(width),
  mlp: { fc1: linearSpec(width, mlpWidth), fc2: linearSpec(mlpWidth, width) },
  post_attention_layernorm: layerNormSpec(width),
});

/** Spec of the blocks; names are those of the published checkpoint under `model.vision.transformer`. */
export const visionTransformerSpec = (config: VisionTransformerConfig) => ({
  layers: Array.from({ length: config.depth }, () => blockSpec(config)),
});
export type VisionTransformerParams = ParamsOf<ReturnType<typeof visionTransformerSpec>>;

/**
 * Transformer of EVA2-CLIP-E without its last block: [B, T, C] -> [B, T, C]. The norm comes after attention and after the
 * MLP, before the residual sum; there is no norm before them and none at the end.
 */
export function visionTransformer(
  params: VisionTransformerParams,
  config: VisionTransformerConfig,
  tokens_BTC: tf.Tensor,
  options: { tap?: (name: string, tensor: tf.Tensor) => void } = {},
): tf.Tensor {
  return tf.tidy(() =>
    params.layers.reduce((x, block, i) => {
      const next = tf.tidy(() => {
        const qkv = linear(block.attention.query_key_value, x);
        const [q, k, v] = tf.split(qkv, 3, -1).map((part) => splitHeads(part, config.numHeads)) as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ];
        const attended = linear(block.attention.dense, mergeHeads(attention(q, k, v)));
        const middle = tf.add(x, layerNorm(block.input_layernorm, attended, config.normEpsilon));
        const fed = linear(block.mlp.fc2, gelu(linear(block.mlp.fc1, middle)));
        return tf.add(middle, layerNorm(block.post_attention_layernorm, fed, config.normEpsilon));
      });
      options.tap?.(`layers.${i}`, next);
      return next;
    }, tokens_BTC),
  );
}

/**
 * Largest value of each cell of poolDepth x 2 x 2 tokens: [B, d, h, w, C] -> [B, d / poolDepth, h / 2, w / 2, C]. Made of
 * reshapes and maxima, which every engine can differentiate.
 */
export function poolTokens(grid_BDHWC: tf.Tensor, poolDepth: 1 | 2): tf.Tensor {
  const [batch, depth, height, width, dim] = grid_BDHWC.shape as [number, number, number, number, number];
  return tf.tidy(() => {
    const halve = (x: tf.Tensor, outer: number, size: number, inner: number): tf.Tensor => {
      const [first, second] = tf.split(tf.reshape(x, [outer, size / 2, 2, inner]), 2, 2) as [tf.Tensor, tf.Tensor];
      return tf.maximum(first, second);
    };
    let x = halve(grid_BDHWC, batch * depth * height, width, dim);
    x = halve(x, batch * depth, height, (width / 2) * dim);
    if (poolDepth === 2) x = halve(x, batch, depth, (height / 2) * (width / 2) * dim);
    return tf.reshape(x, [batch, depth / poolDepth, height / 2, width / 2, dim]);
  });
}
