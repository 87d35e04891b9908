import * as tf from '@tensorflow/tfjs';
import { jit } from '@vividmed/engine';
import { expectClose } from '@vividmed/testing';
import { expect } from 'vitest';
import { type Call, type Drawn, draw, floats } from './inputs.js';

export interface Result {
  readonly shape: number[];
  readonly dtype: tf.DataType;
  readonly values: ArrayLike<number>;
}

/** Calls a kernel directly, so that no operation of tfjs-core computes part of it; tensors in the order of the inputs. */
export function runKernel(
  kernel: string,
  { inputs, attrs = {} }: { readonly inputs: object; readonly attrs?: object },
  tensors: readonly tf.Tensor[],
): tf.Tensor[] {
  // Kernels of any number of tensors take a list, which the type of inputs, tensors by name, does not say.
  const named = Array.isArray(inputs)
    ? (tensors as unknown as tf.NamedTensorMap)
    : Object.fromEntries(Object.keys(inputs).map((name, i) => [name, tensors[i]!]));
  return [tf.engine().runKernel(kernel, named, attrs as tf.NamedAttrMap)].flat() as tf.Tensor[];
}

/** What a function makes of tensors on a backend. */
export function on(backend: string, fn: (tensors: tf.Tensor[]) => tf.Tensor[], make: () => tf.Tensor[]): Result[] {
  void tf.setBackend(backend);
  return tf.tidy(() => fn(make()).map((y) => ({ shape: y.shape, dtype: y.dtype, values: y.dataSync() })));
}

/** The same in ONNX Runtime, kernel by kernel and as one graph. */
export function onOrt(
  fn: (tensors: tf.Tensor[]) => tf.Tensor[],
  make: () => tf.Tensor[],
): { eager: Result[]; jit: Result[] } {
  const compiled = jit(fn);
  try {
    return { eager: on('ort', fn, make), jit: on('ort', compiled, make) };
  } finally {
    compiled.dispose();
  }
}

/** What a call computes, and the tensors it takes. */
export interface Computation {
  readonly compute: (tensors: tf.Tensor[]) => tf.Tensor[];
  readonly make: () => tf.Tensor[];
}

/**
 * A call of a kernel with its results, followed where tfjs has it by the gradient of a random projection of them with respect to
 * each input of floats.
 */
export function computation(kernel: string, call: Call, seed: number): Computation {
  const inputs: Drawn[] = Object.values(call.inputs);
  const outputs = on(
    'cpu',
    (tensors) => runKernel(kernel, call, tensors),
    () => draw(inputs, seed),
  );
  const floatInputs = [...inputs.keys()].filter((i) => inputs[i]!.dtype === 'float32');
  const isDifferentiable =
    call.hasGradient !== false &&
    tf.getGradient(kernel) !== undefined &&
    floatInputs.length > 0 &&
    outputs.every(({ dtype }) => dtype === 'float32');
  const projections = isDifferentiable ? outputs.map(({ shape }) => floats(shape, -1, 1)) : [];

  const compute = (tensors: tf.Tensor[]): tf.Tensor[] => {
    const own = tensors.slice(0, inputs.length);
    const made = runKernel(kernel, call, own);
    if (!isDifferentiable) return made;
    const loss = (...changed: tf.Tensor[]): tf.Scalar => {
      const all = own.map((x, i) => changed[floatInputs.indexOf(i)] ?? x);
      const sums = runKernel(kernel, call, all).map((y, i) => tf.sum(tf.mul(y, tensors[inputs.length + i]!)));
      return sums.reduce((sum, next) => tf.add(sum, next)) as tf.Scalar;
    };
    return [...made, ...tf.grads(loss)(floatInputs.map((i) => own[i]!))];
  };
  return { compute, make: () => draw([...inputs, ...projections], seed) };
}

/** Compares a kernel and its gradient on ONNX Runtime with the plain ones. */
export function compareWithPlain(kernel: string, call: Call, seed: number): void {
  const { compute, make } = computation(kernel, call, seed);
  const expected = on('cpu', compute, make);
  for (const [how, found] of Object.entries(onOrt(compute, make))) expectSame(found, expected, `${kernel}, ${how}`);
}

export function expectSame(found: readonly Result[], expected: readonly Result[], label: string): void {
  const kinds = (list: readonly Result[]) => list.map(({ shape, dtype }) => ({ shape, dtype }));
  expect(kinds(found), label).toEqual(kinds(expected));
  found.forEach(({ values }, i) => expectClose(values, expected[i]!.values, { label: `${label}, output ${i}` }));
}
