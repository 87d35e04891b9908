import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import { fanIn, type Init, type ParamsOf, ParamSpec, zeros } from '@vividmed/nn';
import { z } from 'zod';
import { resizeAxes } from './interpolation.js';

export const PatchEmbedConfig = z
  .strictObject({
    inChannels: z.number().int().positive().describe('channels of the image'),
    width: z.number().int().positive().describe('width of a patch embedding'),
    patch: z
      .tuple([z.number().int().positive(), z.number().int().positive(), z.number().int().positive()])
      .readonly()
      .describe('size of the stored kernel in voxels: depth, height, width'),
  })
  .readonly();
export type PatchEmbedConfig = z.infer<typeof PatchEmbedConfig>;

/** What is left of the mean of a new kernel, and how much larger the kernel is than one that keeps variance. */
const newKernel = { mean: 0.2, gain: 10 };

/**
 * Kernels that see contrast. Patches of medical images differ in brightness 20 to 50 times as much as in any texture (measured
 * as the deviations of their cosine coefficients), so an embedding that only keeps variance says little but how bright a patch
 * is, and an encoder trained from nothing is slow to find a lesion.
 *
 * Differs: the published model starts from kernels trained elsewhere.
 */
const contrast =
  (inputs: number, gain: number): Init =>
  (shape, rng) => {
    const kernel = fanIn(inputs)(shape, rng);
    const width = shape.at(-1)!;
    const taps = kernel.length / width;
    for (let c = 0; c < width; c++) {
      let sum = 0;
      for (let i = c; i < kernel.length; i += width) sum += kernel[i]!;
      const taken = ((1 - newKernel.mean) * sum) / taps;
      for (let i = c; i < kernel.length; i += width) kernel[i] = gain * (kernel[i]! - taken);
    }
    return kernel;
  };

/**
 * Spec of the patch convolution: `weight` is [Cout, Cin, P_d, P_h, P_w] in a checkpoint. A new kernel is for values in [0, 1] that
 * have been divided by `spread`, so that embeddings are as large as tokens usually are.
 */
export const patchEmbedSpec = ({ inChannels, width, patch }: PatchEmbedConfig, { spread = 1 } = {}) => ({
  weight: new ParamSpec(
    [...patch, inChannels, width],
    contrast(patch[0] * patch[1] * patch[2] * inChannels, newKernel.gain * spread),
    {
      torchAxes: [2, 3, 4, 1, 0],
    },
  ),
  bias: new ParamSpec([width], zeros),
});
export type PatchEmbedParams = ParamsOf<ReturnType<typeof patchEmbedSpec>>;

/**
 * Dynamic patch embedding (paper 3.2.3): a convolution whose kernel equals its stride, with the stored kernel sum-pooled along
 * depth to `patchDepth` slices, so that the embedding of an image that does not vary in depth is the same at every patch
 * depth. Sizes that are not whole patches are padded with zeros at the end.
 *
 * [B, D, H, W, Cin] -> [B, ceil(D / patchDepth), ceil(H / P_h), ceil(W / P_w), C].
 *
 * @throws {VividMedError} `shape` for an image that is not [B, D, H, W, Cin]; `config` for a patch depth that does not divide P_d.
 */
export function patchEmbed(
  params: PatchEmbedParams,
  config: PatchEmbedConfig,
  image_BDHWC: tf.Tensor,
  { patchDepth }: { patchDepth: number },
): tf.Tensor {
  const [Pd, Ph, Pw] = config.patch;
  check(
    image_BDHWC.rank === 5 && image_BDHWC.shape[4] === config.inChannels,
    'shape',
    `patchEmbed: expected an image [B, D, H, W, ${config.inChannels}], found [${image_BDHWC.shape.join(', ')}].`,
  );
  check(
    Number.isInteger(patchDepth) && patchDepth > 0 && Pd % patchDepth === 0,
    'config',
    `patchEmbed: expected a patch depth that divides ${Pd}, found ${patchDepth}.`,
  );
  return tf.tidy(() => {
    const [batch, ...size] = image_BDHWC.shape.slice(0, 4) as [number, number, number, number];
    const patch = [patchDepth, Ph, Pw] as const;
    const [d, h, w] = size.map((length, axis) => Math.ceil(length / patch[axis]!)) as [number, number, number];
    const missing = [d * patchDepth - size[0]!, h * Ph - size[1]!, w * Pw - size[2]!] as const;
    const image = missing.some((count) => count > 0)
      ? tf.pad(image_BDHWC, [
          [0, 0],
          [0, missing[0]],
          [0, missing[1]],
          [0, missing[2]],
          [0, 0],
        ])
      : image_BDHWC;
    const row = Pw * config.inChannels;
    const cells = tf.transpose(tf.reshape(image, [batch * d, patchDepth, h, Ph, w, row]), [0, 2, 4, 1, 3, 5]);
    const kernel = tf.sum(tf.reshape(params.weight, [patchDepth, Pd / patchDepth, Ph * row, config.width]), 1);
    const tokens = tf.matMul(
      tf.reshape(cells, [batch * d * h * w, patchDepth * Ph * row]) as tf.Tensor2D,
      tf.reshape(kernel, [patchDepth * Ph * row, config.width]) as tf.Tensor2D,
    );
    return tf.reshape(tf.add(tokens, params.bias), [batch, d, h, w, config.width]);
  });
}

/**
 * Position embeddings for another grid: [1, d0, h0, w0, C] -> [1, d, h, w, C]. Axes that shrink are averaged by area, the
 * others interpolated linearly (original-implementation 2.4).
 *
 * @throws {VividMedError} `shape` for positions that are not [1, d0, h0, w0, C].
 */
export function resamplePositions(positions_1DHWC: tf.Tensor, grid: readonly [number, number, number]): tf.Tensor {
  check(
    positions_1DHWC.rank === 5 && positions_1DHWC.shape[0] === 1,
    'shape',
    `resamplePositions: expected positions [1, d, h, w, C], found [${positions_1DHWC.shape.join(', ')}].`,
  );
  return resizeAxes(positions_1DHWC, 1, grid, { shrink: 'area', grow: 'linear' });
}
