import * as tf from '@tensorflow/tfjs';
import { type AdamWState, adamwUpdate, clipFactor, globalNorm } from '@vividmed/nn';
import type { TrainConfig } from '../config.js';

type Tensors = tf.Tensor[];

/** Tensors end to end as one vector. */
export const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor => tf.concat(tensors.map((x) => tf.reshape(x, [-1])));

/** The tensors that `flatten` joined. */
export const unflatten = (vector: tf.Tensor, shapes: readonly (readonly number[])[]): tf.Tensor[] =>
  tf
    .split(
      vector,
      shapes.map((shape) => shape.reduce((a, b) => a * b, 1)),
    )
    .map((part, i) => tf.reshape(part, shapes[i] as number[]));

/** A parameter to update. */
export interface Updated extends AdamWState {
  grad: tf.Tensor;
  decay: boolean;
}

/** What all parameters of a step share; numbers are scalars. */
export interface UpdateOptions {
  step: tf.Tensor;
  lr: tf.Tensor;
  optimiser: TrainConfig['optimiser'];
}

/**
 * Clips gradients by their global norm and updates parameters by AdamW. All parameters of one kind are updated as one vector: a
 * thousand small operations would cost more than the copy.
 */
export function updateAll(
  updated: readonly Updated[],
  { step, lr, optimiser }: UpdateOptions,
): { norm: tf.Tensor; states: AdamWState[] } {
  const groups = [true, false]
    .map((decay) => ({ decay, members: updated.filter((entry) => entry.decay === decay) }))
    .filter(({ members }) => members.length > 0)
    .map((group) => ({ ...group, grad: flatten(group.members.map(({ grad }) => grad)) }));
  const norm = globalNorm(groups.map(({ grad }) => grad));
  const gradScale = clipFactor(norm, optimiser.clipNorm);
  const states = new Map<Updated, AdamWState>();
  for (const { decay, members, grad } of groups) {
    const joined = (key: 'param' | 'm' | 'v'): tf.Tensor => flatten(members.map((entry) => entry[key]));
    const made = adamwUpdate(
      { param: joined('param'), m: joined('m'), v: joined('v'), grad, gradScale, step, lr, decay },
      optimiser,
    );
    const shapes = members.map(({ param }) => param.shape);
    const [params, ms, vs] = [made.param, made.m, made.v].map((x) => unflatten(x, shapes)) as [
      Tensors,
      Tensors,
      Tensors,
    ];
    members.forEach((entry, i) => states.set(entry, { param: params[i]!, m: ms[i]!, v: vs[i]! }));
  }
  return { norm, states: updated.map((entry) => states.get(entry)!) };
}
