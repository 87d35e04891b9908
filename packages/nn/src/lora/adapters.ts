import * as tf from '@tensorflow/tfjs';
import { createRng, VividMedError } from '@vividmed/core';
import type { LinearParams, LoraNode } from '../layers/linear.js';
import { initParams, type ParamsOf, type SpecTree } from '../params.js';
import { linearNodes, loraNodeSpec, type LoraOptions, loraTargets } from './spec.js';

/** Adapters by the path of their layer. It is a tree, so `disposeParams` frees it. */
export type LoraAdapters = Record<string, LoraNode>;

const isLinear = (node: object): node is LinearParams => {
  const weight = (node as { weight?: unknown }).weight;
  return weight instanceof tf.Tensor && weight.rank === 2;
};

/** The tree with each matrix layer replaced; all else is shared. */
function mapLinears<P>(params: P, replace: (layer: LinearParams, path: string) => LinearParams): P {
  const walk = (node: unknown, path: string): unknown => {
    if (typeof node !== 'object' || node === null || node instanceof tf.Tensor) return node;
    const join = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
    if (Array.isArray(node)) return node.map((child, i) => walk(child, join(i)));
    if (isLinear(node)) return replace(node, path);
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, walk(child, join(key))]));
  };
  return walk(params, '') as P;
}

/** New adapters for the chosen layers of a spec; `lora_B` is 0, so that nothing changes at first. The caller owns them. */
export function initLora(spec: SpecTree, options: LoraOptions & { seed: number }): LoraAdapters {
  const layers = linearNodes(spec);
  const paths = loraTargets(spec, options.targets);
  // The keys are those of `loraSpec`, and so are the random streams.
  const specs = Object.fromEntries(paths.map((path) => [`${path}.lora`, loraNodeSpec(layers.get(path)!, options)]));
  const nodes = initParams(specs, options.seed);
  return Object.fromEntries(paths.map((path) => [path, nodes[`${path}.lora`]!]));
}

/**
 * Parameters with adapters beside their layers: a new tree over the same tensors.
 *
 * @throws {VividMedError} `shape` that lists every adapter without a layer of its shape.
 */
export function attachLora<P>(params: P, adapters: LoraAdapters): P {
  const waiting = new Map(Object.entries(adapters));
  const attached = mapLinears(params, (layer, path) => {
    const lora = waiting.get(path);
    const fits =
      lora && lora.lora_A.shape[0] === layer.weight.shape[0] && lora.lora_B.shape[1] === layer.weight.shape[1];
    if (!fits) return layer;
    waiting.delete(path);
    return { ...layer, lora };
  });
  if (waiting.size > 0) {
    const lost = [...waiting].map(([path, { lora_A, lora_B }]) => `${path} [${lora_A.shape[0]}, ${lora_B.shape[1]}]`);
    throw new VividMedError(
      'shape',
      `attachLora: expected a layer for each adapter, found none for ${lost.join(', ')}.`,
    );
  }
  return attached;
}

/**
 * Parameters with new adapters beside the layers that the globs choose: a new tree that shares the frozen tensors. The
 * adapters alone are new; `extractLora` gives them by path. Its spec is `loraSpec(spec, options)`.
 *
 * @throws {VividMedError} `config` for a glob that matches no linear layer.
 */
export const addLora = <S extends SpecTree>(
  spec: S,
  params: ParamsOf<S>,
  options: LoraOptions & { seed: number },
): ParamsOf<S> => attachLora(params, initLora(spec, options));

/** The adapters of a tree by the path of their layer; the tensors are shared. */
export function extractLora(params: unknown): LoraAdapters {
  const adapters: LoraAdapters = {};
  mapLinears(params, (layer, path) => {
    if (layer.lora) adapters[path] = layer.lora;
    return layer;
  });
  return adapters;
}

/** The tree without dropout, as it is evaluated; the tensors are shared. */
export const withoutDropout = <P>(params: P): P =>
  mapLinears(params, (layer) => {
    if (!layer.lora?.dropout) return layer;
    const { dropout: _, ...lora } = layer.lora;
    return { ...layer, lora };
  });

/** The number in [0, 2 pi) that a layer's `dropout.seed` holds in one step: the same for the same run, step and path. */
export const dropoutSeed = (seed: number, step: number, path: string): number =>
  createRng(seed)
    .fork(`dropout ${step} ${path}`)
    .uniform(0, 2 * Math.PI);

const product = ({ lora_A, lora_B, scale }: LoraNode): tf.Tensor =>
  tf.mul(tf.matMul(lora_A as tf.Tensor2D, lora_B as tf.Tensor2D), scale);

/**
 * Parameters with the adapters added into the weights, W + scale A B, and no adapters beside them. The merged weights are
 * new tensors; all others are shared.
 */
export const mergeLora = <P>(params: P): P =>
  mapLinears(params, ({ lora, ...layer }) =>
    lora ? { ...layer, weight: tf.tidy(() => tf.add(layer.weight, product(lora))) } : layer,
  );

/**
 * Undoes `mergeLora`, but for rounding: takes the adapters out of the weights and puts them beside. The weights of these
 * layers are new tensors; all others are shared.
 *
 * @throws {VividMedError} `shape` that lists every adapter without a layer of its shape.
 */
export const unmergeLora = <P>(merged: P, adapters: LoraAdapters): P =>
  mapLinears(attachLora(merged, adapters), (layer, path) => {
    const lora = adapters[path];
    return lora ? { ...layer, weight: tf.tidy(() => tf.sub(layer.weight, product(lora))) } : layer;
  });
