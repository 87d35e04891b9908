import * as tf from '@tensorflow/tfjs';

/** The first number of axes that some kernels of WebGPU get wrong. */
export const wrongRank = 5;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Puts a kernel in the place of one of the backend `webgpu`, which it is given to build on. */
export function replaceKernel(kernelName: string, wrap: (original: tf.KernelFunc) => tf.KernelFunc): void {
  const kernel = tf.getKernel(kernelName, 'webgpu');
  if (!kernel) return;
  tf.unregisterKernel(kernelName, 'webgpu');
  tf.registerKernel({ ...kernel, kernelFunc: wrap(kernel.kernelFunc) });
}
