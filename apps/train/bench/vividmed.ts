import { existsSync, writeFileSync } from 'node:fs';
import { exportParams, leaves, writeSafetensors } from '@vividmed/nn';
import { initVividMed, presetConfig, type PresetName, vividMedSpec } from '@vividmed/vlm';
import { parseTrainConfig } from '../src/config.js';
import { createCollate } from '../src/data/collate.js';
import { generateCorpus } from '../src/data/corpus.js';
import { createDraw } from '../src/data/draw.js';
import { phantomTokenizer } from '../src/data/vocabulary.js';
import { listBoxes } from '../src/training/assignment.js';
import { groupKey, type HostArray, type HostBatch } from '../src/training/batch.js';
import { createTrainer } from '../src/training/step.js';
import { createStore, disposeStore } from '../src/training/store.js';
import type { BenchCase } from './case.js';
import { trainingFactor, vividMedFlops } from './flops.js';
import type { Work } from './work.js';

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

const learningRate = 1e-3;

/** A batch of grounded reports about phantoms, the same in every process. */
async function makeBatch({ preset, dims, batch, length, side, depth }: VividMedSizes) {
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

/** The arrays of a batch with the boxes that are to be matched, as floats for a file. */
function fileArrays(host: HostBatch, numQueries: number): Map<string, { shape: number[]; data: Float32Array }> {
  const [boxes] = listBoxes(host.truths, host.groups, { numQueries, numSamples: host.numSamples });
  const listed = Object.entries(boxes!).map(
    ([key, array]): [string, HostArray] => [groupKey(0, key as keyof typeof boxes & 'matched'), array as HostArray],
  );
  return new Map(
    [...Object.entries(host.arrays), ...listed].map(([name, { shape, data }]) => [
      `batch.${name}`,
      { shape, data: Float32Array.from(data) },
    ]),
  );
}

/** The train step of the whole model, as the stages of the quickstart make it: losses, matching, gradients, clipping, AdamW. */
export async function vividmed({ sizes }: BenchCase, file: string): Promise<Work> {
  const { train, model, host } = await makeBatch(sizes as unknown as VividMedSizes);
  const spec = vividMedSpec(model);
  const params = initVividMed(model, 1);
  if (!existsSync(file)) {
    const weights = await exportParams(spec, params);
    const decayed = leaves(spec).flatMap(([path, { decay }]) => (decay ? [path] : []));
    const fixed = leaves(spec).flatMap(([path, { trainable }]) => (trainable ? [] : [path]));
    const setup = { model, group: host.groups[0], loss: train.loss, optimiser: train.optimiser, decayed, fixed };
    const named = [...weights].map(([name, tensor]) => [`params.${name}`, tensor] as const);
    const arrays = fileArrays(host, model.sam.numInstances);
    writeFileSync(file, writeSafetensors(new Map([...named, ...arrays]), { setup: JSON.stringify(setup) }));
  }
  const store = createStore(spec, params, ['**']);
  const trainer = createTrainer({ model, train });
  return {
    flops: trainingFactor * vividMedFlops(model, host),
    run: () => trainer.step(store, host, learningRate).total,
    dispose: () => {
      trainer.dispose();
      disposeStore(store);
    },
  };
}
