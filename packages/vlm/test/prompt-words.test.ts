import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { disposeParams, initParams } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  phrasePrompts,
  phraseWords,
  type PromptParams,
  presetConfig,
  promptSpec,
  vividMed,
  type VividMedConfig,
  type VividMedParams,
  vividMedSpec,
  wordShares,
} from '../src/index.js';

const config: VividMedConfig = { ...presetConfig('toy', { vocabSize: 24 }), promptWords: true };
const width = 8;
let params: PromptParams;
let embedding: tf.Tensor;
beforeAll(() => {
  params = initParams(promptSpec(width, 6, { words: true }), 1);
  embedding = tf.randomNormal([10, width], 0, 0.1, 'float32', 2);
});
afterAll(() => {
  disposeParams(params);
  embedding.dispose();
});

const states = (seed: number): tf.Tensor => tf.randomNormal([3, width], 0, 1, 'float32', seed);
const shares = tf.tensor(wordShares([[1, 2], [3], []], 10), [3, 10]);
/** Prompts of three phrases as numbers. */
const promptsOf = (of: PromptParams, seed: number, words_KV = shares): number[] => {
  const prompts = tf.tidy(() => phrasePrompts(of, states(seed), phraseWords(embedding, words_KV)));
  const values = [...prompts.dataSync()];
  prompts.dispose();
  return values;
};

test('a new model is prompted by words alone, and one that has learned to read states by both', () => {
  expect(promptsOf(params, 3)).toEqual(promptsOf(params, 4));
  const other = tf.tensor(wordShares([[1, 2], [4], []], 10), [3, 10]);
  const differs = (a: number[], b: number[]): boolean[] =>
    [0, 1, 2].map((k) => a.slice(6 * k, 6 * k + 6).some((x, i) => Math.abs(x - b[6 * k + i]!) > 1e-4));
  expect(differs(promptsOf(params, 3), promptsOf(params, 3, other))).toEqual([false, true, false]);
  const learned = { ...params, 0: { ...params[0], weight: tf.randomNormal([width, width], 0, 0.5, 'float32', 5) } };
  expect(differs(promptsOf(learned, 3), promptsOf(learned, 4))).toEqual([true, true, true]);
  expect(differs(promptsOf(learned, 3), promptsOf(learned, 3, other))).toEqual([false, true, false]);
  tf.dispose([other, learned[0].weight]);
});

test('the map that reads states learns from the first step on, and a phrase without words gives finite gradients', () => {
  const loss = (weight: tf.Tensor, table: tf.Tensor): tf.Tensor => {
    const learning = { ...params, 0: { ...params[0], weight } };
    return tf.sum(tf.square(phrasePrompts(learning, states(3), phraseWords(table, shares))));
  };
  const grads = tf.tidy(() => tf.grads(loss)([params[0].weight, embedding]));
  for (const grad of grads) {
    const values = [...grad.dataSync()];
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(1e-3);
  }
  tf.dispose(grads);
});

test('words are as large as states, whatever the size of embeddings', () => {
  for (const scale of [1e-2, 1, 100]) {
    const words = tf.tidy(() => phraseWords(tf.mul(embedding, scale), shares));
    const values = words.arraySync() as number[][];
    const sizes = values.map((row) => Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / width));
    expectClose(sizes, [1, 1, 0], { rtol: 1e-3 });
    words.dispose();
  }
});

test('the whole model reads the words of each phrase, and says so when they are missing or nobody reads them', () => {
  const whole = initParams(vividMedSpec(config), 3);
  const wordless = { ...config, promptWords: false };
  const other = initParams(vividMedSpec(wordless), 3);
  const rng = createRng(4);
  const image = tf.tensor(
    Float32Array.from({ length: 256 }, () => rng.uniform()),
    [1, 1, 16, 16, 1],
  );
  const phrases = { hiddenIndex_K: tf.tensor1d([8, 9], 'int32'), imageIndex_K: tf.zeros([2], 'int32') };
  const words_KV = tf.tensor(wordShares([[9], [10, 11]], 24), [2, 24]);
  const run = (of: VividMedConfig, tree: VividMedParams, words?: tf.Tensor): number[] => {
    const masks = tf.tidy(() => {
      const group = { image_BDHWC: image, patchDepth: 1, poolDepth: 1 as const };
      return vividMed(tree, of, {
        ids: tf.tensor2d([[1, 0, 0, 0, 0, 0, 0, 18, 9, 10, 11, 5]], [1, 12], 'int32'),
        positions: tf.tensor2d([[0, 1, 2, 2, 2, 2, 3, 4, 5, 6, 7, 8]], [1, 12], 'int32'),
        groups: [{ ...group, phrases: { ...phrases, ...(words && { words_KV: words }) } }],
      }).localised[0]!.maskLogits;
    });
    const values = [...masks.dataSync()];
    masks.dispose();
    return values;
  };
  const swapped = tf.reverse(words_KV, 0);
  const [one, exchanged] = [run(config, whole, words_KV), run(config, whole, swapped)];
  const half = one.length / 2;
  // States say nothing in a new model, so exchanging words exchanges masks.
  expectClose([...exchanged.slice(half), ...exchanged.slice(0, half)], one);
  expect(Math.max(...one.map((x, i) => Math.abs(x - exchanged[i]!)))).toBeGreaterThan(1e-4);
  expect(() => run(config, whole)).toThrow('phrasePrompts: expected words beside the states, found none.');
  expect(() => run(wordless, other, words_KV)).toThrow(
    'phrasePrompts: expected no words beside the states, found some.',
  );
  disposeParams(whole);
  disposeParams(other);
  tf.dispose([image, phrases, words_KV, swapped]);
});
