import * as tf from '@tensorflow/tfjs';
import { expectConformance, expectManifestMatches, readGolden } from '@vividmed/testing';
import { expect, test } from 'vitest';
import {
  adapter,
  adapterSpec,
  collateSequences,
  LanguageConfig,
  languageModel,
  languageSpec,
  lmHeadSpec,
  lmLoss,
  logitsAt,
  phrasePrompts,
  phraseWords,
  promptSpec,
  visionTower,
  VisionTowerConfig,
  visionTowerSpec,
} from '../src/index.js';
import { buildConversations } from './conversations.js';

const golden = (name: string): URL => new URL(`golden/${name}.safetensors`, import.meta.url);
const tight = { rtol: 1e-4, atol: 1e-7 };
const tower = { patch: [4, 4, 4], positionGrid: [2, 4, 4], width: 8, depth: 2, numHeads: 2, mlpWidth: 12 };

test('the vision tower agrees on flat grey images, for a model of three channels', () => {
  const config = VisionTowerConfig.parse({ inChannels: 3, ...tower });
  return expectConformance(golden('vision-tower-2d'), {
    spec: visionTowerSpec(config),
    run: (params, { image }, tap) => ({
      tokens: visionTower(params, config, image!, { patchDepth: 1, poolDepth: 1, tap }),
    }),
    ...tight,
  });
});

test('the vision tower agrees on volumes, with patches two voxels deep and pooling in depth', () => {
  const config = VisionTowerConfig.parse({ inChannels: 1, ...tower });
  return expectConformance(golden('vision-tower-3d'), {
    spec: visionTowerSpec(config),
    run: (params, { image }, tap) => ({
      tokens: visionTower(params, config, image!, { patchDepth: 2, poolDepth: 2, tap }),
    }),
    ...tight,
  });
});

test('the adapter agrees, brackets included', () =>
  expectConformance(golden('adapter'), {
    spec: adapterSpec({ inWidth: 6, width: 8, mlpWidth: 10 }),
    run: (params, { tokens }) => ({ image: adapter(params, tokens!) }),
    ...tight,
  }));

test('the map from phrase states to prompts agrees', () =>
  expectConformance(golden('phrase-prompts'), {
    spec: promptSpec(8, 6),
    run: (params, { states }) => ({ prompts: phrasePrompts(params, states!) }),
    ...tight,
  }));

test('the map from states and words of phrases to prompts agrees', () =>
  expectConformance(golden('word-prompts'), {
    spec: promptSpec(8, 6, { words: true }),
    run: (params, { states, embedding, shares }) => ({
      prompts: phrasePrompts(params, states!, phraseWords(embedding!, shares!)),
    }),
    ...tight,
  }));

test('the language model agrees on a padded batch of rows with different numbers of image tokens', () => {
  const config = LanguageConfig.parse({ vocabSize: 24, width: 8, depth: 2, numHeads: 2, mlpWidth: 12 });
  return expectConformance(golden('language'), {
    spec: { model: languageSpec(config), lm_head: lmHeadSpec(config) },
    run: (params, input, tap) => {
      const { ids, positions, labels, weights } = input as Record<
        'ids' | 'positions' | 'labels' | 'weights',
        tf.Tensor
      >;
      const images = [0, 1, 2].map((g) => input[`image.${g}`]!);
      const { hidden } = languageModel(params.model, config, { ids, positions, images }, { tap });
      const all = tf.range(0, ids.size, 1, 'int32');
      const logits = logitsAt(params.lm_head, hidden, all);
      const loss = lmLoss(logits, tf.reshape(labels, [-1]), tf.reshape(weights, [-1]));
      return { hidden, logits: tf.reshape(logits, [...ids.shape, config.vocabSize]), loss };
    },
    ...tight,
  });
});

test('ids, positions, labels and weights of conversations are those of the reference', () => {
  const { input } = readGolden(golden('language'));
  const sequences = buildConversations();
  const { ids, positions, length } = collateSequences(sequences);
  expect([...ids]).toEqual([...input.get('ids')!.data]);
  expect([...positions]).toEqual([...input.get('positions')!.data]);
  sequences.forEach((sequence, row) => {
    const part = (name: string) => [
      ...input.get(name)!.data.subarray(row * length, row * length + sequence.ids.length),
    ];
    expect(sequence.labels).toEqual(part('labels'));
    expect(sequence.weights).toEqual(part('weights'));
  });
});

test('every golden file is named in the manifest and small', () => {
  expectManifestMatches(new URL('golden/', import.meta.url));
});
