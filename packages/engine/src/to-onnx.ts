import type * as tf from '@tensorflow/tfjs';
import { traceFunction } from './trace/backend.js';

export interface OnnxOptions {
  /** Names of the inputs, in their order; `x0`, `x1`, ... by default. */
  inputNames?: readonly string[];
  /** Names of the outputs; `y0`, `y1`, ... by default. */
  outputNames?: readonly string[];
}

/**
 * Writes a pure function of tensors as an ONNX model (operator set 17), for inputs of these shapes and types: what `jit` runs, as
 * the bytes of a file. Tensors that the function uses besides its inputs are in the model as constants.
 * All nodes are of the standard.
 *
 * @param inputs examples of the inputs, of which only shapes and types matter.
 * @throws {VividMedError} `unsupported` as `jit` does; `config` for another number of names than inputs or outputs, or a name twice.
 */
export function toOnnx(
  fn: (inputs: tf.Tensor[]) => tf.Tensor[],
  inputs: readonly tf.Tensor[],
  options: OnnxOptions = {},
): Uint8Array {
  const { graph, outputs } = traceFunction(fn, inputs);
  return graph.toModel(outputs, { staticShapes: true, ...options });
}
