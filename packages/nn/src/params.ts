import * as tf from '@tensorflow/tfjs';
import { createRng, type Rng, VividMedError } from '@vividmed/core';

/** Fills a new parameter: shape -> values in row-major order. */
export type Init = (shape: readonly number[], rng: Rng) => Float32Array;

export interface ParamOptions {
  /** Axes of the PyTorch tensor in the order in which we store them: `[1, 0]` for a linear weight. Identity by default. */
  torchAxes?: readonly number[];
  /** Whether weight decay applies; by default to tensors of rank 2 and more. */
  decay?: boolean;
  /** False for constants such as the Fourier matrix, which are saved with the model and never trained. */
  trainable?: boolean;
}

/** One parameter: the single source for its initialisation, loading, counting, decay and export. */
export class ParamSpec {
  readonly shape: readonly number[];
  readonly init: Init;
  readonly torchAxes: readonly number[];
  readonly decay: boolean;
  readonly trainable: boolean;

  constructor(shape: readonly number[], init: Init, options: ParamOptions = {}) {
    this.shape = shape;
    this.init = init;
    this.torchAxes = options.torchAxes ?? shape.map((_, axis) => axis);
    this.trainable = options.trainable ?? true;
    this.decay = this.trainable && (options.decay ?? shape.length >= 2);
  }

  /** The shape in a PyTorch state dict, which is the shape in our checkpoint files. */
  get torchShape(): number[] {
    const shape: number[] = [];
    this.torchAxes.forEach((torchAxis, axis) => (shape[torchAxis] = this.shape[axis] as number));
    return shape;
  }
}

/** A tree with leaves of type T: parameters have `tf.Tensor`. */
export type Tree<T> = T | { readonly [key: string]: Tree<T> } | readonly Tree<T>[];

/** A tree of specs; the path to a leaf, joined by dots, is the parameter's name in a checkpoint. */
export type SpecTree = Tree<ParamSpec>;

/** The type of a tree of specs with each spec replaced by a U. */
type WithLeaves<S, U> = S extends ParamSpec
  ? U
  : S extends readonly (infer Item)[]
    ? WithLeaves<Item, U>[]
    : { [K in keyof S]: WithLeaves<S[K], U> };

/** The tree of tensors that belongs to a tree of specs. */
export type ParamsOf<S> = WithLeaves<S, tf.Tensor>;

const join = (prefix: string, key: string | number): string => (prefix === '' ? String(key) : `${prefix}.${key}`);

const isLeaf = (node: unknown): boolean => node instanceof ParamSpec || node instanceof tf.Tensor;

/** The leaves of a tree as `[path, leaf]`, depth first, in the order of the keys. */
export function leaves(spec: SpecTree): [string, ParamSpec][];
export function leaves(params: Tree<tf.Tensor>): [string, tf.Tensor][];
export function leaves(tree: object): [string, object][] {
  const walk = (node: object, path: string): [string, object][] =>
    isLeaf(node) ? [[path, node]] : Object.entries(node).flatMap(([key, child]) => walk(child, join(path, key)));
  return walk(tree, '');
}

/** A tree of the same form with each leaf replaced. */
export function mapLeaves<S extends SpecTree, U>(spec: S, fn: (leaf: ParamSpec, path: string) => U): WithLeaves<S, U>;
export function mapLeaves<P extends Tree<tf.Tensor>>(params: P, fn: (leaf: tf.Tensor, path: string) => tf.Tensor): P;
export function mapLeaves(tree: object, fn: (leaf: never, path: string) => unknown): unknown {
  const walk = (node: object, path: string): unknown => {
    if (isLeaf(node)) return fn(node as never, path);
    if (Array.isArray(node)) return node.map((child: object, i) => walk(child, join(path, i)));
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, walk(child, join(path, key))]));
  };
  return walk(tree, '');
}

/** New parameters for a spec. Each draws from a stream named by its path, so adding one leaves the others as they were. */
export function initParams<S extends SpecTree>(spec: S, seed: number): ParamsOf<S> {
  const rng = createRng(seed);
  return mapLeaves(spec, (leaf, path): tf.Tensor => tf.tensor(leaf.init(leaf.shape, rng.fork(path)), [...leaf.shape]));
}

/** The number of values in a spec, without allocating any. Constants are left out. */
export function countParams(spec: SpecTree): number {
  return leaves(spec).reduce((sum, [, leaf]) => sum + (leaf.trainable ? leaf.shape.reduce((a, b) => a * b, 1) : 0), 0);
}

/** Frees every tensor of a tree. */
export function disposeParams(params: Tree<tf.Tensor>): void {
  for (const [, tensor] of leaves(params)) tensor.dispose();
}

/** The node at a dotted path. @throws {VividMedError} `config` when there is none. */
export function getPath(spec: SpecTree, path: string): SpecTree;
export function getPath(params: Tree<tf.Tensor>, path: string): Tree<tf.Tensor>;
export function getPath(tree: object, path: string): unknown {
  let node: unknown = tree;
  for (const key of path.split('.')) {
    node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined;
    if (node === undefined) throw new VividMedError('config', `getPath: no node at "${path}" (nothing at "${key}").`);
  }
  return node;
}
