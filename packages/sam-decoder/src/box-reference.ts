import * as tf from '@tensorflow/tfjs';
import { type Init, ParamSpec } from '@vividmed/nn';

/** Centres of the cells of a grid along depth, height and width as parts of the image, [N, 3]. */
function centres([depth, height, width]: readonly [number, number, number]): tf.Tensor2D {
  const values = new Float32Array(depth * height * width * 3);
  let i = 0;
  for (let d = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        values[i++] = (d + 0.5) / depth;
        values[i++] = (h + 0.5) / height;
        values[i++] = (w + 0.5) / width;
      }
    }
  }
  return tf.tensor2d(values, [depth * height * width, 3]);
}

const logit = (x: tf.Tensor): tf.Tensor => {
  const inside = tf.clipByValue(x, 0.005, 0.995);
  return tf.sub(tf.log(inside), tf.log(tf.sub(1, inside)));
};

/** Exponent of the density of where a query looks: cells that are not alike are many, and would draw the box to them. */
const sharpness = 2;

/** How far beyond the image an open edge of a window is, and how soft its edges are, as parts of the image. */
const beyond = 0.1;
const softness = 0.025;

/** The whole image, its two halves along width, then the same again. */
const firstWindows: Init = ([numInstances]) => {
  const whole = [-beyond, -beyond, -beyond, 1 + beyond, 1 + beyond, 1 + beyond];
  const windows = [whole, whole.with(5, 0.5), whole.with(2, 0.5)];
  return Float32Array.from(Array.from({ length: numInstances! }, (_, q) => windows[q % windows.length]!).flat());
};

/** Spec of the part of the image that each query looks at: first and last edge along depth, height and width, [m, 6]. */
export const windowsSpec = (numInstances: number): ParamSpec =>
  new ParamSpec([numInstances, 6], firstWindows, { decay: false });

/** Logarithm of how much of each cell is inside of each window: [m, 6], [N, 3] -> [m, N]. */
function logInside(windows_m6: tf.Tensor, at_N3: tf.Tensor): tf.Tensor {
  const [first, last] = tf.split(tf.expandDims(windows_m6, 1), 2, 2) as [tf.Tensor, tf.Tensor];
  const at = tf.expandDims(at_N3, 0);
  const outside = [tf.sub(first, at), tf.sub(at, last)].map((by) => tf.softplus(tf.div(by, softness)));
  return tf.neg(tf.sum(tf.add(outside[0]!, outside[1]!), -1));
}

/** Where the instance queries look, and what they see there. */
export type BoxReference = {
  /** [K, m, 6]: boxes before the sigmoid. */
  boxLogits: tf.Tensor;
  /** [K, m]: mean similarity where a query looks. */
  evidence: tf.Tensor;
};

/**
 * Where the instance queries look, from the similarity of each query with each cell, [K, N, m], and the window of each query,
 * [m, 6]. The squared probability that a cell is alike, sigmoid(similarity)^2, inside the window, is a density once its sum
 * is 1: even inside a region, next to nothing outside. Its mean is the centre, and the box around an even ellipsoid of its
 * variance is the size. Cells have an extent, so that one cell is a box of its own size, and depth 1 a depth of 1. The density
 * says where to look, whatever is there; the mean similarity under it says whether it is what the query looks for.
 *
 * Windows are learned, and start as the image and its sides: instances of one phrase on both sides of a patient are told apart, and
 * what resembles the phrase a little all over the image does not widen the box.
 *
 * Differs: in the paper the box head alone makes a box from a query. Starting from where the query looks, as conditional
 * queries of detection transformers do (Meng et al. 2021), it learns with far fewer samples. Scores likewise start from what is
 * seen there: from the query alone they were the same whether a finding was there or not.
 */
export function boxReference(
  similarity_KNm: tf.Tensor,
  windows_m6: tf.Tensor,
  grid: readonly [number, number, number],
): BoxReference {
  return tf.tidy(() => {
    const [numPrompts, cells, m] = similarity_KNm.shape as [number, number, number];
    const similarity = tf.transpose(similarity_KNm, [0, 2, 1]);
    const at = centres(grid);
    const alike = tf.mul(tf.softplus(tf.neg(similarity)), -sharpness);
    const density = tf.softmax(tf.add(alike, tf.expandDims(logInside(windows_m6, at), 0)));
    const moment = (x: tf.Tensor): tf.Tensor =>
      tf.reshape(tf.matMul(tf.reshape(density, [numPrompts * m, cells]) as tf.Tensor2D, x as tf.Tensor2D), [
        numPrompts,
        m,
        3,
      ]);
    const mean = moment(at);
    const variance = tf.relu(tf.sub(moment(tf.square(at)), tf.square(mean)));
    // An even ball of n dimensions has a variance of r^2 / (n + 2) along each.
    const dims = grid.filter((count) => count > 1).length;
    const cell = tf.tensor1d(grid.map((count) => 1 / (count * count)));
    return {
      boxLogits: tf.concat([logit(mean), logit(tf.sqrt(tf.add(tf.mul(variance, 4 * (dims + 2)), cell)))], -1),
      evidence: tf.sum(tf.mul(density, similarity), -1),
    };
  });
}
