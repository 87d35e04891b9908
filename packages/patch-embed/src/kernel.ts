import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import { resizeAxes } from './interpolation.js';

/**
 * A patch kernel of another size, for weights of another model: [P_h, P_w, Cin, C] or [P_d, P_h, P_w, Cin, C] with new
 * spatial sizes. Axes that shrink are averaged by area, the others interpolated, cubically in 2D and linearly in 3D; the
 * result is multiplied by prod(old) / prod(new), so that an even image keeps its embedding (original-implementation 2.4).
 *
 * @throws {VividMedError} `shape` unless the kernel has two axes more than there are sizes, of which there are two or three.
 */
export function resampleKernel(kernel: tf.Tensor, sizes: readonly number[]): tf.Tensor {
  check(
    (sizes.length === 2 || sizes.length === 3) && kernel.rank === sizes.length + 2,
    'shape',
    `resampleKernel: expected a kernel [${sizes.length === 2 ? '' : 'P_d, '}P_h, P_w, Cin, C] for ${sizes.length} sizes, found [${kernel.shape.join(', ')}].`,
  );
  return tf.tidy(() => {
    const resized = resizeAxes(kernel, 0, sizes, { shrink: 'area', grow: sizes.length === 2 ? 'cubic' : 'linear' });
    const scale = sizes.reduce((product, to, axis) => (product * kernel.shape[axis]!) / to, 1);
    return tf.mul(resized, scale);
  });
}

/**
 * A 3D kernel from a 2D one, [P_h, P_w, Cin, C] -> [depth, P_h, P_w, Cin, C]: every slice is 1 / depth of it, so that an
 * image of depth 1, whose kernel is the sum over depth, is embedded as before (paper 3.2.3; original-implementation 1.1).
 *
 * @throws {VividMedError} `shape` for a kernel that is not 2D.
 */
export function inflateKernel(kernel_HWIO: tf.Tensor, depth: number): tf.Tensor {
  check(
    kernel_HWIO.rank === 4,
    'shape',
    `inflateKernel: expected a kernel [P_h, P_w, Cin, C], found [${kernel_HWIO.shape.join(', ')}].`,
  );
  return tf.tidy(() => tf.tile(tf.expandDims(tf.div(kernel_HWIO, depth), 0), [depth, 1, 1, 1, 1]));
}
