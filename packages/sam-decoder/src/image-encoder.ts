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
  ParamSpec,
  splitHeads,
} from '@vividmed/nn';
import { patchEmbed, patchEmbedSpec, resamplePositions, wavePositions } from '@vividmed/patch-embed';
import type { SamConfig } from './config.js';

/** Names of intermediates and the tensors, for tests and inspection. */
export type Tap = (name: string, tensor: tf.Tensor) => void;

const blockSpec = ({ width, encoderMlpWidth }: SamConfig) => ({
  norm1: layerNormSpec(width),
  attn: { qkv: linearSpec(width, 3 * width, { bias: false }), out_proj: linearSpec(width, width) },
  norm2: layerNormSpec(width),
  mlp: { linear1: linearSpec(width, encoderMlpWidth), linear2: linearSpec(encoderMlpWidth, width) },
});

/** Spec of the image encoder; names are those of SegVol's, which the published model starts from. */
export const imageEncoderSpec = (config: SamConfig) => ({
  patch_embedding: {
    proj: patchEmbedSpec(config),
    position_embeddings: {
      weight: new ParamSpec([1, ...config.positionGrid, config.width], wavePositions(0.5), {
        torchAxes: [0, 2, 3, 4, 1],
        decay: false,
      }),
    },
  },
  blocks: Array.from({ length: config.encoderDepth }, () => blockSpec(config)),
  norm: layerNormSpec(config.width),
});
export type ImageEncoderParams = ParamsOf<ReturnType<typeof imageEncoderSpec>>;

/**
 * The localiser's ViT: image in [0, 1], [B, D, H, W, Cin] -> [B, d, h, w, C]. Pre-norm blocks with global attention and a
 * last norm, no windows and no neck (SegVol, Du et al. 2024; original-implementation 1.4).
 */
export function encodeImage(
  params: ImageEncoderParams,
  config: SamConfig,
  image_BDHWC: tf.Tensor,
  { patchDepth, tap }: { patchDepth: number; tap?: Tap },
): tf.Tensor {
  return tf.tidy(() => {
    const patches = patchEmbed(params.patch_embedding.proj, config, image_BDHWC, { patchDepth });
    const grid = patches.shape as [number, number, number, number, number];
    const positions = resamplePositions(params.patch_embedding.position_embeddings.weight, [grid[1], grid[2], grid[3]]);
    const tokens = tf.reshape(tf.add(patches, positions), [grid[0], -1, config.width]);
    tap?.('embedding', tokens);
    const encoded = params.blocks.reduce<tf.Tensor>((x, block, i) => {
      const next = tf.tidy(() => {
        const qkv = linear(block.attn.qkv, layerNorm(block.norm1, x));
        const [q, k, v] = tf.split(qkv, 3, -1).map((part) => splitHeads(part, config.encoderHeads));
        const middle = tf.add(x, linear(block.attn.out_proj, mergeHeads(attention(q!, k!, v!))));
        const hidden = gelu(linear(block.mlp.linear1, layerNorm(block.norm2, middle)));
        return tf.add(middle, linear(block.mlp.linear2, hidden));
      });
      tap?.(`blocks.${i}`, next);
      return next;
    }, tokens);
    return tf.reshape(layerNorm(params.norm, encoded), grid);
  });
}
