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
  /** A number to multiply the gradient by first, as a scalar (`clipFactor`); 1 where it is left out. */
  gradScale?: tf.Tensor;
  /** Whether weight decay applies to this parameter (`ParamSpec.decay`). */
  decay: boolean;
}

/**
 * One update of one parameter by AdamW with decoupled decay (Loshchilov and Hutter 2019; the order of operations is that of
 * torch.optim.AdamW). A parameter without a gradient is left out by the caller and so keeps its value, decay included.
 */
export function adamwUpdate(input: AdamWInput, config: AdamWConfig): AdamWState {
  const { param, grad, m, v, step, lr, gradScale = 1, decay } = input;
  const { beta1, beta2, epsilon, weightDecay } = config;
  return tf.tidy(() => {
    // What is one number is put together first: each line below goes over the whole parameter several times.
    const mean = tf.add(tf.mul(m, beta1), tf.mul(grad, tf.mul(gradScale, 1 - beta1)));
    const square = tf.add(tf.mul(v, beta2), tf.mul(tf.square(grad), tf.mul(tf.square(gradScale), 1 - beta2)));
    // 1 - beta^step, through exp: `pow` of a scalar by a tensor loses digits for beta close to 1.
    const correction = (beta: number): tf.Tensor => tf.neg(tf.expm1(tf.mul(step, Math.log(beta))));
    const rootOfCorrection = tf.sqrt(correction(beta2));
    const rate = tf.mul(tf.div(lr, correction(beta1)), rootOfCorrection);
    const change = tf.div(tf.mul(mean, rate), tf.add(tf.sqrt(square), tf.mul(rootOfCorrection, epsilon)));
    const decayed = decay && weightDecay > 0 ? tf.mul(param, tf.sub(1, tf.mul(lr, weightDecay))) : param;
    return { param: tf.sub(decayed, change), m: mean, v: square };
  });
}
