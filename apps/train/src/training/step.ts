import * as tf from '@tensorflow/tfjs';
import { jit, runAll } from '@vividmed/engine';
import { leaves } from '@vividmed/nn';
import { batchSignature, type HostBatch } from './batch.js';
import { differentiate, layout } from './differentiate.js';
import { lossTerms, type LossTerm } from './losses.js';
import type { TrainerOptions } from './options.js';
import { createPreparer } from './prepare.js';
import { sharesOf } from './shares.js';
import { type ParamStore, replaceTensor } from './store.js';
import { remember, type Traced } from './traced.js';
import { flatten, sumByPath, updateAll } from './update.js';

/** Losses of one step before their weights, their weighted sum, and the norm of the gradient before clipping. */
export type StepLosses = Record<LossTerm | 'total' | 'gradNorm', number>;

/** Makes optimiser steps on a store, with one traced graph per shape of batch. */
export interface Trainer {
  /**
   * One optimiser step, which changes the store. A batch may come in parts, such as its groups of images: their gradients are
   * computed at the same time, each on a processor of its own as far as there are processors, and added up, so that the step is
   * that of the whole batch. `meanwhile` is called while others compute, such as to prepare the next batch.
   */
  step(store: ParamStore, parts: readonly HostBatch[], learningRate: number, meanwhile?: () => void): StepLosses;
  /** Frees the graphs. */
  dispose(): void;
}

const reported = [...lossTerms, 'total', 'gradNorm'] as const;
type Tensors = tf.Tensor[];

const decaysOf = ({ spec }: ParamStore): Map<string, boolean> =>
  new Map(leaves(spec).map(([path, { decay }]) => [path, decay]));

export function createTrainer(options: TrainerOptions): Trainer {
  const { train } = options;
  const { prepare, dispose: disposePreparer } = createPreparer(options);
  const gradients = new Map<string, Traced>();
  const updates = new Map<string, Traced>();

  /** Losses, gradients and update of a batch as one graph. */
  const traceStep = (store: ParamStore, batch: HostBatch, names: readonly string[], areListed: boolean): Traced => {
    const { paths, params, arrays } = layout(store, names);
    const { trainable } = store;
    const decays = decaysOf(store);
    const updated: string[] = [];
    const run = jit(
      (inputs) => {
        const count = trainable.length;
        const first = inputs.slice(paths.length, paths.length + count);
        const second = inputs.slice(paths.length + count, paths.length + 2 * count);
        const rest = paths.length + 2 * count;
        const [step, lr] = [inputs[rest]!, inputs[rest + 1]!];
        const xs = inputs.slice(0, count);
        const given = { weights: () => params(inputs), xs, arrays: arrays(inputs, rest + 2), areListed };
        const { terms, total, grads } = differentiate(options, batch, given);
        const used = xs.flatMap((_, i) => (grads[i] ? [i] : []));
        // Engines without graphs call this function in each step.
        updated.splice(0, updated.length, ...used.map((i) => trainable[i]!));
        const entries = used.map((i) => ({
          param: xs[i]!,
          m: first[i]!,
          v: second[i]!,
          grad: grads[i]!,
          decay: decays.get(trainable[i]!)!,
        }));
        const { norm, states } = updateAll(entries, { step, lr, optimiser: train.optimiser });
        const losses = tf.stack([...terms, total, norm]);
        tf.dispose(terms);
        return [losses, ...states.flatMap(({ param, m, v }) => [param, m, v])];
      },
      { maxGraphs: 1 },
    );
    return { run, updated };
  };

  /** Losses and gradients of a part of a batch: the terms as one vector, then one vector of all gradients. */
  const tracePart = (
    store: ParamStore,
    batch: HostBatch,
    names: readonly string[],
    { areListed, thread, threads }: { areListed: boolean; thread: number; threads: number },
  ): Traced => {
    const { paths, params, arrays } = layout(store, names);
    const { trainable } = store;
    const updated: string[] = [];
    const run = jit(
      (inputs) => {
        const xs = inputs.slice(0, trainable.length);
        const given = { weights: () => params(inputs), xs, arrays: arrays(inputs, paths.length), areListed };
        const { terms, grads } = differentiate(options, batch, given);
        updated.splice(0, updated.length, ...trainable.filter((_, i) => grads[i]));
        const losses = tf.stack(terms);
        tf.dispose(terms);
        return [losses, flatten(grads.filter((grad) => grad !== undefined))];
      },
      { maxGraphs: 1, thread, threads },
    );
    return { run, updated };
  };

  /** The update by gradients as `tracePart` gives them for the paths of each part: the norm, then param, m and v of each path. */
  const traceUpdate = (store: ParamStore, pathsOfParts: readonly string[][]): Traced => {
    const decays = decaysOf(store);
    const isUpdated = new Set(pathsOfParts.flat());
    const updated = store.trainable.filter((path) => isUpdated.has(path));
    const count = updated.length;
    const run = jit(
      (inputs) => {
        const [params, first, second] = [0, 1, 2].map((i) => inputs.slice(i * count, (i + 1) * count)) as [
          Tensors,
          Tensors,
          Tensors,
        ];
        const [step, lr, ...vectors] = inputs.slice(3 * count) as [tf.Tensor, tf.Tensor, ...Tensors];
        const shapes = new Map(updated.map((path, i) => [path, params[i]!.shape]));
        const grads = sumByPath(vectors, pathsOfParts, shapes);
        const entries = updated.map((path, i) => ({
          param: params[i]!,
          m: first[i]!,
          v: second[i]!,
          grad: grads.get(path)!,
          decay: decays.get(path)!,
        }));
        const { norm, states } = updateAll(entries, { step, lr, optimiser: train.optimiser });
        return [norm, ...states.flatMap(({ param, m, v }) => [param, m, v])];
      },
      { maxGraphs: 1 },
    );
    return { run, updated };
  };

  const replaceStates = (store: ParamStore, updated: readonly string[], states: Tensors): void => {
    updated.forEach((path, i) => {
      replaceTensor(store.params, path, states[3 * i]!);
      replaceTensor(store.firstMoments, path, states[3 * i + 1]!);
      replaceTensor(store.secondMoments, path, states[3 * i + 2]!);
    });
    store.updates += 1;
  };

  const allParams = ({ params, trainable, frozen }: ParamStore): Tensors =>
    [...trainable, ...frozen].map((path) => params.get(path)!);

  const stepWhole = (store: ParamStore, batch: HostBatch, learningRate: number): StepLosses => {
    const { tensors, areListed } = prepare(store, batch);
    const names = Object.keys(tensors).sort();
    const traced = remember(updates, `${areListed} ${batchSignature(batch)}`, () =>
      traceStep(store, batch, names, areListed),
    );
    const scalars = [tf.scalar(store.updates + 1), tf.scalar(learningRate)];
    const outputs = traced.run([
      ...allParams(store),
      ...store.trainable.map((path) => store.firstMoments.get(path)!),
      ...store.trainable.map((path) => store.secondMoments.get(path)!),
      ...scalars,
      ...names.map((name) => tensors[name]!),
    ]);
    const [losses, ...states] = outputs as [tf.Tensor, ...Tensors];
    replaceStates(store, traced.updated, states);
    const values = losses.dataSync();
    tf.dispose([losses, ...scalars, ...Object.values(tensors)]);
    return Object.fromEntries(reported.map((name, i) => [name, values[i] as number])) as StepLosses;
  };

  const stepParts = (
    store: ParamStore,
    parts: readonly HostBatch[],
    learningRate: number,
    meanwhile: () => void,
  ): StepLosses => {
    const shares = sharesOf(parts, train.loss.lmMean);
    const calls = parts.map((batch, thread) => {
      const { tensors, areListed } = prepare(store, batch);
      tensors['shares'] = tf.tensor1d(shares[thread]!);
      const names = Object.keys(tensors).sort();
      const traced = remember(gradients, `${thread} ${parts.length} ${areListed} ${batchSignature(batch)}`, () =>
        tracePart(store, batch, names, { areListed, thread, threads: parts.length }),
      );
      return { ...traced, tensors, inputs: [...allParams(store), ...names.map((name) => tensors[name]!)] };
    });
    const found = runAll(calls, meanwhile);
    const pathsOfParts = calls.map(({ updated }) => [...updated]);
    const traced = remember(updates, JSON.stringify(pathsOfParts), () => traceUpdate(store, pathsOfParts));
    const { updated } = traced;
    const scalars = [tf.scalar(store.updates + 1), tf.scalar(learningRate)];
    const [norm, ...states] = traced.run([
      ...[store.params, store.firstMoments, store.secondMoments].flatMap((tensors) =>
        updated.map((path) => tensors.get(path)!),
      ),
      ...scalars,
      ...found.map(([, gradient]) => gradient!),
    ]) as [tf.Tensor, ...Tensors];
    replaceStates(store, updated, states);
    const values = found.map(([terms]) => terms!.dataSync());
    const terms = lossTerms.map((term, i) => [term, values.reduce((sum, part) => sum + part[i]!, 0)] as const);
    const total = terms.reduce((sum, [term, value]) => sum + train.loss[term] * value, 0);
    const gradNorm = norm.dataSync()[0]!;
    tf.dispose([norm, ...scalars, ...found.flat(), ...calls.flatMap(({ tensors }) => Object.values(tensors))]);
    return { ...(Object.fromEntries(terms) as Record<LossTerm, number>), total, gradNorm };
  };

  return {
    step: (store, parts, learningRate, meanwhile = () => {}) => {
      if (parts.length > 1) return stepParts(store, parts, learningRate, meanwhile);
      const losses = stepWhole(store, parts[0]!, learningRate);
      meanwhile();
      return losses;
    },
    dispose: () => {
      disposePreparer();
      for (const traced of [gradients, updates]) {
        for (const { run } of traced.values()) run.dispose();
        traced.clear();
      }
    },
  };
}
