import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Gradient of `gather`: rows of `dy` added into the places they came from, by `scatterND`. x is [O..., A, I...], dy
 * [O..., J..., I...].
 */
function scatterRows(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, axis: number): tf.Tensor {
  const [outer, length, inner] = [size(x.shape.slice(0, axis)), x.shape[axis]!, size(x.shape.slice(axis + 1))];
  return tf.tidy(() => {
    const starts = Int32Array.from({ length: outer }, (_, i) => i * length);
    const picked = tf.reshape(tf.cast(indices, 'int32'), [1, indices.size]);
    const rows = tf.add(tf.tensor2d(starts, [outer, 1], 'int32'), picked);
    const count = outer * indices.size;
    const sums = tf.scatterND(tf.reshape(rows, [count, 1]) as tf.Tensor2D, tf.reshape(dy, [count, inner]), [
      outer * length,
      inner,
    ]);
    return tf.reshape(sums, x.shape);
  });
}

/** The wasm engine has no UnsortedSegmentSum, which tfjs's own gradient of `gather` (an embedding) is made of. */
export function registerGatherGradient(): void {
  const own = tf.getGradient('GatherV2');
  tf.unregisterGradient('GatherV2');
  tf.registerGradient({
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, saved, attrs) => {
      if (tf.getBackend() !== 'wasm') return own.gradFunc(dy, saved, attrs);
      const [x, indices] = saved as [tf.Tensor, tf.Tensor];
      // tfjs types the attributes of every kernel alike.
      const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
      // The forward kernel of tfjs 4.22 on wasm mixes up the rows of batches after the first.
      check(batchDims === 0, 'unsupported', `gather: expected batchDims 0 on wasm, found ${batchDims}.`);
      return {
        x: () => scatterRows(dy as tf.Tensor, x, indices, axis < 0 ? axis + x.rank : axis),
        indices: () => tf.zeros(indices.shape),
      };
    },
  });
}
