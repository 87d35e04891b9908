import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { type Candidate, importOptional } from './candidate.js';

/** Node releases for which `@tensorflow/tfjs-node` 4.22 has a binding; later ones lack a function that it calls. */
const newestNode = 22;

async function loadTensorflow(packageName: string): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major > newestNode)
    throw new Error(`${packageName} runs on Node ${newestNode} and earlier, this is Node ${major}`);
  await importOptional(packageName);
  if (!tf.findBackendFactory('tensorflow'))
    throw new Error(`${packageName} registers with another copy of @tensorflow/tfjs`);
}

/** `@tensorflow/tfjs-node`: TensorFlow's C library on the CPU. */
export const tfjsNode: Candidate = {
  name: 'tfjs-node',
  backend: 'tensorflow',
  threads: availableParallelism,
  load: async () => {
    await loadTensorflow('@tensorflow/tfjs-node');
    return {};
  },
};

/** `@tensorflow/tfjs-node-gpu`: the same on CUDA. Without a GPU that works it would compute on the CPU, and is refused. */
export const tfjsNodeGpu: Candidate = {
  name: 'tfjs-node-gpu',
  backend: 'tensorflow',
  threads: availableParallelism,
  load: async () => {
    await loadTensorflow('@tensorflow/tfjs-node-gpu');
    // A property of that backend, whose types are in a package that need not be there.
    const { isUsingGpuDevice } = tf.engine().findBackend('tensorflow') as unknown as { isUsingGpuDevice?: boolean };
    if (isUsingGpuDevice !== true) throw new Error('@tensorflow/tfjs-node-gpu finds no GPU that works');
    return { device: { name: 'CUDA', isSoftware: false } };
  },
};
