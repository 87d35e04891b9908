import * as tf from '@tensorflow/tfjs';

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

/** Where the instance queries look, and what they see there. */
export type BoxReference = {
  /** [K, m, 6]: boxes before the sigmoid. */
  boxLogits: tf.Tensor;
  /** [K, m]: mean similarity where a query looks. */
  evidence: tf.Tensor;
};

/**
 * Where the instance queries look, from the similarity of each query with each cell, [K, N, m]. The squared probability that a
 * cell is alike, sigmoid(similarity)^2, is a density once its sum is 1: even inside a region, next to nothing outside. Its
 * mean is the centre, and the box that a uniform density of its variance would fill is the size. Cells have an
 * extent, so that one cell is a box of its own size, and depth 1 a depth of 1. The density says where to look, whatever is
 * there; the mean similarity under it says whether it is what the query looks for.
 *
 * Differs: in the paper the box head alone makes a box from a query. Starting from where the query looks, as conditional
 * queries of detection transformers do (Meng et al. 2021), it learns with far fewer samples. Scores likewise start from what is
 * seen there: from the query alone they were the same whether a finding was there or not.
 */
export function boxReference(similarity_KNm: tf.Tensor, grid: readonly [number, number, number]): BoxReference {
  return tf.tidy(() => {
    const [numPrompts, cells, m] = similarity_KNm.shape as [number, number, number];
    const similarity = tf.transpose(similarity_KNm, [0, 2, 1]);
    const density = tf.softmax(tf.mul(tf.softplus(tf.neg(similarity)), -sharpness));
    const at = centres(grid);
    const moment = (x: tf.Tensor): tf.Tensor =>
      tf.reshape(tf.matMul(tf.reshape(density, [numPrompts * m, cells]) as tf.Tensor2D, x as tf.Tensor2D), [
        numPrompts,
        m,
        3,
      ]);
    const mean = moment(at);
    const extent = tf.tensor1d(grid.map((count) => 1 / (12 * count * count)));
    const variance = tf.add(tf.relu(tf.sub(moment(tf.square(at)), tf.square(mean))), extent);
    return {
      boxLogits: tf.concat([logit(mean), logit(tf.sqrt(tf.mul(variance, 12)))], -1),
      evidence: tf.sum(tf.mul(density, similarity), -1),
    };
  });
}
