import * as tf from '@tensorflow/tfjs';
import { disposeParams, exportParams, leaves, mapLeaves, type ParamsOf, type SpecTree } from '@vividmed/nn';
import { expect } from 'vitest';
import { expectClose } from './close.js';
import { type Golden, type GoldenTensor, loadGoldenParams, readGolden } from './golden.js';

export type Tap = (name: string, tensor: tf.Tensor) => void;

export interface ConformanceCase<S extends SpecTree> {
  spec: S;
  /** The module under test: outputs by their names in the golden file. */
  run(params: ParamsOf<S>, input: Record<string, tf.Tensor>, tap: Tap): Record<string, tf.Tensor>;
  rtol?: number;
  atol?: number;
}

/** Cotangents are inputs of the golden file named so: the scalar that is differentiated is sum(output * cotangent). */
const cotangent = 'cotangent.';

const tensorOf = ({ dtype, shape, data }: GoldenTensor): tf.Tensor =>
  tf.tensor(data, [...shape], dtype.startsWith('F') ? 'float32' : 'int32');

/** Gradients of sum(output * cotangent) by the name of a parameter or input. */
function gradients<S extends SpecTree>(
  { spec, run }: ConformanceCase<S>,
  golden: Golden,
  params: ParamsOf<S>,
  input: Record<string, tf.Tensor>,
): Record<string, tf.Tensor> {
  const paths = leaves(spec).flatMap(([path, { trainable }]) => (trainable ? [path] : []));
  const names = Object.keys(input).filter((name) => golden.grad.has(name));
  if (paths.length + names.length === 0) return {};
  const tensors = new Map(leaves(params));
  const differentiated = [...paths.map((path) => tensors.get(path)!), ...names.map((name) => input[name]!)];
  const scalar = (...values: tf.Tensor[]): tf.Scalar => {
    const replaced = new Map(paths.map((path, i) => [path, values[i]!]));
    const tree = mapLeaves(params, (leaf, path) => replaced.get(path) ?? leaf);
    const inputs = { ...input, ...Object.fromEntries(names.map((name, i) => [name, values[paths.length + i]!])) };
    const output = run(tree, inputs, () => {});
    const terms = [...golden.input]
      .filter(([name]) => name.startsWith(cotangent))
      .map(([name, weights]) => tf.sum(tf.mul(output[name.slice(cotangent.length)]!, tensorOf(weights))));
    return tf.addN(terms) as tf.Scalar;
  };
  return tf.tidy(() => {
    const grads = tf.grads(scalar)(differentiated);
    return Object.fromEntries([...paths, ...names].map((name, i) => [name, grads[i]!]));
  });
}

/**
 * Expects a module to agree with the PyTorch reference: outputs, intermediates, and the gradients of every trained parameter
 * and of every input that has one in the golden file.
 */
export async function expectConformance<S extends SpecTree>(url: URL, test: ConformanceCase<S>): Promise<void> {
  const { rtol = 1e-4, atol = 1e-5 } = test;
  const golden = readGolden(url);
  const params = await loadGoldenParams(test.spec, golden);
  const input = Object.fromEntries(
    [...golden.input].filter(([name]) => !name.startsWith(cotangent)).map(([name, x]) => [name, tensorOf(x)]),
  );
  const close = (label: string, shape: readonly number[], actual: tf.Tensor | Float32Array, expected: GoldenTensor) => {
    expect(shape, label).toEqual(expected.shape);
    expectClose(actual, expected.data, { rtol, atol, label });
  };
  const seen = new Set<string>();
  const outputs = tf.tidy(() =>
    test.run(params, input, (name, tensor) => {
      const expected = golden.tap.get(name);
      if (!expected) return;
      seen.add(name);
      close(`tap ${name}`, tensor.shape, tensor, expected);
    }),
  );
  expect([...seen].toSorted(), 'taps').toEqual([...golden.tap.keys()].toSorted());
  expect(Object.keys(outputs).toSorted(), 'outputs').toEqual([...golden.output.keys()].toSorted());
  for (const [name, expected] of golden.output) close(`output ${name}`, outputs[name]!.shape, outputs[name]!, expected);

  const grads = gradients(test, golden, params, input);
  expect(Object.keys(grads).toSorted(), 'gradients').toEqual([...golden.grad.keys()].toSorted());
  const specOf = new Map(leaves(test.spec));
  for (const [name, grad] of Object.entries(grads)) {
    const leaf = specOf.get(name);
    const expected = golden.grad.get(name)!;
    if (leaf) {
      const torch = (await exportParams({ leaf }, { leaf: grad })).get('leaf')!;
      close(`gradient of ${name}`, torch.shape, torch.data, expected);
    } else close(`gradient of ${name}`, grad.shape, grad, expected);
  }
  disposeParams(params);
  tf.dispose([input, outputs, grads]);
}
