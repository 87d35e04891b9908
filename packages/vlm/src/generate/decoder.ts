import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import { type Compile, compileModel, linear, type ParamsOf, uncompiled } from '@vividmed/nn';
import type { LanguageConfig } from '../language/config.js';
import { appendRecent, type DecodeCache, decodeStep, emptyRecent, writeRecent } from '../language/decode.js';
import { type LanguageParams, languageModel, type lmHeadSpec, rowsAt } from '../language/language-model.js';
import type { LayerCache } from '../language/layer.js';

/** What generation needs of the model's parameters. */
export type TextParams = {
  model: LanguageParams;
  lm_head: ParamsOf<ReturnType<typeof lmHeadSpec>>;
};

/** State after a token: what predicts the next one, what a phrase is prompted with, and the cache. Freed by `freeState`. */
export interface DecoderState {
  /** [B, V]. */
  logits: tf.Tensor;
  /** [B, C]. */
  hidden: tf.Tensor;
  cache: DecodeCache;
  /** Tokens of each row's prompt. */
  readonly lengths: readonly number[];
  /** Entries of the cache that hold prompts, padding included. */
  readonly promptRoom: number;
  /** Tokens read after the prompts, the same for all rows. */
  numRead: number;
}

export interface Decoder {
  /** Reads prompts: ids and positions int32 [B, S], S a multiple of the bucket, images per group of rows. */
  prefill(
    params: TextParams,
    input: { ids: tf.Tensor; positions: tf.Tensor; lengths: readonly number[]; images: readonly tf.Tensor[] },
  ): DecoderState;
  /** Reads one more token per row and puts the state after it in the place of the one before. */
  step(params: TextParams, state: DecoderState, input: { ids: readonly number[]; positions: readonly number[] }): void;
  /** Frees what was compiled. */
  dispose(): void;
}

const flatten = (cache: readonly LayerCache[]): tf.Tensor[] => cache.flatMap(({ keys, values }) => [keys, values]);

const unflatten = (tensors: readonly tf.Tensor[]): LayerCache[] =>
  Array.from({ length: tensors.length / 2 }, (_, i) => ({
    keys: tensors[2 * i]!,
    values: tensors[2 * i + 1]!,
  }));

const bothOf = (tensors: readonly tf.Tensor[]): DecodeCache => ({
  past: unflatten(tensors.slice(0, tensors.length / 2)),
  recent: unflatten(tensors.slice(tensors.length / 2)),
});

const int32 = (values: readonly number[]): tf.Tensor => tf.tensor1d([...values], 'int32');

export function freeState({ logits, hidden, cache: { past, recent } }: DecoderState): void {
  tf.dispose([logits, hidden, ...flatten(past), ...flatten(recent)]);
}

const hiddenScore = -1e9;

/** What hides the padding of prompts and the entries not yet written, [B, T + R]. */
function scoreBias({ lengths, promptRoom, numRead, cache }: DecoderState): tf.Tensor {
  const pastLength = cache.past[0]!.keys.shape[2]!;
  const size = cache.recent[0]!.keys.shape[2]!;
  const slot = numRead % size;
  const width = pastLength + size;
  const bias = new Float32Array(lengths.length * width).fill(hiddenScore);
  lengths.forEach((length, b) => {
    const row = bias.subarray(b * width, (b + 1) * width);
    row.fill(0, 0, length);
    row.fill(0, promptRoom, promptRoom + numRead - slot);
    row.fill(0, pastLength, pastLength + slot + 1);
  });
  return tf.tensor(bias, [lengths.length, width]);
}

/**
 * What generation calls, each a function of tensors alone so that it can be compiled once per set of shapes. Caches grow
 * by `bucket` entries, and a quarter of it is what steps write into.
 */
export function createDecoder(
  config: LanguageConfig,
  { compile = uncompiled, bucket = 64 }: { compile?: Compile; bucket?: number } = {},
): Decoder {
  check(
    Number.isInteger(bucket / 4) && bucket > 0,
    'config',
    `generate: expected a bucket that is a multiple of 4, found ${bucket}.`,
  );
  const recentSize = bucket / 4;
  const prefill = compileModel<TextParams>(compile, (params, inputs) => {
    const [ids, positions, last, ...images] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor];
    const { hidden, cache } = languageModel(params.model, config, { ids, positions, images }, { keepCache: true });
    const at = rowsAt(hidden, last);
    return [linear(params.lm_head, at), at, ...flatten(cache)];
  });
  const step = compileModel<TextParams>(compile, (params, inputs) => {
    const [ids, positions, slot, bias, ...cache] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const next = decodeStep(params, config, { ids, positions, slot, bias, cache: bothOf(cache) });
    return [next.logits, next.hidden, ...flatten(next.recent)];
  });
  const append = compile((inputs) => flatten(appendRecent(bothOf(inputs), bucket - recentSize)));
  const write = compile(([block, ...cache]) => flatten(writeRecent(bothOf(cache), block!)));

  /** Moves a full `recent` to `past`. */
  const settle = (state: DecoderState): void => {
    if (state.numRead === 0 || state.numRead % recentSize !== 0) return;
    const { past, recent } = state.cache;
    const both = [...flatten(past), ...flatten(recent)];
    const at = state.promptRoom + state.numRead - recentSize;
    const block = int32([at / recentSize]);
    const longer = at < past[0]!.keys.shape[2]! ? write([block, ...both]) : append(both);
    tf.dispose([block, ...flatten(past)]);
    state.cache = { past: unflatten(longer), recent };
  };

  return {
    prefill: (params, { ids, positions, lengths, images }) => {
      const promptRoom = ids.shape[1]!;
      const { embed_tokens, layers, norm } = params.model;
      const last = int32(lengths.map((length, b) => b * promptRoom + length - 1));
      const text = { model: { embed_tokens, layers, norm }, lm_head: params.lm_head };
      const [logits, hidden, ...cache] = prefill(text, [ids, positions, last, ...images]);
      last.dispose();
      const past = unflatten(cache);
      const recent = emptyRecent(past, recentSize);
      return { logits: logits!, hidden: hidden!, cache: { past, recent }, lengths, promptRoom, numRead: 0 };
    },
    step: (params, state, { ids, positions }) => {
      settle(state);
      const { embed_tokens, layers, norm } = params.model;
      const text = { model: { embed_tokens, layers, norm }, lm_head: params.lm_head };
      const { past, recent } = state.cache;
      const inputs = [int32(ids), int32(positions), int32([state.numRead % recentSize]), scoreBias(state)];
      const [logits, hidden, ...fresh] = step(text, [...inputs, ...flatten(past), ...flatten(recent)]);
      tf.dispose([inputs, state.logits, state.hidden, ...flatten(recent)]);
      Object.assign(state, { logits, hidden, cache: { past, recent: unflatten(fresh) } });
      state.numRead += 1;
    },
    dispose: () => {
      for (const compiled of [prefill, step, append, write]) compiled.dispose?.();
    },
  };
}
