import * as tf from '@tensorflow/tfjs';
import type { TestedEngine } from '@vividmed/testing';

/** What an engine cannot do, and that stays so for now. */
export interface Gap {
  engine: TestedEngine;
  what: string;
  reason: string;
  /** What it throws. */
  error: RegExp;
  /** The smallest thing that shows it, as a function of a tensor of ones with seven axes. */
  show(x: tf.Tensor): tf.Tensor;
}

/** Every known gap: `pnpm test:engines` prints them, and fails when one has closed. */
export const gaps: readonly Gap[] = [
  {
    engine: 'webgpu',
    what: 'dataSync in Node',
    reason: 'a GPU answers later; in pages a canvas makes the script wait. Use data().',
    error: /OffscreenCanvas|document/,
    show: (x) => tf.scalar(tf.sum(tf.relu(tf.reshape(x, [-1]))).dataSync()[0]!),
  },
  {
    engine: 'webgpu',
    what: 'tensors of seven axes and more, but for products, sums and transposes that need fewer',
    reason: 'its shaders have names for six coordinates. Reshape before.',
    error: /rank 7/,
    show: (x) => tf.relu(x),
  },
  {
    engine: 'webgpu',
    what: 'stridedSlice of five axes and more',
    reason: 'its shader is not made and the result would be zeros. Use slice.',
    error: /StridedSlice/,
    // oxlint-disable-next-line no-restricted-properties -- that it cannot be used is the point.
    show: (x) => tf.stridedSlice(x, [0, 0, 0, 0, 0, 0, 0], [...x.shape], [1, 2, 1, 1, 1, 1, 1]),
  },
  {
    engine: 'jit',
    what: 'cropAndResize',
    reason: 'ONNX has no operator that does it in the way of TensorFlow.',
    error: /CropAndResize/,
    show: (x) => tf.image.cropAndResize(tf.reshape(x, [1, 4, 4, -1]) as tf.Tensor4D, [[0, 0, 1, 1]], [0], [2, 2]),
  },
];
