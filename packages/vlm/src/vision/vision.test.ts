import * as tf from '@tensorflow/tfjs';
import { countParams, disposeParams, initParams } from '@vividmed/nn';
import { expect, test } from 'vitest';
import { adapter, adapterSpec } from './adapter.js';
import { poolTokens, visionTransformer, visionTransformerSpec } from './transformer.js';

test('pooling takes the largest of each cell, over depth only when asked', () => {
  const x = tf.tensor([...Array(32).keys()], [1, 2, 4, 4, 1]);
  const flat = poolTokens(x, 1);
  const deep = poolTokens(x, 2);
  expect([...flat.dataSync()]).toEqual([5, 7, 13, 15, 21, 23, 29, 31]);
  expect(deep.shape).toEqual([1, 1, 2, 2, 1]);
  expect([...deep.dataSync()]).toEqual([21, 23, 29, 31]);
  tf.dispose([x, flat, deep]);
});

test('each image is seen alone, and its tokens stand between the brackets', () => {
  const config = { width: 8, depth: 2, numHeads: 2, mlpWidth: 12, normEpsilon: 1e-6 };
  const spec = {
    transformer: visionTransformerSpec(config),
    ...adapterSpec({ inWidth: 8, width: 6, mlpWidth: 10 }),
  };
  const params = initParams(spec, 1);
  const x = tf.randomNormal([2, 5, 8], 0, 1, 'float32', 3);
  const both = tf.tidy(() => adapter(params, visionTransformer(params.transformer, config, x)));
  const last = tf.tidy(() =>
    adapter(params, visionTransformer(params.transformer, config, tf.slice(x, [1, 0, 0], [1, 5, 8]))),
  );
  expect(both.shape).toEqual([2, 7, 6]);
  const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(tf.slice(both, [1, 0, 0], [1, 7, 6]), last))).dataSync()[0]!);
  expect(difference).toBeLessThan(1e-6);
  tf.dispose([x, both, last]);
  disposeParams(params);
});

test('the published sizes of the blocks and the adapter', () => {
  const blocks = countParams(
    visionTransformerSpec({
      width: 1792,
      depth: 1,
      numHeads: 16,
      mlpWidth: 15360,
      normEpsilon: 1e-6,
    }),
  );
  expect((63 * blocks) / 1e9).toBeCloseTo(4.28, 2);
  expect(countParams(adapterSpec({ inWidth: 1792, width: 4096, mlpWidth: 11008 })) / 1e9).toBeCloseTo(0.143, 3);
});
