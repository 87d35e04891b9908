import * as tf from '@tensorflow/tfjs';
import { type Compiled, compilingBackend, createCompiler, plainly, runCompiled, type TensorFunction } from './compile.js';
import { sizeOf } from './onnx/graph.js';
import { createSession, type DType, numThreads } from './onnx/native.js';
import type { OrtBackend } from './ort/backend.js';
import { type ThreadSession, threadSession } from './threads/session.js';

/** Functions of tensors that run at once, each on its own inputs. The caller owns inputs and outputs. */
export interface JittedAll {
  (inputs: readonly (readonly tf.Tensor[])[]): tf.Tensor[][];
  /** Frees the compiled graphs; later calls throw. */
  dispose(): void;
}

/** Waits for a thread and copies what it made into tensors. */
function finish(backend: OrtBackend, { session, outputs }: Compiled<ThreadSession>): tf.Tensor[] {
  const arrays = outputs.map(({ dtype, shape }) => backend.pool.take(dtype, sizeOf(shape)));
  session.finish(arrays);
  return outputs.map(({ dtype, shape }, i) =>
    tf.engine().makeTensorFromTensorInfo(backend.makeTensorInfo([...shape], dtype, arrays[i]!)),
  );
}

/**
 * Compiles several pure functions of tensors, as `jit` does one, to run at the same time: on the engine `ort` the first on
 * the thread that calls and each other on one of its own, as far as there are processors, with one processor each. Where
 * operations are small that is faster than one graph on all processors: threads wait for each other once, not at each operation.
 *
 * A call copies the inputs and outputs of all functions but the first. On other engines the functions run one after the
 * other, with the same results.
 *
 * @throws {VividMedError} unsupported, as `jit` does.
 */
export function jitAll(fns: readonly TensorFunction[], { maxGraphs = 8 }: { maxGraphs?: number } = {}): JittedAll {
  const areApart = fns.length > 1 && numThreads() > 1;
  const here = fns.slice(0, areApart ? 1 : fns.length).map((fn) =>
    createCompiler(fn, maxGraphs, (model) =>
      createSession(model, { where: 'jitAll', ...(areApart && { threads: 1 }) }),
    ),
  );
  const apart = fns.slice(here.length).map((fn, i) =>
    createCompiler(fn, maxGraphs, (model, inputs, outputs) =>
      threadSession(
        i,
        model,
        inputs.map(({ dtype, shape }) => ({ dtype: dtype as DType, shape })),
        outputs,
      ),
    ),
  );
  let disposed = false;

  const call = (inputs: readonly (readonly tf.Tensor[])[]): tf.Tensor[][] => {
    const backend = compilingBackend('jitAll', disposed);
    if (!backend) return fns.map((fn, i) => plainly(fn, inputs[i]!));
    const compiledHere = here.map((compiler, i) => compiler.compile(inputs[i]!));
    const compiledApart = apart.map((compiler, i) => compiler.compile(inputs[here.length + i]!));
    compiledApart.forEach(({ session }, i) =>
      session.start(inputs[here.length + i]!.map((tensor) => backend.valuesOf(tensor))),
    );
    const made: tf.Tensor[][] = [];
    try {
      compiledHere.forEach((compiled, i) => made.push(runCompiled(backend, compiled, inputs[i]!)));
    } catch (error) {
      for (const { session } of compiledApart) session.settle();
      throw error;
    }
    const failures: unknown[] = [];
    for (const compiled of compiledApart) {
      try {
        made.push(finish(backend, compiled));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 0) return made;
    tf.dispose(made);
    throw failures[0];
  };

  const dispose = (): void => {
    for (const compiler of [...here, ...apart]) compiler.dispose();
    disposed = true;
  };
  return Object.assign(call, { dispose });
}
