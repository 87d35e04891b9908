import * as tf from '@tensorflow/tfjs';
import { jit, type Jitted, runAll } from '@vividmed/engine';
import { leaves } from '@vividmed/nn';
import type { Assign } from '@vividmed/matcher';
import type { VividMedConfig, VividMedModules, VividMedParams } from '@vividmed/vlm';
import type { TrainConfig } from '../config.js';
import type { EncoderParams } from '../encoders/heads.js';
import { assignQueries, type GroupPrediction, type GroupTargets, listBoxes } from './assignment.js';
import { batchSignature, groupKey, type HostArray, type HostBatch, toTensors } from './batch.js';
import { maxListedQueries } from './graph-assignment.js';
import { type Arrays, batchLosses, encoderLosses, lossTerms, type LossTerm, runModel } from './losses.js';
import { joinParams, type ParamStore, replaceTensor } from './store.js';
import { flatten, unflatten, updateAll } from './update.js';

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
/** Graphs kept per kind: a stage meets about a dozen shapes. */
const maxGraphs = 32;

/** A traced function of a store and a batch, and what its outputs are. */
interface Traced {
  run: Jitted;
  /** Paths that get a gradient from this shape of batch, in the order of the outputs. */
  updated: string[];
}

interface Differentiated {
  weights: () => VividMedParams | EncoderParams;
  /** What gradients are for. */
  xs: readonly tf.Tensor[];
  arrays: Arrays;
  areListed: boolean;
}

interface Prepared {
  tensors: Record<string, tf.Tensor>;
  areListed: boolean;
}

type Tensors = tf.Tensor[];

const decaysOf = ({ spec }: ParamStore): Map<string, boolean> =>
  new Map(leaves(spec).map(([path, { decay }]) => [path, decay]));

/**
 * What each term of the loss of a part counts for in that of the batch, in the order of `lossTerms`. Terms are means over samples,
 * or, that of the text, over tokens; that of cells is a sum over groups of images.
 */
function sharesOf(parts: readonly HostBatch[], lmMean: TrainConfig['loss']['lmMean']): number[][] {
  const shareIn = (counts: readonly number[]): number[] => {
    const all = counts.reduce((a, b) => a + b, 0);
    return counts.map((count) => count / Math.max(all, 1));
  };
  const bySamples = shareIn(parts.map(({ numSamples }) => numSamples));
  const labelled = ({ arrays }: HostBatch): number =>
    ((arrays['labels']?.data ?? []) as readonly number[]).filter((label) => label >= 0).length;
  const byTokens = lmMean === 'samples' ? bySamples : shareIn(parts.map(labelled));
  return parts.map((_, p) =>
    lossTerms.map((term) => (term === 'cells' ? 1 : term === 'lm' ? byTokens[p]! : bySamples[p]!)),
  );
}

/** Sums of gradients by path, from one vector for each part of a batch with those of its paths. */
function sumByPath(
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
  const gradients = new Map<string, Traced>();
  const updates = new Map<string, Traced>();

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

  /** Losses of a batch and the gradients of their weighted sum; no gradient where a parameter has no part in it. */
  const differentiate = (
    { groups }: HostBatch,
    { weights, xs, arrays, areListed }: Differentiated,
  ): { terms: tf.Tensor[]; total: tf.Tensor; grads: (tf.Tensor | undefined)[] } => {
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
  };

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
        const { terms, total, grads } = differentiate(batch, given);
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
        const { terms, grads } = differentiate(batch, given);
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

  /** The tensors of a batch with the targets of its boxes. */
  const prepare = (store: ParamStore, batch: HostBatch): Prepared => {
    const tensors = toTensors(batch.arrays);
    const areListed = matchesInGraph(batch);
    const targets = areListed
      ? listBoxes(batch.truths, batch.groups, { numQueries, numSamples: batch.numSamples })
      : matchOnHost(store, batch, tensors);
    Object.assign(tensors, toTensors(targetArrays(batch, targets)));
    return { tensors, areListed };
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
      for (const traced of [forward, gradients, updates]) {
        for (const { run } of traced.values()) run.dispose();
        traced.clear();
      }
    },
  };
}
