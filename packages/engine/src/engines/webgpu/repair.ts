import type * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import { repairAxisKernels } from './along-axes.js';
import { repairElementwiseKernels } from './elementwise.js';
import { replaceKernel, wrongRank } from './replace.js';

let repaired = false;

/**
 * Repairs the kernels of `@tensorflow/tfjs-backend-webgpu` 4.22, once. Some index a coordinate of five or six axes as a vector, which
 * WGSL refuses: an error is printed and the result is zeros. Others throw. The same kernels are right for fewer axes, which
 * is what they get here.
 */
export function repairKernels(): void {
  if (repaired) return;
  repaired = true;
  repairAxisKernels();
  repairElementwiseKernels();
  replaceKernel('StridedSlice', (original) => (params) => {
    const { shape } = params.inputs['x'] as tf.TensorInfo;
    if (shape.length < wrongRank) return original(params);
    throw new VividMedError(
      'unsupported',
      `webgpu: kernel StridedSlice: expected fewer than ${wrongRank} axes, found ${shape.length}.`,
      { hint: 'Use slice, or reshape to fewer axes.' },
    );
  });
}
