import type * as tf from '@tensorflow/tfjs';
import { type AdamWState, adamwUpdate, clipFactor, globalNorm } from '@vividmed/nn';
import type { TrainConfig } from '../config.js';
import { flatten, isLarge, unflatten } from './packed.js';

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
 * Clips gradients by their global norm and updates parameters by AdamW. Small parameters of one kind are updated as one vector, since
 * many small operations would cost more than the copy; large ones by themselves, where the copy would be what costs.
 */
export function updateAll(
  updated: readonly Updated[],
  { step, lr, optimiser }: UpdateOptions,
): { norm: tf.Tensor; states: AdamWState[] } {
  const large = updated.filter(({ param }) => isLarge(param.shape));
  const small = updated.filter(({ param }) => !isLarge(param.shape));
  const joined = [true, false]
    .map((decay) => small.filter((entry) => entry.decay === decay))
    .filter((members) => members.length > 0)
    .map((members) => ({ members, entry: join(members) }));
  const entries = [...large, ...joined.map(({ entry }) => entry)];
  const norm = globalNorm(entries.map(({ grad }) => grad));
  const gradScale = clipFactor(norm, optimiser.clipNorm);
  const states = new Map(
    entries.map((entry) => [entry, adamwUpdate({ ...entry, gradScale, step, lr }, optimiser)] as const),
  );
  for (const { members, entry } of joined) {
    const shapes = members.map(({ param }) => param.shape);
    const { param, m, v } = states.get(entry)!;
    const [params, ms, vs] = [param, m, v].map((x) => unflatten(x, shapes)) as [tf.Tensor[], tf.Tensor[], tf.Tensor[]];
    members.forEach((member, i) => states.set(member, { param: params[i]!, m: ms[i]!, v: vs[i]! }));
  }
  return { norm, states: updated.map((entry) => states.get(entry)!) };
}

/** Parameters of one kind as one. */
function join(members: readonly Updated[]): Updated {
  const [param, m, v, grad] = (['param', 'm', 'v', 'grad'] as const).map((key) =>
    flatten(members.map((entry) => entry[key])),
  ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  return { param, m, v, grad, decay: members[0]!.decay };
}
