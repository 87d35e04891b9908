// The package in a page: what computes there, and nothing that needs Node.
import type * as tf from '@tensorflow/tfjs';
import { engineChooser, type UseEngine } from './choose.js';
import { cpu, wasmInPage } from './engines/in-page.js';
import { webgpu } from './engines/webgpu/webgpu.js';
import type { Jitted, JitOptions } from './jit.js';
import { plainRun, type Run, type TensorFunction } from './run.js';

export { type EngineFailure, type EngineInfo } from './choose.js';
export { type Device, type EngineName, engineNames } from './engines/candidate.js';
export type { Jitted, JitOptions } from './jit.js';
export type { Run } from './run.js';
export { runAll } from './run-all.js';

/**
 * Chooses what computes. `auto` takes the first that works of `webgpu` on a real GPU, `wasm` and `cpu`, and says why not the ones
 * before. For `webgpu` the page imports `@tensorflow/tfjs-backend-webgpu`; the files of `wasm` lie beside the script.
 *
 * @throws {VividMedError} `config` for a name that is none; `unsupported` when the named engine does not work here.
 */
export const useEngine: UseEngine = engineChooser([webgpu, wasmInPage, cpu]);

/** Runs the function as it is: pages have no engine that compiles graphs. Of the options only `donate` means something here. */
export function jit(fn: TensorFunction, { donate = [] }: JitOptions = {}): Jitted {
  const begin = (inputs: readonly tf.Tensor[]): Run => plainRun(fn, inputs, donate);
  return Object.assign((inputs: readonly tf.Tensor[]) => begin(inputs).finish(), {
    begin,
    numGraphs: 0,
    dispose: () => {},
  });
}
