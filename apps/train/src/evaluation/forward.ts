import * as tf from '@tensorflow/tfjs';
import { jit } from '@vividmed/engine';
import type { ModelInUse } from '@vividmed/inference';
import { leaves, mapLeaves } from '@vividmed/nn';
import { type Localised, resizeMaskLogits } from '@vividmed/sam-decoder';
import { logitsAt, type VividMedParams } from '@vividmed/vlm';
import { parseTrainConfig } from '../config.js';
import { type Collate, createCollate } from '../data/collate.js';
import { batchSignature, type HostBatch, toTensors } from '../training/batch.js';
import { runModel } from '../training/losses.js';

const probe = parseTrainConfig(
  { name: 'evaluation', tasks: {}, steps: 1, maxPhrases: 1, augment: false, optimiser: { peakLr: 1, warmupSteps: 0 } },
  'evaluation',
);

/** Makes batches that nothing is varied in, one phrase a sample. */
export const createProbe = ({ config, tokenizer }: ModelInUse): Collate =>
  createCollate({ model: config, train: probe, tokenizer });

/** Parameters as a list of inputs of a traced function, and the tree again inside of it. */
function flatInputs(params: VividMedParams): {
  tensors: tf.Tensor[];
  tree: (inputs: readonly tf.Tensor[]) => VividMedParams;
} {
  return {
    tensors: leaves(params).map(([, tensor]) => tensor),
    tree: (inputs) => {
      let used = 0;
      return mapLeaves(params, () => inputs[used++]!);
    },
  };
}

/** What the model makes of the one group of a batch. */
interface Found {
  params: VividMedParams;
  /** [B, S, C]. */
  hidden: tf.Tensor;
  localised: Localised | undefined;
  arrays: Readonly<Record<string, tf.Tensor>>;
  batch: HostBatch;
}

/** Outputs of a model for batches of one group. */
export interface Forward {
  run(batch: HostBatch): Float32Array[];
  dispose(): void;
}

type Traced = ((inputs: readonly tf.Tensor[]) => tf.Tensor[]) & { dispose(): void };

/** Graphs that are kept; batches differ in the length of their texts and in their images. */
const maxGraphs = 12;

function createForward({ params, config }: ModelInUse, outputsOf: (found: Found) => tf.Tensor[]): Forward {
  const flat = flatInputs(params);
  const known = new Map<string, Traced>();
  const dispose = (): void => {
    for (const traced of known.values()) traced.dispose();
    known.clear();
  };
  const trace = (batch: HostBatch, names: readonly string[]): Traced =>
    jit((inputs) => {
      const arrays = Object.fromEntries(names.map((name, i) => [name, inputs[flat.tensors.length + i]!]));
      const tree = flat.tree(inputs);
      const { hidden, localised } = runModel(tree, config, arrays, batch.groups);
      return outputsOf({ params: tree, hidden, localised: localised[0], arrays, batch });
    });
  return {
    run: (batch) => {
      const tensors = toTensors(batch.arrays);
      const names = Object.keys(tensors).sort();
      const signature = batchSignature(batch);
      if (!known.has(signature) && known.size === maxGraphs) dispose();
      const traced = known.get(signature) ?? trace(batch, names);
      known.set(signature, traced);
      const outputs = traced([...flat.tensors, ...names.map((name) => tensors[name]!)]);
      const values = outputs.map((output) => output.dataSync() as Float32Array);
      tf.dispose([outputs, Object.values(tensors)]);
      return values;
    },
    dispose,
  };
}

/** Of each phrase: mask logits [K, D, H, W] of the padded image, boxes [K, m, 6], presence scores [K, m]. */
export const createLocaliser = (model: ModelInUse): Forward =>
  createForward(model, ({ localised, batch }) => {
    const { padded } = batch.groups[0]!;
    // The batches that it is given have phrases.
    const { maskLogits, boxes, presenceLogits } = localised!;
    return [resizeMaskLogits(maskLogits, padded), boxes, tf.sigmoid(presenceLogits)];
  });

/** Logits [R, V] of the next token at the labelled positions. */
export const createTextScorer = (model: ModelInUse): Forward =>
  createForward(model, ({ params, hidden, arrays }) => [logitsAt(params.lm_head, hidden, arrays.rowIndex!)]);
