import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import { normal, type ParamsOf, ParamSpec } from '@vividmed/nn';
import { patchEmbed, patchEmbedSpec, resamplePositions, wavePositions } from '@vividmed/patch-embed';
import { z } from 'zod';
import {
  headsDivideWidth,
  poolTokens,
  visionTransformer,
  VisionTransformerConfig,
  visionTransformerSpec,
} from './transformer.js';

const count = z.number().int().positive();

export const VisionTowerConfig = z
  .strictObject({
    inChannels: count.describe('channels of the image; one channel is repeated where the model has three'),
    patch: z.tuple([count, count, count]).readonly().describe('stored patch kernel in voxels: depth, height, width'),
    positionGrid: z.tuple([count, count, count]).readonly().describe('grid of the stored position embeddings'),
    ...VisionTransformerConfig.unwrap().shape,
  })
  .refine(...headsDivideWidth)
  .readonly();
export type VisionTowerConfig = z.infer<typeof VisionTowerConfig>;

/** Mean and standard deviation of CLIP's training images, per channel. */
const clipMean = [0.48145466, 0.4578275, 0.40821073];
const clipStd = [0.26862954, 0.26130258, 0.27577711];
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Spec of the vision tower up to the pooled tokens; names are those of the published checkpoint under `model.vision`. */
export const visionTowerSpec = (config: VisionTowerConfig) => ({
  patch_embedding: {
    proj: patchEmbedSpec(config, { spread: mean(clipStd) }),
    cls_embedding: { weight: new ParamSpec([1, config.width], normal(0.02), { decay: false }) },
    cls_pos_embed: { weight: new ParamSpec([1, config.width], normal(0.02), { decay: false }) },
    position_embedding: {
      weight: new ParamSpec([1, ...config.positionGrid, config.width], wavePositions(0.5), {
        torchAxes: [0, 2, 3, 4, 1],
        decay: false,
      }),
    },
  },
  transformer: visionTransformerSpec(config),
});
export type VisionTowerParams = ParamsOf<ReturnType<typeof visionTowerSpec>>;

export interface VisionOptions {
  patchDepth: number;
  poolDepth: 1 | 2;
  tap?: (name: string, tensor: tf.Tensor) => void;
}

/** Image channels as the model has them: one grey channel is repeated. */
export function matchChannels(image_BDHWC: tf.Tensor, inChannels: number): tf.Tensor {
  const found = image_BDHWC.shape.at(-1);
  check(
    image_BDHWC.rank === 5 && (found === inChannels || found === 1),
    'shape',
    `matchChannels: expected an image [B, D, H, W, 1 or ${inChannels}], found [${image_BDHWC.shape.join(', ')}].`,
  );
  if (found === inChannels) return tf.clone(image_BDHWC);
  // Not tile, which has no gradient in five dimensions.
  return tf.concat(
    Array.from({ length: inChannels }, () => image_BDHWC),
    -1,
  );
}

/**
 * The vision encoder before pooling: image in [0, 1], [B, D, H, W, 1 or Cin] -> tokens of its patches [B, d, h, w, C]. CLIP's
 * normalisation, dynamic patches with resampled positions, and a CLS token that is dropped after the last block.
 */
export function visionPatches(
  params: VisionTowerParams,
  config: VisionTowerConfig,
  image_BDHWC: tf.Tensor,
  { patchDepth, tap }: Omit<VisionOptions, 'poolDepth'>,
): tf.Tensor {
  const { patch_embedding: embedding } = params;
  return tf.tidy(() => {
    const image = matchChannels(image_BDHWC, config.inChannels);
    const [centre, spread] = config.inChannels === 3 ? [clipMean, clipStd] : [[mean(clipMean)], [mean(clipStd)]];
    const normalised = tf.div(tf.sub(image, tf.tensor1d(centre)), tf.tensor1d(spread));
    const patches = patchEmbed(embedding.proj, config, normalised, { patchDepth });
    const [batch, d, h, w] = patches.shape as [number, number, number, number, number];
    const placed = tf.add(patches, resamplePositions(embedding.position_embedding.weight, [d, h, w]));
    const marked = tf.add(embedding.cls_embedding.weight, embedding.cls_pos_embed.weight);
    const cls = tf.tile(tf.reshape(marked, [1, 1, config.width]), [batch, 1, 1]);
    const tokens = tf.concat([cls, tf.reshape(placed, [batch, d * h * w, config.width])], 1);
    tap?.('embedding', tokens);
    const encoded = visionTransformer(params.transformer, config, tokens, tap ? { tap } : {});
    return tf.reshape(tf.slice(encoded, [0, 1, 0], [batch, d * h * w, config.width]), [batch, d, h, w, config.width]);
  });
}

/** Tokens of patches as the adapter takes them, max-pooled by poolDepth x 2 x 2: [B, d, h, w, C] -> [B, N, C]. */
export const pooledTokens = (patches_BDHWC: tf.Tensor, poolDepth: 1 | 2): tf.Tensor =>
  tf.tidy(() => {
    const [batch, , , , width] = patches_BDHWC.shape as [number, number, number, number, number];
    return tf.reshape(poolTokens(patches_BDHWC, poolDepth), [batch, -1, width]);
  });

/** The vision encoder (paper 3.2.1, appendix B): `visionPatches`, pooled. [B, D, H, W, 1 or Cin] -> [B, N, C]. */
export const visionTower = (
  params: VisionTowerParams,
  config: VisionTowerConfig,
  image_BDHWC: tf.Tensor,
  { poolDepth, ...options }: VisionOptions,
): tf.Tensor => tf.tidy(() => pooledTokens(visionPatches(params, config, image_BDHWC, options), poolDepth));
