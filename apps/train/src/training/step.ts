import * as tf from '@tensorflow/tfjs';
import { jit, type JitOptions, runAll } from '@vividmed/engine';
import { leaves } from '@vividmed/nn';
import { batchSignature, type HostBatch } from './batch.js';
import { differentiate, layout } from './differentiate.js';
import { lossTerms, type LossTerm } from './losses.js';
import type { TrainerOptions } from './options.js';
import { pack, sumPacked } from './packed.js';
import { createPreparer } from './prepare.js';
import { sharesOf } from './shares.js';
import type { ParamStore } from './store.js';
import { remember, type Traced } from './traced.js';
import { updateAll } from './update.js';

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

type Tensors = tf.Tensor[];

const decaysOf = ({ spec }: ParamStore): Map<string, boolean> =>
  new Map(leaves(spec).map(([path, { decay }]) => [path, decay]));

export function createTrainer(options: TrainerOptions): Trainer {
  const { train } = options;
  const { prepare, dispose: disposePreparer } = createPreparer(options);
  const gradients = new Map<string, Traced>();
  const updates = new Map<string, Traced>();

  /** Losses and gradients of a part of a batch: the terms as one vector, then the gradients, packed. */
  const tracePart = (
    store: ParamStore,
    batch: HostBatch,
    names: readonly string[],
    { areListed, ...place }: { areListed: boolean } & Pick<JitOptions, 'thread' | 'threads'>,
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
        return [losses, ...pack(grads.filter((grad) => grad !== undefined))];
      },
      { maxGraphs: 1, ...place },
    );
    return { run, updated };
  };

  /**
   * The update by gradients as `tracePart` gives them for the paths of each part: params, then first, then second moments of the updated paths,
   * in the memory of those that are given, and the norm.
   */
  const traceUpdate = (store: ParamStore, pathsOfParts: readonly string[][], numTensors: readonly number[]): Traced => {
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
        const [step, lr, ...packed] = inputs.slice(3 * count) as [tf.Tensor, tf.Tensor, ...Tensors];
        const parts = numTensors.map((length) => packed.splice(0, length));
        const shapes = new Map(updated.map((path, i) => [path, params[i]!.shape]));
        const grads = sumPacked(parts, pathsOfParts, shapes);
        const entries = updated.map((path, i) => ({
          param: params[i]!,
          m: first[i]!,
          v: second[i]!,
          grad: grads.get(path)!,
          decay: decays.get(path)!,
        }));
        const { norm, states } = updateAll(entries, { step, lr, optimiser: train.optimiser });
        return [...(['param', 'm', 'v'] as const).flatMap((key) => states.map((state) => state[key])), norm];
      },
      // A model has its parameters and moments once, not old and new ones.
      { maxGraphs: 1, donate: Array.from({ length: 3 * count }, (_, i) => i) },
    );
    return { run, updated };
  };

  const allParams = ({ params, trainable, frozen }: ParamStore): Tensors =>
    [...trainable, ...frozen].map((path) => params.get(path)!);

  const step: Trainer['step'] = (store, parts, learningRate, meanwhile) => {
    const shares = sharesOf(parts, train.loss.lmMean);
    const calls = parts.map((batch, p) => {
      const { tensors, areListed } = prepare(store, batch);
      tensors['shares'] = tf.tensor1d(shares[p]!);
      const names = Object.keys(tensors).sort();
      const traced = remember(gradients, `${p} ${parts.length} ${areListed} ${batchSignature(batch)}`, () =>
        tracePart(store, batch, names, {
          areListed,
          ...(parts.length > 1 && { thread: p, threads: parts.length }),
        }),
      );
      return { ...traced, tensors, inputs: [...allParams(store), ...names.map((name) => tensors[name]!)] };
    });
    const found = runAll(calls, meanwhile);
    const pathsOfParts = calls.map(({ updated }) => [...updated]);
    const packed = found.map(([, ...tensors]) => tensors);
    const traced = remember(updates, JSON.stringify(pathsOfParts), () =>
      traceUpdate(
        store,
        pathsOfParts,
        packed.map(({ length }) => length),
      ),
    );
    const { updated } = traced;
    const scalars = [tf.scalar(store.updates + 1), tf.scalar(learningRate)];
    const kinds = [store.params, store.firstMoments, store.secondMoments];
    const outputs = traced.run([
      ...kinds.flatMap((tensors) => updated.map((path) => tensors.get(path)!)),
      ...scalars,
      ...packed.flat(),
    ]);
    const norm = outputs.pop()!;
    kinds.forEach((tensors, k) => updated.forEach((path, i) => tensors.set(path, outputs[k * updated.length + i]!)));
    store.updates += 1;
    const values = found.map(([terms]) => terms!.dataSync());
    const terms = lossTerms.map((term, i) => [term, values.reduce((sum, part) => sum + part[i]!, 0)] as const);
    const total = terms.reduce((sum, [term, value]) => sum + train.loss[term] * value, 0);
    const gradNorm = norm.dataSync()[0]!;
    tf.dispose([norm, ...scalars, ...found.flat(), ...calls.flatMap(({ tensors }) => Object.values(tensors))]);
    return { ...(Object.fromEntries(terms) as Record<LossTerm, number>), total, gradNorm };
  };

  return {
    step,
    dispose: () => {
      disposePreparer();
      for (const traced of [gradients, updates]) {
        for (const { run } of traced.values()) run.dispose();
        traced.clear();
      }
    },
  };
}
