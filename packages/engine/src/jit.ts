import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import { createCompiler } from './compile.js';
import { createSession, type DType, numThreads } from './onnx/native.js';
import { sizeOf } from './onnx/graph.js';
import { OrtBackend } from './ort/backend.js';
import { graphProvider } from './ort/providers.js';
import { plainRun, type Run, type TensorFunction } from './run.js';
import { threadSession } from './threads/session.js';
import { isTracing } from './trace/backend.js';

export interface JitOptions {
  /** Graphs kept, one per set of input shapes and types; the one unused for longest goes first. */
  maxGraphs?: number;
  /**
   * Where it runs, for `runAll`: 0 is the thread that calls, 1 and above are others. Left out, it runs on the thread that calls with
   * all processors. Inputs and outputs of other threads are copied.
   */
  thread?: number;
  /** How many functions with a `thread` run at once, and share the processors; by default as many as there are processors. */
  threads?: number;
  /**
   * Inputs that the call may use up: output i takes the memory of input `donate[i]`, of the same shape and type, where the graph is
   * done with it by then and nobody else holds it. Their tensors are disposed by the call, whether their memory was of use or not; after a
   * call that throws they hold nothing of use. So an optimiser has its parameters and moments once, not twice.
   */
  donate?: readonly number[];
}

/** A function of tensors, compiled once per set of input shapes and types. The caller owns outputs, and inputs that it did not donate. */
export interface Jitted {
  (inputs: readonly tf.Tensor[]): tf.Tensor[];
  /** Begins a run; a function on the thread that calls runs when it is finished. */
  begin(inputs: readonly tf.Tensor[]): Run;
  /** Graphs compiled and kept now. */
  readonly numGraphs: number;
  /** Frees the compiled graphs; later calls throw. */
  dispose(): void;
}

/** Whether another input is of the same data, which then must stay as it is. */
const isTwice = (inputs: readonly tf.Tensor[], i: number): boolean =>
  inputs.some(({ dataId }, k) => k !== i && dataId === inputs[i]!.dataId);

/**
 * Compiles a pure function of tensors: on the engine `ort` its operations, gradients included, become one graph that
 * runs in one call. On other engines the function runs as it is, with the same results.
 *
 * The function is called once per set of shapes and types. It must not read values of its tensors; tensors it uses
 * besides its inputs, and random numbers it draws, are frozen into the graph.
 *
 * @throws {VividMedError} unsupported, when the function reads a traced value or uses an operation without a graph form.
 */
export function jit(
  fn: TensorFunction,
  { maxGraphs = 8, thread, threads = numThreads(), donate = [] }: JitOptions = {},
): Jitted {
  const processors = Math.max(1, Math.floor(numThreads() / threads));
  // A GPU computes one graph after the other.
  const isElsewhere = (): boolean => (thread ?? 0) > 0 && numThreads() > 1 && graphProvider() === 'cpu';
  const here = createCompiler(fn, { maxGraphs, donate }, (model, { isSmall }) =>
    createSession(model, {
      where: 'jit',
      provider: graphProvider(),
      threads: isSmall ? 1 : thread === undefined ? numThreads() : processors,
    }),
  );
  const elsewhere = createCompiler(fn, { maxGraphs, donate }, (model, { inputs, outputs }) => {
    const entries = inputs.map(({ dtype, shape }) => ({ dtype: dtype as DType, shape }));
    return threadSession(thread! - 1, model, { inputs: entries, outputs, processors });
  });
  let disposed = false;

  const dropDonated = (inputs: readonly tf.Tensor[]): void => tf.dispose(donate.map((i) => inputs[i]!));

  const beginHere = (backend: OrtBackend, inputs: readonly tf.Tensor[]): Run => {
    const { session, outputs, overwritten } = here.compile(inputs);
    return {
      isHere: true,
      finish: () => {
        const feeds = backend.feeds(inputs.map((info, i) => ({ info, name: `x${i}` })));
        const donated = overwritten.map((i) => (i === undefined || isTwice(inputs, i) ? undefined : inputs[i]));
        const made = backend.runFed(session, feeds, outputs, donated);
        dropDonated(inputs);
        return made.map((info) => tf.engine().makeTensorFromTensorInfo(info));
      },
      settle: () => {},
    };
  };

  const beginElsewhere = (backend: OrtBackend, inputs: readonly tf.Tensor[]): Run => {
    const { session, outputs } = elsewhere.compile(inputs);
    // Tensors never change, so neither do the values of one piece of data.
    session.start(inputs.map((tensor) => ({ id: tensor.dataId, values: backend.valuesOf(tensor) })));
    return {
      isHere: false,
      finish: () => {
        const arrays = outputs.map(({ dtype, shape }) => backend.pool.take(dtype, sizeOf(shape)));
        session.finish(arrays);
        dropDonated(inputs);
        return outputs.map(({ dtype, shape }, i) =>
          tf.engine().makeTensorFromTensorInfo(backend.makeTensorInfo([...shape], dtype, arrays[i]!)),
        );
      },
      settle: () => session.settle(),
    };
  };

  const begin = (inputs: readonly tf.Tensor[]): Run => {
    check(!disposed, 'unsupported', 'jit: expected a live function, found a disposed one.');
    const backend = isTracing() ? undefined : tf.backend();
    if (!(backend instanceof OrtBackend)) {
      return plainRun(fn, inputs, donate);
    }
    check(
      tf.engine().state.gradientDepth === 0,
      'unsupported',
      'jit: expected a call outside tf.grad, found one inside.',
      'Take the gradient inside the jitted function.',
    );
    return isElsewhere() ? beginElsewhere(backend, inputs) : beginHere(backend, inputs);
  };

  const dispose = (): void => {
    here.dispose();
    elsewhere.dispose();
    disposed = true;
  };
  const jitted = Object.assign((inputs: readonly tf.Tensor[]) => begin(inputs).finish(), {
    begin,
    dispose,
    numGraphs: 0,
  });
  return Object.defineProperty(jitted, 'numGraphs', { get: () => here.size + elsewhere.size });
}
