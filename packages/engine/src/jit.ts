import type * as tf from '@tensorflow/tfjs';
import { compilingBackend, createCompiler, plainly, runCompiled, type TensorFunction } from './compile.js';
import { createSession } from './onnx/native.js';

export interface JitOptions {
  /** Graphs kept, one per set of input shapes and types; the one unused for longest goes first. */
  maxGraphs?: number;
}

/** A function of tensors, compiled once per set of input shapes and types. The caller owns inputs and outputs. */
export interface Jitted {
  (inputs: readonly tf.Tensor[]): tf.Tensor[];
  /** Graphs compiled and kept now. */
  readonly numGraphs: number;
  /** Frees the compiled graphs; later calls throw. */
  dispose(): void;
}

/**
 * Compiles a pure function of tensors: on the engine `ort` its operations, gradients included, become one graph that
 * runs in one call. On other engines the function runs as it is, with the same results.
 *
 * The function is called once per set of shapes and types. It must not read values of its tensors; tensors it uses
 * besides its inputs, and random numbers it draws, are frozen into the graph.
 *
 * @throws {VividMedError} unsupported, when the function reads a traced value or uses an operation without a graph form.
 */
export function jit(fn: TensorFunction, { maxGraphs = 8 }: JitOptions = {}): Jitted {
  const compiler = createCompiler(fn, maxGraphs, (model) => createSession(model, { where: 'jit' }));
  let disposed = false;

  const call = (inputs: readonly tf.Tensor[]): tf.Tensor[] => {
    const backend = compilingBackend('jit', disposed);
    if (!backend) return plainly(fn, inputs);
    const { session, outputs } = compiler.compile(inputs);
    return runCompiled(backend, { session, outputs }, inputs);
  };

  const dispose = (): void => {
    compiler.dispose();
    disposed = true;
  };
  const jitted = Object.assign(call, { dispose, numGraphs: 0 });
  return Object.defineProperty(jitted, 'numGraphs', { get: () => compiler.size });
}
