import * as tf from '@tensorflow/tfjs';
import { createRng, type Rng } from '@vividmed/core';
import { disposeParams, initParams } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflateKernel } from './kernel.js';
import { patchEmbed, type PatchEmbedConfig, patchEmbedSpec } from './patch-embed.js';

type Shape5 = [number, number, number, number, number];

const randomTensor = (rng: Rng, shape: number[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal()),
    shape,
  );

/** The convolution in plain loops over a kernel of full depth whose slices are shared: what sum pooling stands for. */
function convolve(
  image: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor,
  patchDepth: number,
): { shape: Shape5; values: Float32Array } {
  const [batch, D, H, W, inChannels] = image.shape as Shape5;
  const [Pd, Ph, Pw, , width] = weight.shape as Shape5;
  const [x, k, b] = [image.dataSync(), weight.dataSync(), bias.dataSync()];
  const perSlice = Pd / patchDepth;
  const shape: Shape5 = [batch, Math.ceil(D / patchDepth), Math.ceil(H / Ph), Math.ceil(W / Pw), width];
  const values = new Float32Array(shape.reduce((a, n) => a * n, 1));
  let at = 0;
  for (let n = 0; n < batch; n++)
    for (let d = 0; d < shape[1]; d++)
      for (let h = 0; h < shape[2]; h++)
        for (let w = 0; w < shape[3]; w++)
          for (let o = 0; o < width; o++) {
            let sum = b[o]!;
            for (let i = 0; i < Pd; i++)
              for (let j = 0; j < Ph; j++)
                for (let l = 0; l < Pw; l++) {
                  const z = d * patchDepth + Math.floor(i / perSlice);
                  const [y, v] = [h * Ph + j, w * Pw + l];
                  if (z >= D || y >= H || v >= W) continue;
                  for (let c = 0; c < inChannels; c++)
                    sum +=
                      x[(((n * D + z) * H + y) * W + v) * inChannels + c]! *
                      k[(((i * Ph + j) * Pw + l) * inChannels + c) * width + o]!;
                }
            values[at++] = sum;
          }
  return { shape, values };
}

const config: PatchEmbedConfig = { inChannels: 2, width: 5, patch: [4, 2, 3] };

describe('patchEmbed', () => {
  it('is the convolution it stands for, at every patch depth and for sizes that are not whole patches', () => {
    const side = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(side, side, side, fc.constantFrom(1, 2, 4), fc.integer(), (d, h, w, patchDepth, seed) => {
        const params = initParams(patchEmbedSpec(config), seed);
        const image = randomTensor(createRng(seed), [2, d, h, w, 2]);
        const tokens = patchEmbed(params, config, image, { patchDepth });
        const expected = convolve(image, params.weight, params.bias, patchDepth);
        expect(tokens.shape).toEqual(expected.shape);
        expectClose(tokens, expected.values);
        tf.dispose([image, tokens]);
        disposeParams(params);
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  it('adds up neighbouring slices of the kernel: depths 0 to 15 become 6, 22, 38 and 54 for patches 4 deep', () => {
    const single: PatchEmbedConfig = { inChannels: 1, width: 1, patch: [16, 1, 1] };
    const params = { weight: tf.tensor([...Array(16).keys()], [16, 1, 1, 1, 1]), bias: tf.zeros([1]) };
    // A patch that is 1 in one slice and 0 elsewhere reads that slice of the kernel.
    const image = tf.tidy(() => tf.reshape(tf.eye(4), [4, 4, 1, 1, 1]));
    const tokens = patchEmbed(params, single, image, { patchDepth: 4 });
    expect([...tokens.dataSync()]).toEqual([6, 22, 38, 54]);
    tf.dispose([image, tokens, params]);
  });

  it('starts from kernels that see contrast far more than brightness', () => {
    const wide: PatchEmbedConfig = { inChannels: 1, width: 256, patch: [8, 8, 8] };
    const params = initParams(patchEmbedSpec(wide), 11);
    const size = (pixel: (h: number, w: number) => number): number => {
      const image = tf.tensor(
        Float32Array.from({ length: 64 }, (_, i) => pixel(i >> 3, i & 7)),
        [1, 1, 8, 8, 1],
      );
      const token = patchEmbed(params, wide, image, { patchDepth: 1 });
      const rms = tf.tidy(() => tf.sqrt(tf.mean(tf.square(token))).dataSync()[0]!);
      tf.dispose([image, token]);
      return rms;
    };
    // A kernel that keeps variance gives sqrt(64 / 64) = 1 to brightness 1 as to stripes of +-1.
    expect(size(() => 1)).toBeGreaterThan(1.7);
    expect(size(() => 1)).toBeLessThan(2.3);
    expect(size((_, w) => (w % 2 === 0 ? 1 : -1))).toBeGreaterThan(8.5);
    disposeParams(params);
  });

  it('embeds an image that does not vary in depth the same at every patch depth', () => {
    const params = initParams(patchEmbedSpec(config), 3);
    const slice = randomTensor(createRng(3), [2, 1, 5, 7, 2]);
    const flat = patchEmbed(params, config, slice, { patchDepth: 1 });
    for (const patchDepth of [1, 2, 4]) {
      const volume = tf.tile(slice, [1, 4, 1, 1, 1]);
      const tokens = patchEmbed(params, config, volume, { patchDepth });
      const expected = tf.tile(flat, [1, 4 / patchDepth, 1, 1, 1]);
      expect(tokens.shape).toEqual(expected.shape);
      expectClose(tokens, expected.dataSync());
      tf.dispose([volume, tokens, expected]);
    }
    tf.dispose([slice, flat]);
    disposeParams(params);
  });

  it('embeds a slice with an inflated kernel as with the 2D kernel, and so does a volume of equal slices', () => {
    const kernel = randomTensor(createRng(4), [2, 3, 2, 5]);
    const image = randomTensor(createRng(5), [2, 1, 4, 6, 2]);
    const bias = randomTensor(createRng(6), [5]);
    const flat = { weight: tf.expandDims(kernel, 0), bias };
    const deep = { weight: inflateKernel(kernel, 4), bias };
    const expected = patchEmbed(flat, { ...config, patch: [1, 2, 3] }, image, { patchDepth: 1 });
    for (const patchDepth of [1, 2, 4]) {
      const volume = tf.tile(image, [1, patchDepth, 1, 1, 1]);
      const tokens = patchEmbed(deep, config, volume, { patchDepth });
      expectClose(tokens, expected.dataSync());
      tf.dispose([volume, tokens]);
    }
    tf.dispose([kernel, image, bias, flat.weight, deep.weight, expected]);
  });

  it('embeds each image of a batch as alone', () => {
    const params = initParams(patchEmbedSpec(config), 7);
    const images = randomTensor(createRng(7), [3, 3, 5, 4, 2]);
    const together = patchEmbed(params, config, images, { patchDepth: 2 });
    tf.unstack(images).forEach((image, i) => {
      const batch = tf.expandDims(image, 0);
      const alone = patchEmbed(params, config, batch, { patchDepth: 2 });
      const expected = tf.slice(together, [i, 0, 0, 0, 0], [1, -1, -1, -1, -1]);
      expectClose(alone, expected.dataSync(), { atol: 1e-6, rtol: 0 });
      tf.dispose([image, batch, alone, expected]);
    });
    tf.dispose([images, together]);
    disposeParams(params);
  });

  it('starts from kernels that give values divided by their spread the tokens of the values themselves', () => {
    const [plain, spread] = [patchEmbedSpec(config), patchEmbedSpec(config, { spread: 0.25 })].map((spec) =>
      initParams(spec, 7),
    );
    const image = randomTensor(createRng(3), [1, 4, 4, 6, 2]);
    const divided = tf.div(image, 0.25);
    const expected = patchEmbed(plain!, config, image, { patchDepth: 2 });
    const tokens = patchEmbed(spread!, config, divided, { patchDepth: 2 });
    expectClose(tokens, expected.dataSync());
    expect(Math.max(...expected.dataSync())).toBeGreaterThan(0.1);
    tf.dispose([image, divided, expected, tokens]);
    disposeParams(plain!);
    disposeParams(spread!);
  });

  it('names what is wrong with an image or a patch depth', () => {
    const params = initParams(patchEmbedSpec(config), 1);
    const image = tf.zeros([1, 4, 2, 3, 2]);
    const flat = tf.zeros([1, 2, 3, 2]);
    const grey = tf.zeros([1, 4, 2, 3, 1]);
    const embed = (x: tf.Tensor, patchDepth: number) => () => patchEmbed(params, config, x, { patchDepth });
    expect(embed(flat, 1)).toThrow('patchEmbed: expected an image [B, D, H, W, 2], found [1, 2, 3, 2].');
    expect(embed(grey, 1)).toThrow('found [1, 4, 2, 3, 1]');
    for (const wrong of [3, 8, 0, -1, 0.5])
      expect(embed(image, wrong)).toThrow(`expected a patch depth that divides 4, found ${wrong}`);
    tf.dispose([image, flat, grey]);
    disposeParams(params);
  });
});
