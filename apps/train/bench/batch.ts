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
  /** Radiographs, CTs, or half of the batch each. */
  dims: 2 | 3 | 'mixed';
  /** Conversations of a batch, one image each. */
  batch: number;
  /** Tokens of a sequence, padding included. */
  length: number;
  /** Height and width of a radiograph. */
  side: number;
  /** Size of a CT. */
  depth: number;
  height: number;
  width: number;
}

const radiographShare = { 2: 1, 3: 0, mixed: 0.5 };

export const learningRate = 1e-3;

/** A batch of grounded reports about phantoms, the same in every process: a part for each kind of image, as a stage has them. */
export async function makeBatch({ preset, dims, batch, length, side, depth, height, width }: VividMedSizes) {
  const train = parseTrainConfig(
    {
      name: 'bench',
      model: { preset },
      data: { numCases: batch, radiographShare: radiographShare[dims], sliceShare: 0 },
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
  const shape = { radiograph: [side, side], ct: [depth, height, width] } as const;
  const corpus = await generateCorpus(1, batch, undefined, shape);
  const collate = createCollate({ model, train, tokenizer });
  const parts = createDraw(train, corpus)(1).map((group) => collate([group]));
  return { train, model, parts };
}

export type FloatArrays = Map<string, { shape: number[]; data: Float32Array }>;

/** Name in a file of an array of a part of a batch. */
export const partKey = (part: number, name: string): string => `part${part}.${name}`;

/** The arrays of a part of a batch with the boxes that are to be matched, as floats for a file. */
export function fileArrays(host: HostBatch, numQueries: number, part = 0): FloatArrays {
  const [boxes] = listBoxes(host.truths, host.groups, { numQueries, numSamples: host.numSamples });
  const listed = Object.entries(boxes!).map(([key, array]): [string, HostArray] => [
    groupKey(0, key as keyof typeof boxes & 'matched'),
    array as HostArray,
  ]);
  return new Map(
    [...Object.entries(host.arrays), ...listed].map(([name, { shape, data }]) => [
      partKey(part, name),
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
