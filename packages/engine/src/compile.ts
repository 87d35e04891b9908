import type * as tf from '@tensorflow/tfjs';
import type { Sym } from './onnx/graph.js';
import type { TensorFunction } from './run.js';
import { traceFunction } from './trace/backend.js';

interface Compiled<S> {
  session: S;
  outputs: Sym[];
  /** The input that each output may be written into, where there is one. */
  overwritten: readonly (number | undefined)[];
}

export interface CompilerOptions {
  /** Graphs that are kept. */
  maxGraphs: number;
  /** The input that each output may be written into if the graph allows it. */
  donate: readonly number[];
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
  { maxGraphs, donate }: CompilerOptions,
  load: (model: Uint8Array, traced: { inputs: readonly tf.Tensor[]; outputs: readonly Sym[]; isSmall: boolean }) => S,
): Compiler<S> {
  const graphs = new Map<string, Compiled<S>>();
  return {
    compile: (inputs) => {
      const key = inputs.map((x) => `${x.dtype}[${x.shape.join()}]`).join(';');
      let compiled = graphs.get(key);
      if (!compiled) {
        const { graph, outputs } = traceFunction(fn, inputs);
        compiled = {
          outputs,
          overwritten: graph.overwritten(outputs, donate),
          session: load(graph.toModel(outputs, { staticShapes: true, hasEndMarker: true }), {
            inputs,
            outputs,
            isSmall: graph.isSmall,
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
