import * as tf from '@tensorflow/tfjs';

/**
 * The matrix [to, from] that resamples an axis. `linear`: align_corners = false, no antialiasing; `area`: the mean of the
 * old cells that a new cell touches (PyTorch's adaptive average pooling).
 */
export function interpolationMatrix(from: number, to: number, mode: 'linear' | 'area'): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    if (mode === 'area') {
      const start = Math.floor((i * from) / to);
      const end = Math.ceil(((i + 1) * from) / to);
      matrix.fill(1 / (end - start), i * from + start, i * from + end);
    } else {
      const at = Math.max(0, ((i + 0.5) * from) / to - 0.5);
      const low = Math.min(Math.floor(at), from - 1);
      const high = Math.min(low + 1, from - 1);
      const part = at - low;
      matrix[i * from + low]! += 1 - part;
      matrix[i * from + high]! += part;
    }
  }
  return matrix;
}

/** Multiplies one axis of a tensor by a matrix [to, from]: products and transposes alone, so gradients exist on every engine. */
function multiplyAxis(x: tf.Tensor, axis: number, matrix: tf.Tensor2D): tf.Tensor {
  const { shape, rank } = x;
  const last = rank - 1;
  const order = shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
  const moved = axis === last ? x : tf.transpose(x, order);
  const product = tf.matMul(tf.reshape(moved, [-1, shape[axis]!]), matrix, false, true);
  const result = tf.reshape(product, [...moved.shape.slice(0, -1), matrix.shape[0]]);
  return axis === last ? result : tf.transpose(result, order);
}

/**
 * Resamples the axes from `firstAxis` on to `sizes`. With `area`, axes that shrink are averaged and the others interpolated,
 * which is how position embeddings are resampled; with `linear`, all are interpolated.
 */
export function resizeAxes(
  x: tf.Tensor,
  firstAxis: number,
  sizes: readonly number[],
  mode: 'linear' | 'area',
): tf.Tensor {
  return tf.tidy(() => {
    let result = x;
    sizes.forEach((to, i) => {
      const axis = firstAxis + i;
      const from = x.shape[axis]!;
      if (from === to) return;
      const matrix = interpolationMatrix(from, to, mode === 'area' && to < from ? 'area' : 'linear');
      result = multiplyAxis(result, axis, tf.tensor2d(matrix, [to, from]));
    });
    return result === x ? tf.clone(x) : result;
  });
}
