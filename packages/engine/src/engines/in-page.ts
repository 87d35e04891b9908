import { borrowKernels } from './borrow-kernels.js';
import type { Candidate } from './candidate.js';

/** Plain JavaScript: works everywhere. */
export const cpu: Candidate = { name: 'cpu', backend: 'cpu', threads: () => 1, load: async () => ({}) };

/** WebAssembly in a page. Its files lie beside the script, or where `setWasmPaths` of that backend says. */
export const wasmInPage: Candidate = {
  name: 'wasm',
  backend: 'wasm',
  threads: () => 1,
  load: async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    borrowKernels('wasm');
    return {};
  },
};
