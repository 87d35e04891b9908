import type * as tf from '@tensorflow/tfjs';
import { jit, type Jitted } from '@vividmed/engine';
import { assignQueries, type GroupPrediction, type GroupTargets, listBoxes } from './assignment.js';
import { batchSignature, groupKey, type HostArray, type HostBatch, toTensors } from './batch.js';
import { layout } from './differentiate.js';
import { maxListedQueries } from './graph-assignment.js';
import { type Arrays, runModel } from './losses.js';
import type { TrainerOptions } from './options.js';
import type { ParamStore } from './store.js';
import { remember } from './traced.js';

/** The tensors of a batch, and whether its boxes are listed and still to be matched in the graph. */
export interface Prepared {
  tensors: Record<string, tf.Tensor>;
  areListed: boolean;
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

/** Makes tensors of batches, boxes matched with queries where a graph cannot match them by itself. */
export interface Preparer {
  prepare(store: ParamStore, batch: HostBatch): Prepared;
  /** Frees the graphs. */
  dispose(): void;
}

export function createPreparer({ model, train, assign, modules = {} }: TrainerOptions): Preparer {
  const forward = new Map<string, { run: Jitted }>();

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

  return {
    prepare,
    dispose: () => {
      for (const { run } of forward.values()) run.dispose();
      forward.clear();
    },
  };
}
