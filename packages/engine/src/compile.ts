import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import type { Sym } from './onnx/graph.js';
import type { Session } from './onnx/native.js';
import { OrtBackend } from './ort/backend.js';
import { isTracing, traceFunction } from './trace/backend.js';

/** A function of tensors. */
export type TensorFunction = (inputs: tf.Tensor[]) => tf.Tensor[];

export interface Compiled<S> {
  session: S;
  outputs: Sym[];
}

/** Sessions of one function, by the shapes and types of its inputs. */
export interface Compiler<S> {
  /** The session for such inputs; made when there is none. */
  compile(inputs: readonly tf.Tensor[]): Compiled<S>;
  readonly size: number;
  dispose(): void;
}

/** Traces a function once per set of shapes and types, and keeps the `maxGraphs` sessions used last. */
export function createCompiler<S extends { dispose(): void }>(
  fn: TensorFunction,
  maxGraphs: number,
  load: (model: Uint8Array, inputs: readonly tf.Tensor[], outputs: readonly Sym[]) => S,
): Compiler<S> {
  const graphs = new Map<string, Compiled<S>>();
  return {
    compile: (inputs) => {
      const key = inputs.map((x) => `${x.dtype}[${x.shape.join()}]`).join(';');
      let compiled = graphs.get(key);
      if (!compiled) {
        const { graph, outputs } = traceFunction(fn, inputs);
        compiled = { outputs, session: load(graph.toModel(outputs, { staticShapes: true }), inputs, outputs) };
      }
      graphs.delete(key);
      graphs.set(key, compiled);
      for (const [oldest, { session }] of graphs) {
        if (graphs.size <= maxGraphs) break;
        graphs.delete(oldest);
        session.dispose();
      }
      return compiled;
    },
    get size() {
      return graphs.size;
    },
    dispose: () => {
      for (const { session } of graphs.values()) session.dispose();
      graphs.clear();
    },
  };
}

/** The backend that compiled functions run on; undefined where functions run as they are: on other engines and while one is traced. */
export function compilingBackend(where: string, disposed: boolean): OrtBackend | undefined {
  check(!disposed, 'unsupported', `${where}: expected a live function, found a disposed one.`);
  const backend = isTracing() ? undefined : tf.backend();
  if (!(backend instanceof OrtBackend)) return undefined;
  check(
    tf.engine().state.gradientDepth === 0,
    'unsupported',
    `${where}: expected a call outside tf.grad, found one inside.`,
    'Take the gradient inside the compiled function.',
  );
  return backend;
}

/** Runs a function without compiling it. */
export const plainly = (fn: TensorFunction, inputs: readonly tf.Tensor[]): tf.Tensor[] =>
  tf.tidy(() => fn([...inputs]).map((output) => tf.clone(output)));

export const runCompiled = (
  backend: OrtBackend,
  { session, outputs }: Compiled<Session>,
  inputs: readonly tf.Tensor[],
): tf.Tensor[] =>
  backend
    .runSession(
      session,
      inputs.map((info, i) => ({ info, name: `x${i}` })),
      outputs,
    )
    .map((info) => tf.engine().makeTensorFromTensorInfo(info));
