import * as tf from '@tensorflow/tfjs';

export interface AdamWConfig {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

export interface AdamWState {
  param: tf.Tensor;
  /** Running means of the gradient and of its square, shaped like the parameter. */
  m: tf.Tensor;
  v: tf.Tensor;
}

export interface AdamWInput extends AdamWState {
  grad: tf.Tensor;
  /** Number of this update as a scalar, 1 for the first: a tensor, so that one traced graph serves every step. */
  step: tf.Tensor;
  /** Learning rate of this update as a scalar. */
  lr: tf.Tensor;
  /** Whether weight decay applies to this parameter (`ParamSpec.decay`). */
  decay: boolean;
}

/**
 * One update of one parameter by AdamW with decoupled decay (Loshchilov and Hutter 2019; the order of operations is that of
 * torch.optim.AdamW). A parameter without a gradient is left out by the caller and so keeps its value, decay included.
 */
export function adamwUpdate(input: AdamWInput, config: AdamWConfig): AdamWState {
  const { param, grad, m, v, step, lr, decay } = input;
  const { beta1, beta2, epsilon, weightDecay } = config;
  return tf.tidy(() => {
    const mean = tf.add(tf.mul(m, beta1), tf.mul(grad, 1 - beta1));
    const square = tf.add(tf.mul(v, beta2), tf.mul(tf.square(grad), 1 - beta2));
    // 1 - beta^step, through exp: `pow` of a scalar by a tensor loses digits for beta close to 1.
    const correction = (beta: number): tf.Tensor => tf.neg(tf.expm1(tf.mul(step, Math.log(beta))));
    const root = tf.div(tf.sqrt(square), tf.sqrt(correction(beta2)));
    const change = tf.div(tf.mul(mean, tf.div(lr, correction(beta1))), tf.add(root, epsilon));
    const decayed = decay && weightDecay > 0 ? tf.mul(param, tf.sub(1, tf.mul(lr, weightDecay))) : param;
    return { param: tf.sub(decayed, change), m: mean, v: square };
  });
}
