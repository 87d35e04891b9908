import type * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import { repairAxisKernels } from './along-axes.js';
import { repairElementwiseKernels } from './elementwise.js';
import { replaceKernel, wrongRank } from './replace.js';

/** Inputs that a shader of WebGPU can have on every device beside its output. */
const mostInputs = 7;

/** Adds in groups: a sum of more tensors is refused, and takes with it all that was submitted together with it. */
const addInGroups =
  (original: tf.KernelFunc): tf.KernelFunc =>
  (params) => {
    // AddN takes a list, which the type of inputs, tensors by name, does not say; so below.
    const tensors = params.inputs as unknown as tf.TensorInfo[];
    if (tensors.length <= mostInputs) return original(params);
    const backend = params.backend as tf.KernelBackend;
    const add = (terms: tf.TensorInfo[]): tf.TensorInfo =>
      original({ ...params, inputs: terms as unknown as tf.NamedTensorInfoMap }) as tf.TensorInfo;
    let sum = add(tensors.slice(0, mostInputs));
    for (let at = mostInputs; at < tensors.length; at += mostInputs - 1) {
      const next = add([sum, ...tensors.slice(at, at + mostInputs - 1)]);
      backend.disposeData(sum.dataId);
      sum = next;
    }
    return sum;
  };

let repaired = false;

/**
 * Repairs kernels of `@tensorflow/tfjs-backend-webgpu` 4.22, once. Some index a coordinate of five or six axes as a vector, which
 * WGSL refuses: an error is printed and the result is zeros. Others throw. The same kernels are right for fewer axes, which
 * is what they get here.
 */
export function repairKernels(): void {
  if (repaired) return;
  repaired = true;
  repairAxisKernels();
  repairElementwiseKernels();
  replaceKernel('AddN', addInGroups);
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
