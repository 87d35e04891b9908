import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { countParams, disposeParams, initParams, leaves, linear, linearSpec } from './index.js';

test('parameters have the names and shapes of their spec', () => {
  const spec = { blocks: [{ proj: linearSpec(3, 4) }, { proj: linearSpec(3, 4, { bias: false }) }] };
  const params = initParams(spec, 1);
  expect(leaves(params).map(([path, t]) => [path, (t as tf.Tensor).shape])).toEqual([
    ['blocks.0.proj.weight', [3, 4]],
    ['blocks.0.proj.bias', [4]],
    ['blocks.1.proj.weight', [3, 4]],
  ]);
  expect(countParams(spec)).toBe(28);
  const y = tf.tidy(() => linear(params.blocks[0]!.proj, tf.ones([2, 5, 3])));
  expect(y.shape).toEqual([2, 5, 4]);
  y.dispose();
  disposeParams(params);
});
