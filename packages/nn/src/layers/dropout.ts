import * as tf from '@tensorflow/tfjs';

/** Dropout whose numbers are tensors, so that one traced graph serves every step. Both are scalars. */
export type DropoutNode = {
  /** Share of the values that become 0, in [0, 1). */
  rate: tf.Tensor;
  /** Chooses which: a number in [0, 2 pi), a new one for every step. */
  seed: tf.Tensor;
};

const turn = 2 * Math.PI;
// Irrational steps around the circle: no two of the first millions of rows or columns share a phase.
const rowStep = turn * ((Math.sqrt(5) - 1) / 2);
const columnStep = turn * (Math.SQRT2 - 1);
/** Makes the sine change by many whole numbers from one phase to the next; its fraction is then uniform. */
const spread = 43758.5453;

const phases = (count: number, step: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => (i * step) % turn);

/**
 * Dropout of rows (Srivastava et al. 2014): [N, C] -> [N, C]; what stays is divided by 1 - rate.
 *
 * tfjs draws its random numbers on the host, where a traced graph would freeze them. Here they are the fractions of a
 * large multiple of a sine of the place and the seed: the same seed gives the same mask, but for single values where
 * engines round the sine differently.
 */
export function seededDropout(x_NC: tf.Tensor, { rate, seed }: DropoutNode): tf.Tensor {
  const [rows, columns] = x_NC.shape as [number, number];
  return tf.tidy(() => {
    const row = tf.add(tf.tensor2d(phases(rows, rowStep), [rows, 1]), seed);
    const wave = tf.mul(tf.sin(tf.add(row, tf.tensor2d(phases(columns, columnStep), [1, columns]))), spread);
    const uniform = tf.sub(wave, tf.floor(wave));
    return tf.div(tf.mul(x_NC, tf.cast(tf.greaterEqual(uniform, rate), 'float32')), tf.sub(1, rate));
  });
}
