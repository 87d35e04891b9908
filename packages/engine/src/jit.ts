import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import type { Sym } from './onnx/graph.js';
import { createSession, type Session } from './onnx/native.js';
import { OrtBackend } from './ort/backend.js';
import { graphProvider } from './ort/providers.js';
import { isTracing, traceFunction } from './trace/backend.js';

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

interface Compiled {
  session: Session;
  outputs: Sym[];
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
export function jit(fn: (inputs: tf.Tensor[]) => tf.Tensor[], { maxGraphs = 8 }: JitOptions = {}): Jitted {
  const graphs = new Map<string, Compiled>();
  let disposed = false;

  const compile = (inputs: readonly tf.Tensor[]): Compiled => {
    const key = inputs.map((x) => `${x.dtype}[${x.shape.join()}]`).join(';');
    let compiled = graphs.get(key);
    if (!compiled) {
      const { graph, outputs } = traceFunction(fn, inputs);
      compiled = {
        outputs,
        session: createSession(graph.toModel(outputs, { staticShapes: true }), {
          where: 'jit',
          provider: graphProvider(),
        }),
      };
    }
    graphs.delete(key);
    graphs.set(key, compiled);
    for (const [oldest, { session }] of graphs) {
      if (graphs.size <= maxGraphs) break;
      graphs.delete(oldest);
      session.dispose();
    }
    return compiled;
  };

  const call = (inputs: readonly tf.Tensor[]): tf.Tensor[] => {
    check(!disposed, 'unsupported', 'jit: expected a live function, found a disposed one.');
    const backend = isTracing() ? undefined : tf.backend();
    if (!(backend instanceof OrtBackend)) return tf.tidy(() => fn([...inputs]).map((output) => tf.clone(output)));
    check(
      tf.engine().state.gradientDepth === 0,
      'unsupported',
      'jit: expected a call outside tf.grad, found one inside.',
      'Take the gradient inside the jitted function.',
    );
    const { session, outputs } = compile(inputs);
    const infos = backend.runSession(
      session,
      inputs.map((info, i) => ({ info, name: `x${i}` })),
      outputs,
    );
    return infos.map((info) => tf.engine().makeTensorFromTensorInfo(info));
  };

  const dispose = (): void => {
    for (const { session } of graphs.values()) session.dispose();
    graphs.clear();
    disposed = true;
  };
  const jitted = Object.assign(call, { dispose, numGraphs: 0 });
  return Object.defineProperty(jitted, 'numGraphs', { get: () => graphs.size });
}
