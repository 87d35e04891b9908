import * as tf from '@tensorflow/tfjs';
import { leaves, mapLeaves, partition, type SpecTree, type Tree } from '@vividmed/nn';

/** The parameters of a run by path, with the moments of those that are trained. */
export interface ParamStore {
  spec: SpecTree;
  /** Every parameter. */
  params: Map<string, tf.Tensor>;
  /** Paths that the optimiser changes, in the order of the spec; the others are frozen. */
  trainable: string[];
  frozen: string[];
  /** AdamW's moments of each trainable path. */
  firstMoments: Map<string, tf.Tensor>;
  secondMoments: Map<string, tf.Tensor>;
  /** Updates made so far. */
  updates: number;
}

/**
 * A store over `params`, which it owns from now on. Moments start at zero.
 *
 * @throws {VividMedError} `config` for a glob that matches no parameter.
 */
export function createStore(spec: SpecTree, params: Tree<tf.Tensor>, globs: readonly string[]): ParamStore {
  const specs = new Map(leaves(spec));
  const { trainable } = partition([...specs.keys()], globs);
  const chosen = trainable.filter((path) => specs.get(path)!.trainable);
  const isChosen = new Set(chosen);
  const byPath = new Map(leaves(params));
  const zeros = (): Map<string, tf.Tensor> =>
    new Map(chosen.map((path) => [path, tf.fill(specs.get(path)!.shape as number[], 0)]));
  return {
    spec,
    params: byPath,
    trainable: chosen,
    frozen: [...specs.keys()].filter((path) => !isChosen.has(path)),
    firstMoments: zeros(),
    secondMoments: zeros(),
    updates: 0,
  };
}

/** The tree of a spec with the tensors of these paths. */
export function joinParams(spec: SpecTree, tensors: ReadonlyMap<string, tf.Tensor>): Tree<tf.Tensor> {
  return mapLeaves(spec, (_, path) => tensors.get(path) as tf.Tensor);
}

/** The parameters as the tree that model functions take. The store still owns them. */
export const storeTree = (store: ParamStore): Tree<tf.Tensor> => joinParams(store.spec, store.params);

/** Puts a new tensor in place of the old one, which is freed. */
export function replaceTensor(tensors: Map<string, tf.Tensor>, path: string, tensor: tf.Tensor): void {
  tensors.get(path)?.dispose();
  tensors.set(path, tensor);
}

/** Frees the moments; the parameters stay. */
export function disposeMoments(store: ParamStore): void {
  for (const moments of [store.firstMoments, store.secondMoments]) {
    for (const tensor of moments.values()) tensor.dispose();
    moments.clear();
  }
}

/** Frees every tensor of the store. */
export function disposeStore(store: ParamStore): void {
  disposeMoments(store);
  for (const tensor of store.params.values()) tensor.dispose();
  store.params.clear();
}
