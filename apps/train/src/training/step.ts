import * as tf from '@tensorflow/tfjs';
import { jit, type Jitted } from '@vividmed/engine';
import { type AdamWState, adamwUpdate, clipByGlobalNorm, leaves } from '@vividmed/nn';
import type { Assign } from '@vividmed/matcher';
import type { VividMedConfig, VividMedModules, VividMedParams } from '@vividmed/vlm';
import type { TrainConfig } from '../config.js';
import type { EncoderParams } from '../encoders/heads.js';
import { assignQueries, type GroupPrediction, type GroupTargets, listBoxes } from './assignment.js';
import { batchSignature, groupKey, type HostArray, type HostBatch, toTensors } from './batch.js';
import { maxListedQueries } from './graph-assignment.js';
import { type Arrays, batchLosses, encoderLosses, lossTerms, type LossTerm, runModel } from './losses.js';
import { joinParams, type ParamStore, replaceTensor } from './store.js';

/** Losses of one step before their weights, their weighted sum, and the norm of the gradient before clipping. */
export type StepLosses = Record<LossTerm | 'total' | 'gradNorm', number>;

export interface TrainerOptions {
  model: VividMedConfig;
  train: Pick<TrainConfig, 'loss' | 'optimiser'>;
  /** Solver of the assignment; munkres-js by default. */
  assign?: Assign;
  /** Parts of the model to replace. */
  modules?: Partial<VividMedModules>;
}

/** Makes optimiser steps on a store, with one traced graph per shape of batch. */
export interface Trainer {
  /** One optimiser step, which changes the store. */
  step(store: ParamStore, batch: HostBatch, learningRate: number): StepLosses;
  /** Frees the graphs. */
  dispose(): void;
}

const reported = [...lossTerms, 'total', 'gradNorm'] as const;
/** Graphs kept per kind: a stage meets about a dozen shapes. */
const maxGraphs = 32;

/** A traced function of a store and a batch, and what its outputs are. */
interface Traced {
  run: Jitted;
  /** Paths that get a gradient from this shape of batch, in the order of the outputs. */
  updated: string[];
}

type Tensors = tf.Tensor[];

/** Tensors end to end as one vector. */
const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor => tf.concat(tensors.map((x) => tf.reshape(x, [-1])));

/** The tensors that `flatten` joined. */
const unflatten = (vector: tf.Tensor, shapes: readonly number[][]): tf.Tensor[] =>
  tf
    .split(
      vector,
      shapes.map((shape) => shape.reduce((a, b) => a * b, 1)),
    )
    .map((part, i) => tf.reshape(part, shapes[i]!));

/** Targets by the names of their arrays. */
const targetArrays = (batch: HostBatch, targets: readonly GroupTargets[]): Record<string, HostArray> =>
  Object.fromEntries(
    targets.flatMap((arrays, g) =>
      batch.groups[g]!.numPrompts === 0
        ? []
        : Object.entries(arrays).map(([key, array]) => [groupKey(g, key as keyof GroupTargets), array as HostArray]),
    ),
  );

/** Least recently used entries leave when there are too many. */
function remember<T extends { run: Jitted }>(traced: Map<string, T>, key: string, make: () => T): T {
  const entry = traced.get(key) ?? make();
  traced.delete(key);
  traced.set(key, entry);
  for (const [oldest, { run }] of traced) {
    if (traced.size <= maxGraphs) break;
    run.dispose();
    traced.delete(oldest);
  }
  return entry;
}

export function createTrainer({ model, train, assign, modules = {} }: TrainerOptions): Trainer {
  const forward = new Map<string, { run: Jitted }>();
  const update = new Map<string, Traced>();

  /** Inputs in a fixed order, and the way back from them to names. */
  const layout = (store: ParamStore, names: readonly string[]) => {
    const paths = [...store.trainable, ...store.frozen];
    return {
      paths,
      // A store knows its spec as any tree; that of a trainer is of the whole model, with heads where encoders are trained.
      params: (inputs: readonly tf.Tensor[]): VividMedParams | EncoderParams =>
        joinParams(store.spec, new Map(paths.map((path, i) => [path, inputs[i] as tf.Tensor]))) as VividMedParams,
      arrays: (inputs: readonly tf.Tensor[], at: number): Arrays =>
        Object.fromEntries(names.map((name, i) => [name, inputs[at + i] as tf.Tensor])),
    };
  };

  /** Boxes and presence scores of every prompt, for the matcher. */
  const predict = (store: ParamStore, batch: HostBatch, tensors: Arrays): GroupPrediction[] => {
    const names = Object.keys(tensors)
      .filter((name) => name === 'ids' || name === 'positions' || /\.(?:image|hiddenIndex|imageIndex)$/.test(name))
      .sort();
    const { paths, params, arrays } = layout(store, names);
    const { run } = remember(forward, batchSignature(batch), () => ({
      run: jit(
        (inputs) =>
          runModel(params(inputs), model, arrays(inputs, paths.length), batch.groups, modules).localised.flatMap(
            (found) => (found ? [found.boxes, found.presenceLogits] : []),
          ),
        { maxGraphs: 1 },
      ),
    }));
    const outputs = run([...paths.map((path) => store.params.get(path)!), ...names.map((name) => tensors[name]!)]);
    const values = outputs.map((output) => output.dataSync() as Float32Array);
    for (const output of outputs) output.dispose();
    let at = 0;
    return batch.groups.map(({ numPrompts }) =>
      numPrompts > 0
        ? { boxes: values[at++]!, presenceLogits: values[at++]! }
        : { boxes: new Float32Array(0), presenceLogits: new Float32Array(0) },
    );
  };

  const numQueries = model.sam.numInstances;

  /** Whether the graph of the update can match by itself: by the default matcher, with few queries and a query for each box. */
  const matchesInGraph = (batch: HostBatch): boolean =>
    !assign &&
    numQueries <= maxListedQueries &&
    batch.truths.every(({ boxes }) => boxes.every((targets) => (targets ?? []).length <= numQueries));

  /** Targets of the instance branch that are matched on the host; without boxes in the batch no forward pass is needed. */
  const matchOnHost = (store: ParamStore, batch: HostBatch, tensors: Arrays): GroupTargets[] => {
    const anyBoxes = batch.truths.some(({ boxes }) => boxes.some((targets) => (targets ?? []).length > 0));
    const predictions = anyBoxes
      ? predict(store, batch, tensors)
      : batch.groups.map(() => ({ boxes: new Float32Array(0), presenceLogits: new Float32Array(0) }));
    const options = {
      profile: model.profile,
      classification: train.loss.matchPresence,
      numQueries,
      numSamples: batch.numSamples,
      ...(assign ? { assign } : {}),
    };
    return assignQueries(predictions, batch.truths, batch.groups, options);
  };

  const traceUpdate = (store: ParamStore, batch: HostBatch, names: readonly string[], areListed: boolean): Traced => {
    const { paths, params, arrays } = layout(store, names);
    const { trainable } = store;
    const decays = new Map(leaves(store.spec).map(([path, spec]) => [path, spec.decay]));
    const updated: string[] = [];
    const run = jit(
      (inputs) => {
        const count = trainable.length;
        const first = inputs.slice(paths.length, paths.length + count);
        const second = inputs.slice(paths.length + count, paths.length + 2 * count);
        const rest = paths.length + 2 * count;
        const [step, lr] = [inputs[rest]!, inputs[rest + 1]!];
        const batchArrays = arrays(inputs, rest + 2);
        let terms = {} as Record<LossTerm, tf.Tensor>;
        const xs = inputs.slice(0, count);
        const { value: total, grads } = tf.engine().gradients(
          () => {
            const weights = params(inputs);
            terms =
              'heads' in weights
                ? encoderLosses(weights, model, batchArrays, batch.groups, modules)
                : batchLosses(weights, model, batchArrays, batch.groups, {
                    weights: train.loss,
                    modules,
                    areListed,
                  });
            const weighted = lossTerms.map((term) => tf.mul(terms[term], train.loss[term]));
            for (const term of lossTerms) tf.keep(terms[term]);
            return weighted.reduce((a, b) => tf.add(a, b)) as tf.Scalar;
          },
          xs,
          undefined,
          true,
        );
        const used = xs.flatMap((_, i) => (grads[i] ? [i] : []));
        // Engines without graphs call this function in each step.
        updated.splice(0, updated.length, ...used.map((i) => trainable[i]!));
        // All parameters of one kind are updated as one vector: a thousand small operations would cost more than the copy.
        const groups = [true, false]
          .map((decay) => ({ decay, indices: used.filter((i) => decays.get(trainable[i]!) === decay) }))
          .filter(({ indices }) => indices.length > 0);
        const clipped = clipByGlobalNorm(
          groups.map(({ indices }) => flatten(indices.map((i) => grads[i]!))),
          train.optimiser.clipNorm,
        );
        const states = new Map<number, AdamWState>();
        groups.forEach(({ decay, indices }, g) => {
          const shapes = indices.map((i) => xs[i]!.shape);
          const vector = (tensors: readonly tf.Tensor[]): tf.Tensor => flatten(indices.map((i) => tensors[i]!));
          const state = adamwUpdate(
            { param: vector(xs), grad: clipped.grads[g]!, m: vector(first), v: vector(second), step, lr, decay },
            train.optimiser,
          );
          const [newParams, ms, vs] = [state.param, state.m, state.v].map((x) => unflatten(x, shapes)) as Tensors[];
          indices.forEach((i, k) => states.set(i, { param: newParams![k]!, m: ms![k]!, v: vs![k]! }));
        });
        const losses = tf.stack([...lossTerms.map((term) => terms[term]), total, clipped.norm]);
        for (const term of lossTerms) terms[term].dispose();
        const updates = used.map((i) => states.get(i)!);
        return [losses, ...updates.flatMap(({ param, m, v }) => [param, m, v])];
      },
      { maxGraphs: 1 },
    );
    return { run, updated };
  };

  return {
    step: (store, batch, learningRate) => {
      const tensors = toTensors(batch.arrays);
      const areListed = matchesInGraph(batch);
      const targets = areListed
        ? listBoxes(batch.truths, batch.groups, { numQueries, numSamples: batch.numSamples })
        : matchOnHost(store, batch, tensors);
      Object.assign(tensors, toTensors(targetArrays(batch, targets)));
      const names = Object.keys(tensors).sort();
      const { trainable } = store;
      const key = `${areListed} ${batchSignature(batch)}`;
      const traced = remember(update, key, () => traceUpdate(store, batch, names, areListed));
      const scalars = [tf.scalar(store.updates + 1), tf.scalar(learningRate)];
      const outputs = traced.run([
        ...trainable.map((path) => store.params.get(path)!),
        ...store.frozen.map((path) => store.params.get(path)!),
        ...trainable.map((path) => store.firstMoments.get(path)!),
        ...trainable.map((path) => store.secondMoments.get(path)!),
        ...scalars,
        ...names.map((name) => tensors[name]!),
      ]);
      const [losses, ...states] = outputs as [tf.Tensor, ...tf.Tensor[]];
      traced.updated.forEach((path, i) => {
        replaceTensor(store.params, path, states[3 * i]!);
        replaceTensor(store.firstMoments, path, states[3 * i + 1]!);
        replaceTensor(store.secondMoments, path, states[3 * i + 2]!);
      });
      store.updates += 1;
      const values = losses.dataSync();
      tf.dispose([losses, ...scalars, ...Object.values(tensors)]);
      return Object.fromEntries(reported.map((name, i) => [name, values[i] as number])) as StepLosses;
    },
    dispose: () => {
      for (const traced of [forward, update]) {
        for (const { run } of traced.values()) run.dispose();
        traced.clear();
      }
    },
  };
}
