import * as tf from '@tensorflow/tfjs';
import { type Interpolation, interpolationMatrix } from '@vividmed/core';

/** Multiplies one axis of a tensor by a matrix [to, from]: products and transposes alone, so gradients exist on every engine. */
function multiplyAxis(x: tf.Tensor, axis: number, matrix: tf.Tensor2D): tf.Tensor {
  const { shape, rank } = x;
  const last = rank - 1;
  const order = shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
  const moved = axis === last ? x : tf.transpose(x, order);
  const product = tf.matMul(tf.reshape(moved, [-1, shape[axis]!]), matrix, false, true);
  const result = tf.reshape(product, [...moved.shape.slice(0, -1), matrix.shape[0]]);
  return axis === last ? result : tf.transpose(result, order);
}

/** Resamples the axes from `firstAxis` on to `sizes`, each in the mode for axes that shrink or for axes that grow. */
export function resizeAxes(
  x: tf.Tensor,
  firstAxis: number,
  sizes: readonly number[],
  { shrink, grow }: { shrink: Interpolation; grow: Interpolation },
): tf.Tensor {
  return tf.tidy(() => {
    let result = x;
    sizes.forEach((to, i) => {
      const axis = firstAxis + i;
      const from = x.shape[axis]!;
      if (from === to) return;
      const matrix = interpolationMatrix(from, to, to < from ? shrink : grow);
      result = multiplyAxis(result, axis, tf.tensor2d(matrix, [to, from]));
    });
    return result === x ? tf.clone(x) : result;
  });
}
