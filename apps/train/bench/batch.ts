import { writeFileSync } from 'node:fs';
import type * as tf from '@tensorflow/tfjs';
import { exportParams, leaves, type SpecTree, type Tree, writeSafetensors } from '@vividmed/nn';
import { presetConfig, type PresetName } from '@vividmed/vlm';
import { parseTrainConfig } from '../src/config.js';
import { createCollate } from '../src/data/collate.js';
import { generateCorpus } from '../src/data/corpus.js';
import { createDraw } from '../src/data/draw.js';
import { phantomTokenizer } from '../src/data/vocabulary.js';
import { listBoxes } from '../src/training/assignment.js';
import { groupKey, type HostArray, type HostBatch } from '../src/training/batch.js';

export interface VividMedSizes {
  preset: PresetName;
  dims: 2 | 3;
  /** Conversations of a batch, one image each. */
  batch: number;
  /** Tokens of a sequence, padding included. */
  length: number;
  /** Height and width of a radiograph; of a CT, whose depth is `depth`. */
  side: number;
  depth: number;
}

export const learningRate = 1e-3;

/** A batch of grounded reports about phantoms, the same in every process. */
export async function makeBatch({ preset, dims, batch, length, side, depth }: VividMedSizes) {
  const train = parseTrainConfig(
    {
      name: 'bench',
      model: { preset },
      data: { numCases: batch, radiographShare: dims === 2 ? 1 : 0, sliceShare: 0 },
      tasks: { groundedReport: 1 },
      steps: 1,
      batchSize: batch,
      maxPhrases: 1,
      maxLength: length,
      augment: false,
      optimiser: { peakLr: learningRate, warmupSteps: 0 },
    },
    'bench',
  );
  const tokenizer = await phantomTokenizer(train.seed);
  const model = presetConfig(preset, { vocabSize: tokenizer.vocabSize });
  const corpus = await generateCorpus(1, batch, undefined, { radiograph: [side, side], ct: [depth, side, side] });
  const host = createCollate({ model, train, tokenizer })(createDraw(train, corpus)(1));
  return { train, model, host };
}

export type FloatArrays = Map<string, { shape: number[]; data: Float32Array }>;

/** The arrays of a batch with the boxes that are to be matched, as floats for a file. */
export function fileArrays(host: HostBatch, numQueries: number): FloatArrays {
  const [boxes] = listBoxes(host.truths, host.groups, { numQueries, numSamples: host.numSamples });
  const listed = Object.entries(boxes!).map(([key, array]): [string, HostArray] => [
    groupKey(0, key as keyof typeof boxes & 'matched'),
    array as HostArray,
  ]);
  return new Map(
    [...Object.entries(host.arrays), ...listed].map(([name, { shape, data }]) => [
      `batch.${name}`,
      { shape, data: Float32Array.from(data) },
    ]),
  );
}

/** Writes what other engines need to compute the same: weights in PyTorch's layout, arrays, and the rest as JSON. */
export async function writeCase(
  file: string,
  { spec, params, arrays, setup }: { spec: SpecTree; params: Tree<tf.Tensor>; arrays: FloatArrays; setup: object },
): Promise<void> {
  const named = [...(await exportParams(spec, params))].map(([name, tensor]) => [`params.${name}`, tensor] as const);
  const fixed = leaves(spec).flatMap(([path, { trainable }]) => (trainable ? [] : [path]));
  const text = JSON.stringify({ ...setup, fixed });
  writeFileSync(file, writeSafetensors(new Map([...named, ...arrays]), { setup: text }));
}
