import * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import { disposeParams, initParams } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { decodePrompts, resizeMaskLogits, type SamConfig, samPresets, samSpec, tokenSimilarity } from '../src/index.js';

const config: SamConfig = { ...samPresets.toy, boxReference: true, tokenSimilarity: true };
const { width } = config;

test('every phrase is compared with every cell: by its map of the encoded patch, divided as in attention', () => {
  const grids = fc.tuple(...[3, 2, 3, 4].map((max) => fc.integer({ min: 1, max })));
  fc.assert(
    fc.property(grids, fc.integer({ min: 1, max: 4 }), fc.integer({ max: 2 ** 20, min: 0 }), (size, phrases, seed) => {
      const params = {
        txt_align_embedding: {
          weight: tf.randomNormal([width, width + 1], 0, 1, 'float32', seed),
          bias: tf.randomNormal([width + 1], 0, 1, 'float32', seed + 1),
        },
      };
      const embedding = tf.randomNormal([...size, width], 0, 1, 'float32', seed + 2);
      const prompts = tf.randomNormal([phrases, width], 0, 1, 'float32', seed + 3);
      const alike = tokenSimilarity(params, embedding, prompts);
      expect(alike.shape).toEqual([...size, phrases]);
      const [weight, bias, cells, given] = [
        params.txt_align_embedding.weight,
        params.txt_align_embedding.bias,
        embedding,
        prompts,
      ].map((tensor) => tensor.dataSync());
      const expected = Array.from({ length: alike.size }, (_, i) => {
        const [cell, k] = [Math.floor(i / phrases), i % phrases];
        const aligned = Array.from({ length: width + 1 }, (_unused, c) => {
          let sum = bias![c]!;
          for (let j = 0; j < width; j++) sum += given![k * width + j]! * weight![j * (width + 1) + c]!;
          return sum / Math.sqrt(width);
        });
        return aligned.slice(0, width).reduce((sum, x, c) => sum + x * cells![cell * width + c]!, aligned[width]!);
      });
      expectClose(alike, expected);
      tf.dispose([params, embedding, prompts, alike]);
    }),
    { numRuns: 20 },
  );
});

const random = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

test.each([
  ['slices', [3, 1, 3, 4], 1],
  ['volumes', [3, 3, 2, 4], 6],
] as const)('new masks of %s are the similarity of each phrase with its own image, resized', (_, size, depth) => {
  const params = initParams(samSpec(config), 3);
  const [embedding, prompts] = [random([...size, width], 4), random([4, width], 5)];
  const index = [2, 0, 2, 1];
  const imageIndex = tf.tensor1d(index, 'int32');
  const found = decodePrompts(params, config, {
    embedding_BDHWC: embedding,
    prompts_KC: prompts,
    imageIndex_K: imageIndex,
    depth,
  });
  const [, ...grid] = found.maskLogits.shape as [number, number, number, number];
  index.forEach((image, k) => {
    const [alone, mask] = tf.tidy(() => {
      const of = tf.slice(embedding, [image, 0, 0, 0, 0], [1, -1, -1, -1, -1]);
      const alike = tokenSimilarity(params.mask_decoder, of, tf.slice(prompts, [k, 0], [1, -1]));
      return [resizeMaskLogits(tf.squeeze(alike, [4]), grid), tf.slice(found.maskLogits, [k], [1])] as const;
    });
    expectClose(mask!, alone!.dataSync());
    tf.dispose([alone, mask]);
  });
  tf.dispose([embedding, prompts, imageIndex, found]);
  disposeParams(params);
});

test('a new localiser takes one patch in a dozen for what a phrase says, until it has learnt more', () => {
  const params = initParams(samSpec(config), 3);
  const [embedding, nothing] = [random([1, 1, 2, 2, width], 4), tf.zeros([1, width])];
  const alike = tokenSimilarity(params.mask_decoder, embedding, nothing);
  for (const logit of alike.dataSync()) expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(1 / 13, 2);
  tf.dispose([embedding, nothing, alike]);
  disposeParams(params);
});

test('a localiser without the switch has no such similarity, and says so', () => {
  const params = initParams(samSpec({ ...config, tokenSimilarity: false }), 3);
  expect(params.mask_decoder).not.toHaveProperty('txt_align_embedding');
  const [embedding, prompts] = [random([1, 1, 2, 2, width], 4), random([1, width], 5)];
  const compare = () => tokenSimilarity(params.mask_decoder, embedding, prompts);
  expect(compare).toThrow('tokenSimilarity: expected a localiser with txt_align_embedding, found none.');
  expect(compare).toThrow(expect.toSatisfy((error) => VividMedError.isInstance(error) && error.code === 'config'));
  tf.dispose([embedding, prompts]);
  disposeParams(params);
});

test('masks teach what phrases and patches have in common, boxes and presence what queries add to it', () => {
  const params = initParams(samSpec(config), 3);
  const embedding_BDHWC = tf.randomNormal([1, 1, 3, 4, config.width], 0, 1, 'float32', 1);
  const prompts_KC = tf.randomNormal([2, config.width], 0, 1, 'float32', 2);
  const imageIndex_K = tf.tensor1d([0, 0], 'int32');
  const { weight } = params.mask_decoder.txt_align_embedding!;
  const added = params.mask_decoder.txt_align_upscaled_embedding.weight;
  const moved = (of: 'maskLogits' | 'boxes' | 'presenceLogits'): [number, number] => {
    const grads = tf.tidy(() =>
      tf.grads((align, upscaled) => {
        const { mask_decoder: decoder } = params;
        const mask_decoder = {
          ...decoder,
          txt_align_embedding: { ...decoder.txt_align_embedding!, weight: align! },
          txt_align_upscaled_embedding: { ...decoder.txt_align_upscaled_embedding, weight: upscaled! },
        };
        const input = { embedding_BDHWC, prompts_KC, imageIndex_K, depth: 1 };
        return tf.sum(tf.square(decodePrompts({ ...params, mask_decoder }, config, input)[of]));
      })([weight, added]),
    );
    const sizes = grads.map((grad) => Math.max(...[...grad.dataSync()].map(Math.abs)));
    tf.dispose(grads);
    return sizes as [number, number];
  };
  const [byMasks, addedByMasks] = moved('maskLogits');
  expect(Math.min(byMasks, addedByMasks)).toBeGreaterThan(1e-4);
  for (const branch of ['boxes', 'presenceLogits'] as const) {
    const [by, addedBy] = moved(branch);
    expect(by, branch).toBe(0);
    expect(addedBy, branch).toBeGreaterThan(1e-6);
  }
  disposeParams(params);
  tf.dispose([embedding_BDHWC, prompts_KC, imageIndex_K]);
});
