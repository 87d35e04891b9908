import * as tf from '@tensorflow/tfjs';
import { ones, zeros } from '../init.js';
import { ParamSpec } from '../params.js';
import { withGradient } from './with-gradient.js';

export interface LayerNormParams {
  weight: tf.Tensor;
  bias: tf.Tensor;
}

/** Spec of a layer norm over the last axis; names are PyTorch's `nn.LayerNorm`. */
export const layerNormSpec = (dim: number): { weight: ParamSpec; bias: ParamSpec } => ({
  weight: new ParamSpec([dim], ones),
  bias: new ParamSpec([dim], zeros),
});

/** Sums over all axes but the last: [..., C] -> [C]. */
const sumRows = (x: tf.Tensor): tf.Tensor => tf.sum(tf.reshape(x, [-1, x.shape.at(-1) as number]), 0);

/**
 * Mean over the last axis of a product with a vector, as a matrix product: [..., C] and [C] -> [..., 1].
 */
const meanProduct = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor => {
  const width = x.shape.at(-1) as number;
  const column = tf.reshape(tf.div(weight, width), [width, 1]);
  return tf.reshape(tf.matMul(tf.reshape(x, [-1, width]), column), [...x.shape.slice(0, -1), 1]);
};

/** Layer norm over the last axis (Ba et al. 2016), biased variance: [..., C] -> [..., C]. */
export function layerNorm(params: LayerNormParams, x: tf.Tensor, epsilon = 1e-5): tf.Tensor {
  return withGradient(
    [x, params.weight, params.bias],
    () => {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
      const normed = tf.mul(centred, scale);
      return { value: tf.add(tf.mul(normed, params.weight), params.bias), saved: [normed, scale, params.weight] };
    },
    (dy, normed, scale, weight) => {
      const along = tf.mul(dy, normed);
      const inner = tf.sub(tf.mul(dy, weight), tf.mul(normed, meanProduct(along, weight)));
      return [tf.mul(tf.sub(inner, meanProduct(dy, weight)), scale), sumRows(along), sumRows(dy)];
    },
  );
}

export interface RmsNormParams {
  weight: tf.Tensor;
}

/** Spec of an RMS norm over the last axis. */
export const rmsNormSpec = (dim: number): { weight: ParamSpec } => ({ weight: new ParamSpec([dim], ones) });

/** RMS norm over the last axis (Zhang and Sennrich 2019): [..., C] -> [..., C]. */
export function rmsNorm(params: RmsNormParams, x: tf.Tensor, epsilon = 1e-5): tf.Tensor {
  return withGradient(
    [x, params.weight],
    () => {
      const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
      const normed = tf.mul(x, scale);
      return { value: tf.mul(normed, params.weight), saved: [normed, scale, params.weight] };
    },
    (dy, normed, scale, weight) => {
      const along = tf.mul(dy, normed);
      const inner = tf.sub(tf.mul(dy, weight), tf.mul(normed, meanProduct(along, weight)));
      return [tf.mul(inner, scale), sumRows(along)];
    },
  );
}
