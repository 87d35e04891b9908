import * as tf from '@tensorflow/tfjs';
import { disposeParams } from '@vividmed/nn';
import { loadGoldenParams, readGolden } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { type VividMedModules, vividMedModules, vividMedSpec } from '../src/index.js';
import { runToy, toyConfig, toyInput, type ToyOutput } from './toy.js';

const golden = readGolden(new URL('golden/vividmed.safetensors', import.meta.url));

/** What the toy model says with some modules replaced, as plain numbers. */
async function withModules(modules: Partial<VividMedModules>) {
  const params = await loadGoldenParams(vividMedSpec(toyConfig), golden);
  const input = toyInput(golden);
  const found = tf.tidy(() => {
    const { hidden, localised, total }: ToyOutput = runToy(params, input, { modules });
    const first = localised[0]!;
    return {
      hidden: [...hidden.dataSync()],
      boxes: [...first.boxes.dataSync()],
      maskLogits: [...first.maskLogits.dataSync()],
      maskShape: first.maskLogits.shape,
      total: total.dataSync()[0]!,
    };
  });
  tf.dispose(input);
  disposeParams(params);
  return found;
}

test('naming the own modules changes nothing', async () => {
  expect(await withModules(vividMedModules)).toEqual(await withModules({}));
});

test('another vision tower is what the language model sees, and the localiser through it', async () => {
  const blind: VividMedModules['visionTower'] = (params, config, image, options) =>
    tf.tidy(() => tf.mul(vividMedModules.visionTower(params, config, image, options), 0));
  const [own, swapped] = [await withModules({}), await withModules({ visionTower: blind })];
  expect(swapped.hidden).not.toEqual(own.hidden);
  expect(swapped.boxes).not.toEqual(own.boxes);
  expect(swapped.hidden.every(Number.isFinite)).toBe(true);
});

test('another adapter is used', async () => {
  const louder: VividMedModules['adapter'] = (params, tokens) =>
    tf.tidy(() => tf.mul(vividMedModules.adapter(params, tokens), 2));
  expect((await withModules({ adapter: louder })).hidden).not.toEqual((await withModules({})).hidden);
});

test('another image encoder is what the localiser sees, and nothing that the language model sees', async () => {
  const calls: number[] = [];
  const imageEncoder: VividMedModules['imageEncoder'] = (params, config, image, options) => {
    calls.push(options.patchDepth);
    return tf.tidy(() => tf.neg(vividMedModules.imageEncoder(params, config, image, options)));
  };
  const [own, swapped] = [await withModules({}), await withModules({ imageEncoder })];
  expect(swapped.hidden).toEqual(own.hidden);
  expect(swapped.boxes).not.toEqual(own.boxes);
  // Once per group in which something is localised.
  expect(calls).toEqual([1, 2]);
});

test('another localiser gives the masks and boxes, and the losses are made of them', async () => {
  const localiser: VividMedModules['localiser'] = (_params, config, { embedding_BDHWC, prompts_KC, depth }) => {
    const [, , h, w] = embedding_BDHWC.shape as [number, number, number, number, number];
    const count = prompts_KC.shape[0]!;
    return {
      maskLogits: tf.zeros([count, depth, h, w]),
      boxes: tf.fill([count, config.numInstances, 6], 0.5),
      presenceLogits: tf.zeros([count, config.numInstances]),
    };
  };
  const [own, swapped] = [await withModules({}), await withModules({ localiser })];
  expect(new Set(swapped.boxes)).toEqual(new Set([0.5]));
  expect(swapped.maskShape).toEqual([4, 1, 2, 6]);
  expect(swapped.total).not.toBe(own.total);
  expect(swapped.hidden).toEqual(own.hidden);
});
