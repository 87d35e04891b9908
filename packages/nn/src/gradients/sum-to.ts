import * as tf from '@tensorflow/tfjs';

/** Sums over the axes along which a tensor of `shape` was broadcast. */
export function sumTo(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const lead = x.rank - shape.length;
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis < lead || shape[axis - lead] !== x.shape[axis]);
  return tf.reshape(axes.length > 0 ? tf.sum(x, axes) : x, [...shape]);
}
