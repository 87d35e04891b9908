import * as tf from '@tensorflow/tfjs';
import { ones, zeros } from '../init.js';
import { ParamSpec } from '../params.js';

export interface LayerNormParams {
  weight: tf.Tensor;
  bias: tf.Tensor;
}

/** Spec of a layer norm over the last axis; names are PyTorch's `nn.LayerNorm`. */
export const layerNormSpec = (dim: number): { weight: ParamSpec; bias: ParamSpec } => ({
  weight: new ParamSpec([dim], ones),
  bias: new ParamSpec([dim], zeros),
});

/** Layer norm over the last axis (Ba et al. 2016), biased variance: [..., C] -> [..., C]. */
export function layerNorm(params: LayerNormParams, x: tf.Tensor, epsilon = 1e-5): tf.Tensor {
  return tf.tidy(() => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), params.weight), params.bias);
  });
}

export interface RmsNormParams {
  weight: tf.Tensor;
}

/** Spec of an RMS norm over the last axis. */
export const rmsNormSpec = (dim: number): { weight: ParamSpec } => ({ weight: new ParamSpec([dim], ones) });

/** RMS norm over the last axis (Zhang and Sennrich 2019): [..., C] -> [..., C]. */
export function rmsNorm(params: RmsNormParams, x: tf.Tensor, epsilon = 1e-5): tf.Tensor {
  return tf.tidy(() => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
    return tf.mul(tf.mul(x, scale), params.weight);
  });
}
