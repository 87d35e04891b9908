import * as tf from '@tensorflow/tfjs';

/** Centres of the cells of a grid in [-1, 1], one row per cell, in the order height, depth, width of the published code. */
function cellCentres([depth, height, width]: readonly [number, number, number]): Float32Array {
  const centres = new Float32Array(depth * height * width * 3);
  let i = 0;
  for (let d = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        centres[i++] = (2 * (h + 0.5)) / height - 1;
        centres[i++] = (2 * (d + 0.5)) / depth - 1;
        centres[i++] = (2 * (w + 0.5)) / width - 1;
      }
    }
  }
  return centres;
}

/**
 * Random Fourier position code of each cell of a grid (Tancik et al. 2020, as SAM): matrix [3, C / 2] -> [1, N, C], the cells
 * in the order depth, height, width.
 */
export function fourierPositions(matrix_3C: tf.Tensor, grid: readonly [number, number, number]): tf.Tensor {
  return tf.tidy(() => {
    const centres = tf.tensor2d(cellCentres(grid), [grid[0] * grid[1] * grid[2], 3]);
    const angles = tf.mul(tf.matMul(centres, matrix_3C as tf.Tensor2D), 2 * Math.PI);
    return tf.expandDims(tf.concat([tf.sin(angles), tf.cos(angles)], -1), 0);
  });
}
