import * as tf from '@tensorflow/tfjs';
import { type AdamWState, adamwUpdate, clipFactor, globalNorm } from '@vividmed/nn';
import type { TrainConfig } from '../config.js';

type Tensors = tf.Tensor[];

/** Tensors end to end as one vector. */
export const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor => tf.concat(tensors.map((x) => tf.reshape(x, [-1])));

/** The tensors that `flatten` joined. */
const unflatten = (vector: tf.Tensor, shapes: readonly (readonly number[])[]): tf.Tensor[] =>
  tf
    .split(
      vector,
      shapes.map((shape) => shape.reduce((a, b) => a * b, 1)),
    )
    .map((part, i) => tf.reshape(part, shapes[i] as number[]));

/** Parameters of fewer numbers are updated together. */
const smallSize = 32_768;

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
  const large = updated.filter(({ param }) => param.size >= smallSize);
  const small = updated.filter(({ param }) => param.size < smallSize);
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
    const [params, ms, vs] = [param, m, v].map((x) => unflatten(x, shapes)) as [Tensors, Tensors, Tensors];
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

/** Sums of gradients by path, from one vector for each part of a batch with those of its paths. */
export function sumByPath(
  gradients: Tensors,
  pathsOfParts: readonly string[][],
  shapes: ReadonlyMap<string, number[]>,
): Map<string, tf.Tensor> {
  const [first, ...rest] = pathsOfParts as [string[], ...string[][]];
  const named = (vector: tf.Tensor, paths: readonly string[]): [string, tf.Tensor][] => {
    const parts = unflatten(
      vector,
      paths.map((path) => shapes.get(path)!),
    );
    return paths.map((path, i) => [path, parts[i]!]);
  };
  // Most often all parts have gradients for the same parameters: then one sum does.
  if (rest.every((paths) => paths.join() === first.join())) {
    return new Map(
      named(
        gradients.reduce((a, b) => tf.add(a, b)),
        first,
      ),
    );
  }
  const sums = new Map<string, tf.Tensor>();
  gradients.forEach((vector, p) => {
    for (const [path, grad] of named(vector, pathsOfParts[p]!)) {
      const before = sums.get(path);
      sums.set(path, before ? tf.add(before, grad) : grad);
    }
  });
  return sums;
}
