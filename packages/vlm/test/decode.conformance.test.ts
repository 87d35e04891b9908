import * as tf from '@tensorflow/tfjs';
import { disposeParams, leaves, mapLeaves } from '@vividmed/nn';
import { compute, expectClose, loadGoldenParams, readGolden, testedBounds } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { LanguageConfig, languageModel, languageSpec, lmHeadSpec } from '../src/index.js';
import { appendRecent, decodeStep, emptyRecent } from '../src/language/decode.js';

const url = new URL('golden/language.safetensors', import.meta.url);
const config = LanguageConfig.parse({ vocabSize: 24, width: 8, depth: 2, numHeads: 2, mlpWidth: 12 });
/** Tokens that are decoded one by one, in blocks of two: the second block finds the first in the cache. */
const numSteps = 4;
const block = 2;

test('decoding with a cache gives the logits of the whole sequence in PyTorch', async () => {
  const golden = readGolden(url);
  const params = await loadGoldenParams({ model: languageSpec(config), lm_head: lmHeadSpec(config) }, golden);
  const of = (name: string, type: 'float32' | 'int32'): tf.Tensor => {
    const { data, shape } = golden.input.get(name)!;
    return tf.tensor(data, [...shape], type);
  };
  const names = ['image.0', 'image.1', 'image.2'];
  const [ids, positions] = [of('ids', 'int32'), of('positions', 'int32')];
  const weights = leaves(params);
  const given = [ids, positions, ...names.map((name) => of(name, 'float32')), ...weights.map(([, tensor]) => tensor)];
  const [rows, length] = ids.shape as [number, number];
  const cut = length - numSteps;

  const found = compute((inputs) => {
    const [allIds, allPositions] = inputs as [tf.Tensor, tf.Tensor];
    const images = inputs.slice(2, 2 + names.length);
    const byPath = new Map(weights.map(([path], i) => [path, inputs[2 + names.length + i]!]));
    const own = mapLeaves(params, (_, path) => byPath.get(path)!);
    const start = (x: tf.Tensor): tf.Tensor => tf.slice(x, [0, 0], [rows, cut]);
    const column = (x: tf.Tensor, at: number): tf.Tensor => tf.reshape(tf.slice(x, [0, at], [rows, 1]), [rows]);
    const prompt = languageModel(
      own.model,
      config,
      { ids: start(allIds), positions: start(allPositions), images },
      { keepCache: true },
    );
    let past = prompt.cache;
    let recent = emptyRecent(past, block);
    return Array.from({ length: numSteps }, (_, step) => {
      const slot = step % block;
      if (step > 0 && slot === 0) past = appendRecent({ past, recent }, 0);
      const settled = past[0]!.keys.shape[2]!;
      const seen = cut + step - slot;
      const isOpen = (i: number): boolean => i < seen || (i >= settled && i <= settled + slot);
      const bias = [...Array(settled + block).keys()].map((i) => (isOpen(i) ? 0 : -1e9));
      const next = decodeStep(own, config, {
        ids: column(allIds, cut + step),
        positions: column(allPositions, cut + step),
        slot: tf.tensor([slot], [1], 'int32'),
        bias: tf.tile(tf.tensor2d([bias]), [rows, 1]),
        cache: { past, recent },
      });
      recent = next.recent;
      return next.logits;
    });
  }, given);

  const { data } = golden.output.get('logits')!;
  for (const [step, logits] of found.entries()) {
    expect(logits.shape).toEqual([rows, config.vocabSize]);
    const expected = Array.from({ length: rows }, (_, row) => {
      const at = (row * length + cut + step) * config.vocabSize;
      return [...data.subarray(at, at + config.vocabSize)];
    });
    const bounds = testedBounds({ rtol: 1e-4, atol: 1e-6 });
    expectClose(await logits.data(), expected.flat(), { ...bounds, label: `step ${step}` });
  }
  tf.dispose([found, given.slice(0, 2 + names.length)]);
  disposeParams(params);
});
