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

/** A tree of specs; the path to a leaf, joined by dots, is the parameter's name in a checkpoint. */
export type SpecTree = ParamSpec | { readonly [key: string]: SpecTree } | readonly SpecTree[];

/** The tree of tensors that belongs to a tree of specs. */
export type ParamsOf<S> = S extends ParamSpec
  ? tf.Tensor
  : S extends readonly (infer Item)[]
    ? ParamsOf<Item>[]
    : { [K in keyof S]: ParamsOf<S[K]> };

/** Any tree with leaves of type T: what the functions below walk over. */
export type Tree<T> = T | { readonly [key: string]: Tree<T> } | readonly Tree<T>[];

function isLeaf(node: unknown): boolean {
  return (
    node instanceof ParamSpec ||
    node instanceof tf.Tensor ||
    typeof node !== 'object' ||
    node === null ||
    ArrayBuffer.isView(node)
  );
}

/** The leaves of a tree as `[path, leaf]`, depth first, in the order of the keys. */
export function leaves<T>(tree: Tree<T>, prefix = ''): [string, T][] {
  if (isLeaf(tree)) return [[prefix, tree as T]];
  const join = (key: string): string => (prefix === '' ? key : `${prefix}.${key}`);
  return Object.entries(tree as object).flatMap(([key, child]) => leaves(child as Tree<T>, join(key)));
}

/** A tree of the same form with each leaf replaced. Where `fn` returns `undefined`, the key is left out. */
export function mapLeaves<T, U>(tree: Tree<T>, fn: (leaf: T, path: string) => U, prefix = ''): Tree<U> {
  if (isLeaf(tree)) return fn(tree as T, prefix);
  const join = (key: string | number): string => (prefix === '' ? String(key) : `${prefix}.${key}`);
  if (Array.isArray(tree)) return tree.map((child: Tree<T>, i) => mapLeaves(child, fn, join(i)));
  return Object.fromEntries(
    Object.entries(tree as Record<string, Tree<T>>)
      .map(([key, child]) => [key, mapLeaves(child, fn, join(key))] as const)
      .filter(([, value]) => value !== undefined),
  ) as Tree<U>;
}

/** New parameters for a spec. Each draws from a stream named by its path, so adding one leaves the others as they were. */
export function initParams<S extends SpecTree>(spec: S, seed: number): ParamsOf<S> {
  const rng = createRng(seed);
  return mapLeaves(spec as Tree<ParamSpec>, (leaf, path) =>
    tf.tensor(leaf.init(leaf.shape, rng.fork(path)), [...leaf.shape]),
  ) as ParamsOf<S>;
}

/** The number of values in a spec, without allocating any. Constants are left out. */
export function countParams(spec: SpecTree): number {
  return leaves(spec as Tree<ParamSpec>).reduce(
    (sum, [, leaf]) => sum + (leaf.trainable ? leaf.shape.reduce((a, b) => a * b, 1) : 0),
    0,
  );
}

/** Frees every tensor of a tree. */
export function disposeParams(params: Tree<tf.Tensor>): void {
  for (const [, tensor] of leaves(params)) tensor.dispose();
}

/** The node at a dotted path. @throws {VividMedError} `config` when there is none. */
export function getPath<T>(tree: Tree<T>, path: string): Tree<T> {
  let node: unknown = tree;
  for (const key of path.split('.')) {
    node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined;
    if (node === undefined) throw new VividMedError('config', `getPath: no node at "${path}" (nothing at "${key}").`);
  }
  return node as Tree<T>;
}
