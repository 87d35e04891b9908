import * as tf from '@tensorflow/tfjs';

/** `linear` and `cubic` interpolate between cells (no antialiasing), `area` is the mean of the cells that a new cell touches. */
export type Interpolation = 'linear' | 'area' | 'cubic';

/** Weights of the old cells that the new cell `i` is made of, as [index, weight]; an index may stand there twice. */
type Weights = (i: number, from: number, to: number) => [index: number, weight: number][];

const clamp = (index: number, count: number): number => Math.min(Math.max(index, 0), count - 1);
const centre = (i: number, from: number, to: number): number => ((i + 0.5) * from) / to - 0.5;

const linear: Weights = (i, from, to) => {
  const at = Math.max(0, centre(i, from, to));
  const low = Math.floor(at);
  return [
    [clamp(low, from), 1 - (at - low)],
    [clamp(low + 1, from), at - low],
  ];
};

const area: Weights = (i, from, to) => {
  const start = Math.floor((i * from) / to);
  const end = Math.ceil(((i + 1) * from) / to);
  return Array.from({ length: end - start }, (_, k) => [start + k, 1 / (end - start)]);
};

/** Weight of a cell at a distance of up to two cells (Keys 1981), with PyTorch's constant. */
function cubicWeight(distance: number, a = -0.75): number {
  const x = Math.abs(distance);
  return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

const cubic: Weights = (i, from, to) => {
  const at = centre(i, from, to);
  const low = Math.floor(at);
  return [-1, 0, 1, 2].map((k) => [clamp(low + k, from), cubicWeight(at - (low + k))]);
};

const weightsOf: Record<Interpolation, Weights> = { linear, area, cubic };

/**
 * The matrix [to, from], row by row, that resamples an axis as PyTorch's `interpolate` does with align_corners = false:
 * `linear`, `cubic` (Keys' kernel, a = -0.75) or `area` (adaptive average pooling).
 */
export function interpolationMatrix(from: number, to: number, mode: Interpolation): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    for (const [index, weight] of weightsOf[mode](i, from, to)) matrix[i * from + index]! += weight;
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

/** Resamples the axes from `firstAxis` on to `sizes`, each in the mode for axes that shrink or for axes that grow. */
export function resizeAxes(
  x: tf.Tensor,
  firstAxis: number,
  sizes: readonly number[],
  { shrink, grow }: { shrink: Interpolation; grow: Interpolation },
): tf.Tensor {
  return tf.tidy(() => {
    let result = x;
    sizes.forEach((to, i) => {
      const axis = firstAxis + i;
      const from = x.shape[axis]!;
      if (from === to) return;
      const matrix = interpolationMatrix(from, to, to < from ? shrink : grow);
      result = multiplyAxis(result, axis, tf.tensor2d(matrix, [to, from]));
    });
    return result === x ? tf.clone(x) : result;
  });
}
