import * as tf from '@tensorflow/tfjs';
import { disposeParams, initParams } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { LanguageConfig } from './config.js';
import { appendRecent, decodeStep, emptyRecent, writeRecent } from './decode.js';
import { routeExperts } from './experts.js';
import { languageModel, languageSpec, lmHeadSpec, lmLoss, logitsAt } from './language-model.js';

const config = LanguageConfig.parse({
  vocabSize: 17,
  width: 8,
  depth: 2,
  numHeads: 2,
  mlpWidth: 12,
});
const length = 12;
const makeParams = () => initParams({ model: languageSpec(config), lm_head: lmHeadSpec(config) }, 3);
const int = (values: number[], shape: number[]) => tf.tensor(values, shape, 'int32');
const tokens = Array.from({ length: 2 * length }, (_, i) => (i * 7 + 3) % 17);
const places = Array.from({ length: 2 * length }, (_, i) => i % length);
const makeImages = () => [
  tf.randomNormal([1, 5, 8], 0, 1, 'float32', 1),
  tf.randomNormal([1, 4, 8], 0, 1, 'float32', 2),
];

test('the begin bracket and the patches go to the visual expert, the end bracket does not', () => {
  const x = tf.zeros([2, 7, 1]);
  const y = routeExperts(
    x,
    [
      { rows: 1, numImageTokens: 3 },
      { rows: 1, numImageTokens: 2 },
    ],
    (rows) => tf.add(rows, 1),
    (rows) => tf.add(rows, 2),
  );
  expect([...y.dataSync()]).toEqual([2, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
  tf.dispose([x, y]);
});

test('decoding with a cache equals computing the whole sequence again, for rows of different lengths', () => {
  const params = makeParams();
  const images = makeImages();
  const ids = int(tokens, [2, length]);
  const positions = int(places, [2, length]);
  const whole = languageModel(params.model, config, { ids, positions, images });
  const [first, second] = [8, 7];
  const cut = 9;
  const shortIds = tf.slice(ids, [0, 0], [2, cut]);
  const shortPositions = tf.slice(positions, [0, 0], [2, cut]);
  const prompt = languageModel(
    params.model,
    config,
    { ids: shortIds, positions: shortPositions, images },
    { keepCache: true },
  );
  let { cache: past } = prompt;
  let recent = emptyRecent(past, 2);
  const hideFrom = (lengths: number[], settled: number, slot: number): tf.Tensor => {
    const pastLength = past[0]!.keys.shape[2]!;
    return tf.tensor(
      lengths.map((seen) =>
        Array.from({ length: pastLength + 2 }, (_, i) =>
          i < seen || (i >= cut && i < cut + settled) || (i >= pastLength && i <= pastLength + slot) ? 0 : -1e9,
        ),
      ),
    );
  };
  // Five tokens with blocks of two: the cache is appended to once, which leaves room that is written over once.
  const numSteps = Math.min(length - first, length - second);
  for (let step = 0; step < numSteps; step++) {
    const at = [first + step, second + step] as const;
    if (step === 2 || step === 4) {
      const settled = tf.tidy(() =>
        step === 2 ? appendRecent({ past, recent }, 3) : writeRecent({ past, recent }, int([(cut + 2 + 1) / 2], [1])),
      );
      if (past !== prompt.cache) tf.dispose(past as never);
      past = settled;
    }
    const next = tf.tidy(() =>
      decodeStep(params, config, {
        ids: int([tokens[at[0]]!, tokens[length + at[1]]!], [2]),
        positions: int([...at], [2]),
        slot: int([step % 2], [1]),
        bias: hideFrom([first, second], step - (step % 2), step % 2),
        cache: { past, recent },
      }),
    );
    const expected = tf.tidy(() => logitsAt(params.lm_head, whole.hidden, int([at[0], length + at[1]], [2])));
    expectClose(next.logits, expected.dataSync(), { rtol: 1e-4, label: `step ${step}` });
    tf.dispose([expected, recent as never, next.logits, next.hidden]);
    recent = next.recent;
  }
  tf.dispose([past, recent] as never);
  tf.dispose([images, ids, positions, shortIds, shortPositions, whole as never, prompt as never]);
  disposeParams(params);
});

test('no token sees a later one, image tokens included', () => {
  const params = makeParams();
  const images = makeImages();
  const changed = tf.tidy(() => [
    tf.concat([tf.slice(images[0]!, [0, 0, 0], [1, 3, 8]), tf.ones([1, 2, 8])], 1),
    tf.clone(images[1]!),
  ]);
  const ids = int(tokens, [2, length]);
  const positions = int(places, [2, length]);
  const [a, b] = [images, changed].map(
    (image) => languageModel(params.model, config, { ids, positions, images: image }).hidden,
  ) as [tf.Tensor, tf.Tensor];
  const difference = tf.tidy(() => [...tf.max(tf.abs(tf.sub(a, b)), -1).dataSync()]);
  expect(difference.slice(0, 4).every((value) => value === 0)).toBe(true);
  expect(difference.slice(4, length).every((value) => value > 0)).toBe(true);
  expect(difference.slice(length).every((value) => value === 0)).toBe(true);
  tf.dispose([images, changed, ids, positions, a, b]);
  disposeParams(params);
});

test('the loss is the weighted sum over the number of labels', () => {
  const logits = tf.zeros([3, 4]);
  const loss = tf.tidy(() => lmLoss(logits, int([1, -100, 2], [3]), tf.tensor1d([5, 1, 1])));
  expect(loss.dataSync()[0]).toBeCloseTo((6 * Math.log(4)) / 2, 5);
  tf.dispose([logits, loss]);
});
