import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { numThreads } from '../onnx/native.js';
import { registerOrt } from '../ort/backend.js';
import { chooseProvider } from '../ort/providers.js';
import { borrowKernels } from './borrow-kernels.js';
import type { Candidate } from './candidate.js';

/** ONNX Runtime, whose binary comes inside of its package. */
export const ort: Candidate = {
  name: 'ort',
  backend: 'ort',
  threads: numThreads,
  load: async ({ executionProviders }) => {
    registerOrt();
    return chooseProvider(executionProviders);
  },
};

/** WebAssembly of TensorFlow.js; the gradients that it has no kernels for are computed in plain JavaScript. */
export const wasm: Candidate = {
  name: 'wasm',
  backend: 'wasm',
  threads: () => 1,
  load: async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(entry)}/`);
    borrowKernels('wasm');
    return {};
  },
};
