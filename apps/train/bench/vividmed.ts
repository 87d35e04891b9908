import { existsSync } from 'node:fs';
import { leaves } from '@vividmed/nn';
import { initVividMed, vividMedSpec } from '@vividmed/vlm';
import { createTrainer } from '../src/training/step.js';
import { createStore, disposeStore } from '../src/training/store.js';
import { fileArrays, learningRate, makeBatch, type VividMedSizes, writeCase } from './batch.js';
import { type BenchCase, sizesOf } from './case.js';
import { trainingFactor, vividMedFlops } from './flops.js';
import type { Work } from './work.js';

/** The train step of the whole model, as the stages of the quickstart make it: losses, matching, gradients, clipping, AdamW. */
export async function vividmed(benchCase: BenchCase, file: string): Promise<Work> {
  const { train, model, parts } = await makeBatch(sizesOf<VividMedSizes>(benchCase));
  const spec = vividMedSpec(model);
  const params = initVividMed(model, 1);
  if (!existsSync(file)) {
    const decayed = leaves(spec).flatMap(([path, { decay }]) => (decay ? [path] : []));
    const groups = parts.map((part) => part.groups[0]);
    const setup = { model, groups, loss: train.loss, optimiser: train.optimiser, decayed };
    const arrays = parts.flatMap((part, p) => [...fileArrays(part, model.sam.numInstances, p)]);
    await writeCase(file, { spec, params, arrays: new Map(arrays), setup });
  }
  const store = createStore(spec, params, ['**']);
  const trainer = createTrainer({ model, train });
  return {
    flops: trainingFactor * parts.reduce((sum, part) => sum + vividMedFlops(model, part), 0),
    run: () => trainer.step(store, parts, learningRate).total,
    dispose: () => {
      trainer.dispose();
      disposeStore(store);
    },
  };
}
