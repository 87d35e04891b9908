import * as tf from '@tensorflow/tfjs';
import { leaves, linear, mapLeaves, type ParamsOf, type Tree } from '@vividmed/nn';
import type { LanguageConfig } from '../language/config.js';
import { decodeStep, growCache } from '../language/decode.js';
import { type LanguageParams, languageModel, type lmHeadSpec, rowsAt } from '../language/language-model.js';
import type { LayerCache } from '../language/layer.js';

/** Makes a faster function of a pure one, as `jit` of `@vividmed/engine` does. */
export type Compile = (fn: (inputs: tf.Tensor[]) => tf.Tensor[]) => (inputs: readonly tf.Tensor[]) => tf.Tensor[];

/** What generation needs of the model's parameters. */
export interface TextParams {
  model: LanguageParams;
  lm_head: ParamsOf<ReturnType<typeof lmHeadSpec>>;
}

/** State after a token: what predicts the next one, what a phrase is prompted with, and the cache. All owned by the caller. */
export interface DecoderState {
  /** [B, V]. */
  logits: tf.Tensor;
  /** [B, C]. */
  hidden: tf.Tensor;
  cache: LayerCache[];
}

export interface Decoder {
  /** Reads prompts: ids and positions int32 [B, S], the last token's flattened index int32 [B], images per group of rows. */
  prefill(
    params: TextParams,
    input: { ids: tf.Tensor; positions: tf.Tensor; last: tf.Tensor; images: readonly tf.Tensor[] },
  ): DecoderState;
  /** Reads one more token per row; ids, positions and slots int32 [B]. */
  step(
    params: TextParams,
    input: { ids: tf.Tensor; positions: tf.Tensor; slots: tf.Tensor; cache: readonly LayerCache[] },
  ): DecoderState;
  /** The cache with `bucket` more entries. */
  grow(cache: readonly LayerCache[]): LayerCache[];
}

const plain: Compile = (fn) => (inputs) => tf.tidy(() => fn([...inputs]));

const flatten = (cache: readonly LayerCache[]): tf.Tensor[] => cache.flatMap(({ keys, values }) => [keys, values]);

const unflatten = (tensors: readonly tf.Tensor[]): LayerCache[] =>
  Array.from({ length: tensors.length / 2 }, (_, i) => ({
    keys: tensors[2 * i]!,
    values: tensors[2 * i + 1]!,
  }));

const state = ([logits, hidden, ...cache]: tf.Tensor[]): DecoderState => ({
  logits: logits!,
  hidden: hidden!,
  cache: unflatten(cache),
});

/**
 * The three functions that generation calls, each of tensors alone so that it can be compiled once per set of shapes.
 * Parameters are inputs: the same compiled functions serve a model while it is trained.
 */
export function createDecoder(
  config: LanguageConfig,
  { compile = plain, bucket = 64 }: { compile?: Compile; bucket?: number } = {},
): Decoder {
  let tree: TextParams;
  const flatParams = ({ model, lm_head }: TextParams): tf.Tensor[] => {
    const { embed_tokens, layers, norm } = model;
    tree = { model: { embed_tokens, layers, norm }, lm_head };
    return leaves(tree as unknown as Tree<tf.Tensor>).map(([, leaf]) => leaf);
  };
  /** The parameters at the front of the inputs, as a tree, and the inputs behind them. */
  const take = (inputs: tf.Tensor[]): { params: TextParams; rest: tf.Tensor[] } => {
    let used = 0;
    const params = mapLeaves(tree as unknown as Tree<tf.Tensor>, () => inputs[used++]!);
    return { params: params as unknown as TextParams, rest: inputs.slice(used) };
  };
  const prefill = compile((inputs) => {
    const { params, rest } = take(inputs);
    const [ids, positions, last, ...images] = rest as [tf.Tensor, tf.Tensor, tf.Tensor];
    const length = ids.shape[1]!;
    const { hidden, cache } = languageModel(params.model, config, { ids, positions, images }, { keepCache: true });
    const at = rowsAt(hidden, last);
    const room = (Math.floor(length / bucket) + 1) * bucket;
    return [linear(params.lm_head, at), at, ...flatten(growCache(cache, room))];
  });
  const step = compile((inputs) => {
    const { params, rest } = take(inputs);
    const [ids, positions, slots, ...cache] = rest as [tf.Tensor, tf.Tensor, tf.Tensor];
    const next = decodeStep(params, config, { ids, positions, slots, cache: unflatten(cache) });
    return [next.logits, next.hidden, ...flatten(next.cache)];
  });
  const grow = compile((inputs) => flatten(growCache(unflatten(inputs), inputs[0]!.shape[2]! + bucket)));
  return {
    prefill: (params, { ids, positions, last, images }) =>
      state(prefill([...flatParams(params), ids, positions, last, ...images])),
    step: (params, { ids, positions, slots, cache }) =>
      state(step([...flatParams(params), ids, positions, slots, ...flatten(cache)])),
    grow: (cache) => unflatten(grow(flatten(cache))),
  };
}
