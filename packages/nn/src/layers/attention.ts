import * as tf from '@tensorflow/tfjs';
import { sumTo } from '../gradients/sum-to.js';
import { withGradient } from './with-gradient.js';

/**
 * Scaled dot-product attention (Vaswani et al. 2017, eq. 1): q [B, H, N, C], k and v [B, H, M, C] -> [B, H, N, C].
 *
 * @param bias added to the scores before the softmax, broadcast to [B, H, N, M]; large negative values hide keys.
 */
export function attention(q_BHNC: tf.Tensor, k_BHMC: tf.Tensor, v_BHMC: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const scale = 1 / Math.sqrt(q_BHNC.shape.at(-1) as number);
  return withGradient(
    [q_BHNC, k_BHMC, v_BHMC, ...(bias ? [bias] : [])],
    () => {
      const scaled = tf.mul(q_BHNC, scale);
      const scores = tf.matMul(scaled, k_BHMC, false, true);
      const weights = tf.softmax(bias ? tf.add(scores, bias) : scores);
      const value = tf.matMul(weights, v_BHMC);
      return { value, saved: [scaled, k_BHMC, v_BHMC, weights, value] };
    },
    (dy, scaled, k, v, weights, value) => {
      // The mean gradient of the weights of a query, which the softmax takes off, is also dy times what it read.
      const mean = tf.sum(tf.mul(dy, value), -1, true);
      const dScores = tf.mul(weights, tf.sub(tf.matMul(dy, v, false, true), mean));
      return [
        sumTo(tf.mul(tf.matMul(dScores, k), scale), scaled.shape),
        sumTo(tf.matMul(dScores, scaled, true), k.shape),
        sumTo(tf.matMul(weights, dy, true), v.shape),
        ...(bias ? [sumTo(dScores, bias.shape)] : []),
      ];
    },
  );
}

/** [B, N, H * C] -> [B, H, N, C]. */
export function splitHeads(x_BND: tf.Tensor, numHeads: number): tf.Tensor {
  const [batch, tokens, dim] = x_BND.shape as [number, number, number];
  return tf.tidy(() => tf.transpose(tf.reshape(x_BND, [batch, tokens, numHeads, dim / numHeads]), [0, 2, 1, 3]));
}

/** [B, H, N, C] -> [B, N, H * C]. */
export function mergeHeads(x_BHNC: tf.Tensor): tf.Tensor {
  const [batch, heads, tokens, dim] = x_BHNC.shape as [number, number, number, number];
  return tf.tidy(() => tf.reshape(tf.transpose(x_BHNC, [0, 2, 1, 3]), [batch, tokens, heads * dim]));
}
