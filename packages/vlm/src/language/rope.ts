import * as tf from '@tensorflow/tfjs';

/** Cosines and sines of the rotary angles, [B, 1, S, C / 2] each. */
export interface Rotary {
  cos: tf.Tensor;
  sin: tf.Tensor;
}

/** Rotary angles of positions [B, S] for heads of `headDim` (Su et al. 2021): position * base^(-2i / headDim). */
export function rotary(positions_BS: tf.Tensor, headDim: number, base: number): Rotary {
  const half = headDim / 2;
  return tf.tidy(() => {
    const frequencies = tf.tensor1d(Float32Array.from({ length: half }, (_, i) => base ** (-i / half)));
    const [batch, length] = positions_BS.shape as [number, number];
    const position = tf.reshape(tf.cast(positions_BS, 'float32'), [batch, 1, length, 1]);
    const angle = tf.mul(position, frequencies);
    return { cos: tf.cos(angle), sin: tf.sin(angle) };
  });
}

/** Turns [B, H, S, C] by the angles; the two halves of a head are the coordinates of its planes, as in LLaMA. */
export function rotate(x_BHSC: tf.Tensor, { cos, sin }: Rotary): tf.Tensor {
  return tf.tidy(() => {
    const [first, second] = tf.split(x_BHSC, 2, -1) as [tf.Tensor, tf.Tensor];
    return tf.concat(
      [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))],
      -1,
    );
  });
}
