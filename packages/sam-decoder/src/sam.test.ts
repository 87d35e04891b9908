import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { countParams, disposeParams, initParams, leaves, mapLeaves } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import { describe, expect, it } from 'vitest';
import { SamConfig, samPresets } from './config.js';
import { encodeImage } from './image-encoder.js';
import { maskLoss } from './losses.js';
import { decodePrompts, type Localised, resizeMaskLogits, type SamParams, samSpec } from './sam.js';
import { upscale, upscalingSpec } from './upscale.js';

const config: SamConfig = samPresets.toy;

function random(shape: number[], seed: number): tf.Tensor {
  const rng = createRng(seed);
  return tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal()),
    shape,
  );
}

interface Group {
  image: tf.Tensor;
  patchDepth: number;
  prompts: tf.Tensor;
  index: number[];
}

function localise(params: SamParams, { image, patchDepth, prompts, index }: Group, use = config): Localised {
  return tf.tidy(() =>
    decodePrompts(params, use, {
      embedding_BDHWC: encodeImage(params.image_encoder, use, image, { patchDepth }),
      prompts_KC: prompts,
      imageIndex_K: tf.tensor1d(index, 'int32'),
      depth: image.shape[1]!,
    }),
  );
}

describe('decodePrompts', () => {
  // depth, patch depth -> depth of the masks, for 64 x 64 in plane and two prompts (original-implementation 11.4)
  it.each([
    [1, 1, 1],
    [12, 2, 12],
    [24, 4, 24],
    [64, 8, 32],
  ])(
    'makes of %i slices in patches of %i masks of %i slices, fourfold in plane, and six boxes',
    (depth, p, maskDepth) => {
      const use = SamConfig.parse({
        ...config,
        patch: [16, 16, 16],
        encoderDepth: 1,
        positionGrid: [8, 4, 4],
        numInstances: 6,
      });
      const params = initParams(samSpec(use), 1);
      const [image, prompts] = [tf.zeros([1, depth, 64, 64, 1]), random([2, 16], 2)];
      const found = localise(params, { image, patchDepth: p, prompts, index: [0, 0] }, use);
      expect(found.maskLogits.shape).toEqual([2, maskDepth, 16, 16]);
      expect(found.boxes.shape).toEqual([2, 6, 6]);
      expect(found.presenceLogits.shape).toEqual([2, 6]);
      expect(found.boxes.dataSync().every((x) => x > 0 && x < 1)).toBe(true);
      const masks = resizeMaskLogits(found.maskLogits, [depth, 64, 64]);
      expect(masks.shape).toEqual([2, depth, 64, 64]);
      tf.dispose([image, prompts, found, masks]);
      disposeParams(params);
    },
  );

  it('answers each phrase of a batch as if it were alone with its image', () => {
    const params = initParams(samSpec(config), 3);
    const [image, prompts] = [random([3, 6, 8, 12, 1], 4), random([4, 16], 5)];
    const index = [2, 0, 2, 1];
    const together = localise(params, { image, patchDepth: 2, prompts, index });
    index.forEach((i, k) => {
      const alone = tf.tidy(() =>
        localise(params, {
          image: tf.slice(image, [i, 0, 0, 0, 0], [1, -1, -1, -1, -1]),
          patchDepth: 2,
          prompts: tf.slice(prompts, [k, 0], [1, -1]),
          index: [0],
        }),
      );
      for (const name of ['maskLogits', 'boxes', 'presenceLogits'] as const) {
        const row = tf.gather(together[name], [k]);
        expectClose(alone[name], row.dataSync(), { label: name });
        row.dispose();
      }
      tf.dispose(alone);
    });
    tf.dispose([image, prompts, together]);
    disposeParams(params);
  });

  it('trains on a slice and a volume together as on each in turn', () => {
    const spec = samSpec(config);
    const params = initParams(spec, 6);
    const paths = leaves(spec).flatMap(([path, { trainable }]) => (trainable ? [path] : []));
    const tensors = new Map(leaves(params));
    const groups: Group[] = [
      { image: random([2, 1, 12, 8, 1], 7), patchDepth: 1, prompts: random([3, 16], 8), index: [0, 1, 1] },
      { image: random([1, 8, 4, 12, 1], 9), patchDepth: 4, prompts: random([2, 16], 10), index: [0, 0] },
    ];
    const gradients = (of: Group[]): tf.Tensor[] =>
      tf.tidy(() =>
        tf.grads((...values) => {
          const replaced = new Map(paths.map((path, i) => [path, values[i]!]));
          const tree = mapLeaves(params, (leaf, path) => replaced.get(path) ?? leaf);
          const found = of.map((group) => localise(tree, group));
          return tf.addN(found.flatMap((x) => Object.values(x).map((y) => tf.sum(tf.square(y))))) as tf.Scalar;
        })(paths.map((path) => tensors.get(path)!)),
      );
    const [both, first, second] = [gradients(groups), gradients([groups[0]!]), gradients([groups[1]!])];
    both.forEach((grad, i) => {
      const sum = tf.add(first[i]!, second[i]!);
      expectClose(grad, sum.dataSync(), { label: paths[i]! });
      expect(Math.max(...grad.dataSync().map(Math.abs)), paths[i]).toBeGreaterThan(0);
      sum.dispose();
    });
    tf.dispose([both, first, second, groups.map(({ image, prompts }) => [image, prompts])]);
    disposeParams(params);
  });

  it('gives a prompt of weight 0 no gradient, though it shares an image with a labelled one', () => {
    const params = initParams(samSpec(config), 11);
    const [image, prompts] = [random([1, 1, 8, 8, 1], 12), random([2, 16], 13)];
    const slope = tf.tidy(() =>
      tf.grad((x) => {
        const { maskLogits } = localise(params, { image, patchDepth: 1, prompts: x, index: [0, 0] });
        const target = tf.ones(maskLogits.shape);
        const { dice, focal } = maskLoss({
          logits_KDHW: maskLogits,
          target_KDHW: target,
          weight_K: tf.tensor1d([1, 0]),
        });
        return tf.add(dice, focal) as tf.Scalar;
      })(prompts),
    );
    const values = [...slope.dataSync()];
    expect(values.slice(0, 16).every((x) => x !== 0)).toBe(true);
    expect(values.slice(16).every((x) => x === 0)).toBe(true);
    tf.dispose([image, prompts, slope]);
    disposeParams(params);
  });

  it('names what is wrong with prompts, images and indices', () => {
    const params = initParams(samSpec(config), 1);
    const [embedding, prompts] = [tf.zeros([1, 1, 2, 2, 16]), tf.zeros([2, 16])];
    const index = tf.tensor1d([0, 0], 'int32');
    const wrong = { wide: tf.zeros([2, 8]), none: tf.zeros([0, 16]), flat: tf.zeros([1, 4, 16]) };
    const decode = (e: tf.Tensor, p: tf.Tensor, i: tf.Tensor) => () =>
      decodePrompts(params, config, { embedding_BDHWC: e, prompts_KC: p, imageIndex_K: i, depth: 1 });
    expect(decode(embedding, wrong.wide, index)).toThrow('decodePrompts: expected prompts [K, 16], found [2, 8].');
    expect(decode(embedding, wrong.none, index)).toThrow('expected prompts [K, 16], found [0, 16]');
    expect(decode(wrong.flat, prompts, index)).toThrow('expected encoded images [B, d, h, w, 16], found [1, 4, 16]');
    const one = tf.tensor1d([0], 'int32');
    expect(decode(embedding, prompts, one)).toThrow('expected 2 image indices, found [1]');
    tf.dispose([embedding, prompts, index, one, wrong]);
    disposeParams(params);
  });
});

describe('upscale', () => {
  // cells, depth of the image -> depth of the masks
  it.each([
    [1, 1, 1],
    [2, 4, 4],
    [3, 5, 6],
    [3, 7, 12],
    [3, 64, 12],
    [5, 3, 5],
  ])('stops doubling %i cells once a depth of %i is reached: %i', (cells, depth, expected) => {
    const params = initParams(upscalingSpec(16), 1);
    const image = tf.ones([1, cells, 2, 3, 16]);
    const upscaled = upscale(params, image, depth);
    expect(upscaled.shape).toEqual([1, expected, 8, 12, 2]);
    tf.dispose([image, upscaled]);
    disposeParams(params);
  });

  it('follows the rule of the published code for a padded image, of depth cells * p', () => {
    const params = initParams(upscalingSpec(16), 1);
    for (const cells of [1, 3, 6, 8]) {
      for (const [p, factor] of [
        [1, 1],
        [2, 2],
        [4, 4],
        [8, 4],
        [16, 4],
      ] as const) {
        const image = tf.ones([1, cells, 1, 1, 16]);
        const upscaled = upscale(params, image, cells * p);
        expect(upscaled.shape[1]).toBe(cells * factor);
        tf.dispose([image, upscaled]);
      }
    }
    disposeParams(params);
  });
});

describe('samSpec', () => {
  it('has the parameters of the published localiser of boxes, less those that no phrase uses', () => {
    const published = 123_414_163;
    const width = 768;
    const secondHypernetwork = 2 * (width * width + width) + width * 96 + 96;
    const pointPrompts = 5 * width;
    // 1 -> 4 -> 16 -> C channels by convolutions of 2 x 2, 2 x 2 and 1 x 1, with two norms.
    const maskPrompts = 4 * 4 + 4 + 2 * 4 + 4 * 16 * 4 + 16 + 2 * 16 + 16 * width + width;
    const found = countParams(samSpec(samPresets.paper));
    expect(found).toBe(published - secondHypernetwork - pointPrompts - maskPrompts);
  });
});

describe('SamConfig', () => {
  it('accepts every preset and names what does not divide', () => {
    for (const preset of Object.values(samPresets)) expect(SamConfig.parse(preset)).toEqual(preset);
    const message = (changes: Partial<SamConfig>): string =>
      String(SamConfig.safeParse({ ...config, ...changes }).error);
    expect(message({ width: 20 })).toContain('expected a multiple of 8');
    expect(message({ encoderHeads: 3 })).toContain('expected a divisor of width');
    expect(message({ decoderHeads: 16 })).toContain('expected a divisor of width / 2');
    expect(message({ wdith: 3 } as Partial<SamConfig>)).toContain('wdith');
  });
});
