import * as tf from '@tensorflow/tfjs';
import { disposeParams, exportParams, leaves, mapLeaves, type ParamsOf, type SpecTree } from '@vividmed/nn';
import { expect } from 'vitest';
import { expectClose } from './close.js';
import { type Golden, type GoldenTensor, loadGoldenParams, readGolden } from './golden.js';
import { compute, testedBounds } from './tested-engine.js';

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

/** A module and the tensors of its golden file. All of them enter as inputs, so that a traced graph computes everything. */
interface Bound {
  /** Parameters by path, then inputs by name. */
  names: string[];
  tensors: tf.Tensor[];
  /** Runs the module on other tensors in the same order. */
  run(tensors: readonly tf.Tensor[], tap: Tap): Record<string, tf.Tensor>;
}

function bind<S extends SpecTree>({ run }: ConformanceCase<S>, golden: Golden, params: ParamsOf<S>): Bound {
  const weights = leaves(params);
  const inputs = [...golden.input].filter(([name]) => !name.startsWith(cotangent));
  return {
    names: [...weights.map(([path]) => path), ...inputs.map(([name]) => name)],
    tensors: [...weights.map(([, tensor]) => tensor), ...inputs.map(([, x]) => tensorOf(x))],
    run: (tensors, tap) => {
      const given = new Map(weights.map(([path], i) => [path, tensors[i]!]));
      const input = Object.fromEntries(inputs.map(([name], i) => [name, tensors[weights.length + i]!]));
      return run(
        mapLeaves(params, (_, path) => given.get(path)!),
        input,
        tap,
      );
    },
  };
}

/** Outputs and intermediates, each with its name. */
function forward({ tensors, run }: Bound, { tap }: Golden): [label: string, tensor: tf.Tensor][] {
  const labels: string[] = [];
  const kept: tf.Tensor[] = [];
  const results = compute((values) => {
    const found = Object.entries(
      run(values, (name, tensor) => {
        if (!tap.has(name)) return;
        labels.push(`tap ${name}`);
        // The module may free it before it returns.
        kept.push(tf.keep(tf.clone(tensor)));
      }),
    );
    labels.push(...found.map(([name]) => `output ${name}`));
    return [...kept, ...found.map(([, tensor]) => tensor)];
  }, tensors);
  // Those of a trace; an eager run gives them as results.
  tf.dispose(kept.filter((tensor) => !results.includes(tensor)));
  return labels.map((label, i) => [label, results[i]!]);
}

/** Gradients of sum(output * cotangent), each with the name of its parameter or input. */
function gradients<S extends SpecTree>(bound: Bound, spec: S, golden: Golden): [name: string, grad: tf.Tensor][] {
  const trained = new Set(leaves(spec).flatMap(([path, { trainable }]) => (trainable ? [path] : [])));
  const places = bound.names.flatMap((name, i) => (trained.has(name) || golden.grad.has(name) ? [i] : []));
  if (places.length === 0) return [];
  const weights = [...golden.input].filter(([name]) => name.startsWith(cotangent));
  const cotangents = weights.map(([, x]) => tensorOf(x));
  const grads = compute(
    (values) => {
      const scalar = (...differentiated: tf.Tensor[]): tf.Scalar => {
        const all = values.slice(0, bound.tensors.length);
        places.forEach((place, i) => (all[place] = differentiated[i]!));
        const outputs = bound.run(all, () => {});
        const terms = weights.map(([name], i) =>
          tf.sum(tf.mul(outputs[name.slice(cotangent.length)]!, values[bound.tensors.length + i]!)),
        );
        return tf.addN(terms) as tf.Scalar;
      };
      return tf.grads(scalar)(places.map((place) => values[place]!));
    },
    [...bound.tensors, ...cotangents],
  );
  tf.dispose(cotangents);
  return places.map((place, i) => [bound.names[place]!, grads[i]!]);
}

/**
 * Expects a module to agree with the PyTorch reference on the engine under test: outputs, intermediates, and the gradients of
 * every trained parameter and of every input that has one in the golden file.
 */
export async function expectConformance<S extends SpecTree>(url: URL, test: ConformanceCase<S>): Promise<void> {
  const bounds = testedBounds({ rtol: test.rtol ?? 1e-4, atol: test.atol ?? 1e-5 });
  const golden = readGolden(url);
  const params = await loadGoldenParams(test.spec, golden);
  const bound = bind(test, golden, params);
  const close = (
    label: string,
    shape: readonly number[],
    values: tf.TypedArray,
    expected: GoldenTensor | undefined,
  ): void => {
    expect(shape, label).toEqual(expected!.shape);
    expectClose(values, expected!.data, { ...bounds, label });
  };

  const found = forward(bound, golden);
  const expected = new Map<string, GoldenTensor>([
    ...[...golden.tap].map(([name, x]) => [`tap ${name}`, x] as const),
    ...[...golden.output].map(([name, x]) => [`output ${name}`, x] as const),
  ]);
  expect([...new Set(found.map(([label]) => label))].toSorted()).toEqual([...expected.keys()].toSorted());
  // Not dataSync, which WebGPU has in browsers alone.
  for (const [label, tensor] of found) close(label, tensor.shape, await tensor.data(), expected.get(label));

  const grads = gradients(bound, test.spec, golden);
  expect(grads.map(([name]) => name).toSorted(), 'gradients').toEqual([...golden.grad.keys()].toSorted());
  const specOf = new Map(leaves(test.spec));
  for (const [name, grad] of grads) {
    const leaf = specOf.get(name);
    const label = `gradient of ${name}`;
    if (leaf) {
      const torch = (await exportParams({ leaf }, { leaf: grad })).get('leaf')!;
      close(label, torch.shape, torch.data, golden.grad.get(name));
    } else close(label, grad.shape, await grad.data(), golden.grad.get(name));
  }
  disposeParams(params);
  tf.dispose([bound.tensors, found.map(([, x]) => x), grads.map(([, x]) => x)]);
}
