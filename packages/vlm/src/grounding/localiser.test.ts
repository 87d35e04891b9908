import * as tf from '@tensorflow/tfjs';
import { disposeParams, initParams } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { presetConfig } from '../model/config.js';
import { vividMedSpec } from '../model/vividmed.js';
import { planVolume } from '../preprocess/model-image.js';
import { createImageModel } from './localiser.js';

const config = { ...presetConfig('toy', { vocabSize: 30 }), promptWords: true };

test('phrases that are localised together have the regions that each has alone, and different words different ones', async () => {
  const params = initParams(vividMedSpec(config), 2);
  const model = createImageModel(params, config);
  const plan = planVolume([1, 16, 16], config);
  const image = tf.randomUniform([2, ...plan.padded, 1], 0, 1, 'float32', 3);
  const embedding = model.embed(image, plan);
  const hidden = new Float32Array(config.language.width).fill(0.3);
  const phrases = [
    { hidden, image: 0, tokens: [9] },
    { hidden, image: 0, tokens: [10, 11] },
    { hidden, image: 1, tokens: [9] },
  ];
  const together = await model.localise(embedding, plan, phrases);
  const alone = await Promise.all(phrases.map(async (phrase) => (await model.localise(embedding, plan, [phrase]))[0]!));
  together.forEach(({ logits, boxes, presence }, k) => {
    expectClose([...logits, ...boxes, ...presence], [...alone[k]!.logits, ...alone[k]!.boxes, ...alone[k]!.presence]);
  });
  const differ = (a: Float32Array, b: Float32Array): boolean => a.some((x, i) => Math.abs(x - b[i]!) > 1e-4);
  expect(differ(together[0]!.logits, together[1]!.logits)).toBe(true);
  expect(differ(together[0]!.logits, together[2]!.logits)).toBe(true);
  model.dispose();
  disposeParams(params);
  tf.dispose([image, embedding]);
});
