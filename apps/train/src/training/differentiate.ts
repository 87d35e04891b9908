import * as tf from '@tensorflow/tfjs';
import type { VividMedParams } from '@vividmed/vlm';
import type { EncoderParams } from '../encoders/heads.js';
import type { HostBatch } from './batch.js';
import { type Arrays, batchLosses, encoderLosses, lossTerms } from './losses.js';
import type { TrainerOptions } from './options.js';
import { joinParams, type ParamStore } from './store.js';

/** Inputs in a fixed order, and the way back from them to names. */
export function layout(store: ParamStore, names: readonly string[]) {
  const paths = [...store.trainable, ...store.frozen];
  return {
    paths,
    // A store knows its spec as any tree; that of a trainer is of the whole model, with heads where encoders are trained.
    params: (inputs: readonly tf.Tensor[]): VividMedParams | EncoderParams =>
      joinParams(store.spec, new Map(paths.map((path, i) => [path, inputs[i] as tf.Tensor]))) as VividMedParams,
    arrays: (inputs: readonly tf.Tensor[], at: number): Arrays =>
      Object.fromEntries(names.map((name, i) => [name, inputs[at + i] as tf.Tensor])),
  };
}

interface Differentiated {
  weights: () => VividMedParams | EncoderParams;
  /** What gradients are for. */
  xs: readonly tf.Tensor[];
  arrays: Arrays;
  areListed: boolean;
}

/** Losses of a batch and the gradients of their weighted sum; no gradient where a parameter has no part in it. */
export function differentiate(
  { model, train, modules = {} }: Pick<TrainerOptions, 'model' | 'train' | 'modules'>,
  { groups }: HostBatch,
  { weights, xs, arrays, areListed }: Differentiated,
): { terms: tf.Tensor[]; total: tf.Tensor; grads: (tf.Tensor | undefined)[] } {
  let terms: tf.Tensor[] = [];
  const { value: total, grads } = tf.engine().gradients(
    () => {
      const params = weights();
      const losses =
        'heads' in params
          ? encoderLosses(params, model, arrays, groups, modules)
          : batchLosses(params, model, arrays, groups, { weights: train.loss, modules, areListed });
      const shares = arrays['shares'] && tf.unstack(arrays['shares']);
      terms = lossTerms.map((term, i) => tf.keep(shares ? tf.mul(losses[term], shares[i]!) : losses[term]));
      return terms
        .map((term, i) => tf.mul(term, train.loss[lossTerms[i]!]))
        .reduce((a, b) => tf.add(a, b)) as tf.Scalar;
    },
    [...xs],
    undefined,
    true,
  );
  return { terms, total, grads };
}
