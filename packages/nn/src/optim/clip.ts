import * as tf from '@tensorflow/tfjs';

/** The Euclidean norm of all gradients taken as one vector: a scalar. */
export function globalNorm(grads: readonly tf.Tensor[]): tf.Tensor {
  return tf.tidy(() => tf.sqrt(tf.addN([tf.scalar(0), ...grads.map((grad) => tf.sum(tf.square(grad)) as tf.Scalar)])));
}

/** What to multiply gradients by so that their global norm is at most `maxNorm` (as torch.nn.utils.clip_grad_norm_): a scalar. */
export const clipFactor = (norm: tf.Tensor, maxNorm: number): tf.Tensor =>
  tf.tidy(() => tf.minimum(tf.div(tf.scalar(maxNorm), tf.add(norm, 1e-6)), tf.scalar(1)));

/** Gradients scaled down so that their global norm is at most `maxNorm`, and that norm. */
export function clipByGlobalNorm(
  grads: readonly tf.Tensor[],
  maxNorm: number,
): { grads: tf.Tensor[]; norm: tf.Tensor } {
  return tf.tidy(() => {
    const norm = globalNorm(grads);
    const factor = clipFactor(norm, maxNorm);
    return { grads: grads.map((grad) => tf.mul(grad, factor)), norm };
  });
}
