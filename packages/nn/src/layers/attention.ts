import * as tf from '@tensorflow/tfjs';

/**
 * Scaled dot-product attention (Vaswani et al. 2017, eq. 1): q [B, H, N, C], k and v [B, H, M, C] -> [B, H, N, C].
 *
 * @param bias added to the scores before the softmax, broadcast to [B, H, N, M]; large negative values hide keys.
 */
export function attention(q_BHNC: tf.Tensor, k_BHMC: tf.Tensor, v_BHMC: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const scale = 1 / Math.sqrt(q_BHNC.shape.at(-1) as number);
    let scores = tf.matMul(tf.mul(q_BHNC, scale), k_BHMC, false, true);
    if (bias) scores = tf.add(scores, bias);
    return tf.matMul(tf.softmax(scores), v_BHMC);
  });
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
