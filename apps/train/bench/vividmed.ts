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
  const { train, model, host } = await makeBatch(sizesOf<VividMedSizes>(benchCase));
  const spec = vividMedSpec(model);
  const params = initVividMed(model, 1);
  if (!existsSync(file)) {
    const decayed = leaves(spec).flatMap(([path, { decay }]) => (decay ? [path] : []));
    const setup = { model, group: host.groups[0], loss: train.loss, optimiser: train.optimiser, decayed };
    await writeCase(file, { spec, params, arrays: fileArrays(host, model.sam.numInstances), setup });
  }
  const store = createStore(spec, params, ['**']);
  const trainer = createTrainer({ model, train });
  return {
    flops: trainingFactor * vividMedFlops(model, host),
    run: () => trainer.step(store, [host], learningRate).total,
    dispose: () => {
      trainer.dispose();
      disposeStore(store);
    },
  };
}
