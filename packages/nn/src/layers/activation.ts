import * as tf from '@tensorflow/tfjs';
import { withGradient } from './with-gradient.js';

/** GELU with the exact error function (Hendrycks and Gimpel 2016): x times the normal distribution function. */
export function gelu(x: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    () => {
      const scaled = tf.mul(x, Math.SQRT1_2);
      const distribution = tf.add(tf.mul(tf.erf(scaled), 0.5), 0.5);
      return { value: tf.mul(x, distribution), saved: [scaled, distribution] };
    },
    (dy, scaled, distribution) => {
      // x times the density, in terms of x / sqrt(2); its factor 1 / sqrt(pi) is in the exponent.
      const slope = tf.mul(scaled, tf.exp(tf.sub(-Math.log(Math.PI) / 2, tf.square(scaled))));
      return [tf.mul(dy, tf.add(distribution, slope))];
    },
  );
}

/** SiLU, x * sigmoid(x): the gate of SwiGLU (Shazeer 2020). */
export function silu(x: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    () => {
      const gate = tf.sigmoid(x);
      const value = tf.mul(x, gate);
      return { value, saved: [gate, value] };
    },
    // With y = x s: s + y (1 - s) = s + y - y s.
    (dy, gate, y) => [tf.mul(dy, tf.add(gate, tf.sub(y, tf.mul(y, gate))))],
  );
}
