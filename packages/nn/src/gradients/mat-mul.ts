import * as tf from '@tensorflow/tfjs';
import { sumTo } from './sum-to.js';

function swapLast(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  axes.push(...axes.splice(-2).reverse());
  return tf.transpose(x, axes);
}

/** Gradients of A B, where A and B are `a` and `b` or their transposes, and dy = dL / d(A B). */
function matMulGradient(
  dy: tf.Tensor,
  a: tf.Tensor,
  b: tf.Tensor,
  transposeA: boolean,
  transposeB: boolean,
): { a: () => tf.Tensor; b: () => tf.Tensor } {
  const turn = (x: tf.Tensor, turned: boolean): tf.Tensor => (turned ? swapLast(x) : x);
  const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, x.shape.at(-1)!]);
  // One matrix for every batch: rows of all batches are rows of one product.
  if (b.rank === 2 && a.rank > 2 && !transposeA) {
    return {
      a: () => tf.tidy(() => tf.reshape(tf.matMul(flat(dy), turn(b, !transposeB)), a.shape)),
      b: () => tf.tidy(() => turn(tf.matMul(swapLast(flat(a)), flat(dy)), transposeB)),
    };
  }
  return {
    a: () => tf.tidy(() => turn(sumTo(tf.matMul(dy, turn(b, !transposeB)), turned(a, transposeA)), transposeA)),
    b: () => tf.tidy(() => turn(sumTo(tf.matMul(turn(a, !transposeA), dy), turned(b, transposeB)), transposeB)),
  };
}

const turned = ({ shape }: tf.Tensor, transposed: boolean): number[] =>
  transposed ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape;

/**
 * Gradient of `matMul` where tfjs's own is wrong or slow:
 * - batches that are broadcast, such as [B, T, C] by [C, D]: tfjs returns a gradient of another shape and throws. One
 *   side must have a single batch: tfjs 4.22 itself multiplies the wrong matrices for, say, [2, 1] by [1, 3] batches;
 * - two matrices on wasm: products with a transposed side leave its fast path, so that sides are transposed first.
 *
 * Everything else goes to tfjs's own.
 */
export function registerMatMulGradient(): void {
  const own = tf.getGradient('BatchMatMul');
  tf.unregisterGradient('BatchMatMul');
  tf.registerGradient({
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved, attrs) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      // tfjs types the attributes of every kernel alike.
      const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
      const isBroadcast = a.shape.slice(0, -2).join() !== b.shape.slice(0, -2).join();
      const isSlow = tf.getBackend() === 'wasm' && a.size === a.shape.at(-1)! * a.shape.at(-2)!;
      return isBroadcast || isSlow
        ? matMulGradient(dy as tf.Tensor, a, b, transposeA, transposeB)
        : own.gradFunc(dy, saved, attrs);
    },
  });
}
