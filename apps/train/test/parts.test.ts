import { expectClose } from '@vividmed/testing';
import { useEngine } from '@vividmed/engine';
import { vividMedSpec } from '@vividmed/vlm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCollate } from '../src/data/collate.js';
import { createCaseDraw, createDraw } from '../src/data/draw.js';
import { createCellCollate } from '../src/encoders/collate.js';
import { cellHeadsSpec } from '../src/encoders/heads.js';
import { initParams } from '@vividmed/nn';
import { newModel } from '../src/stage.js';
import type { HostBatch } from '../src/training/batch.js';
import { createTrainer, type StepLosses } from '../src/training/step.js';
import { createStore, disposeStore } from '../src/training/store.js';
import { toyConfig, toyCorpus } from './toy.js';

/** Batches with a radiograph and two CTs each: parts of different sizes. */
const mixed = { batchSize: 3, data: { numCases: 2, radiographShare: 0.34, sliceShare: 0 }, augment: false };

interface Outcome {
  losses: StepLosses[];
  params: Map<string, Float32Array>;
}

describe.each(['ort', 'cpu'])('a step in parts on %s', (engine) => {
  beforeAll(async () => {
    await useEngine(engine);
  });

  /** Two steps on whole batches, or on their groups. */
  async function train(changes: object, inParts: boolean): Promise<Outcome> {
    const config = toyConfig({ ...mixed, ...changes });
    const { params, config: model, tokenizer } = await newModel(config);
    const corpus = await toyCorpus();
    const isCells = config.tasks.cells > 0;
    const heads = isCells ? cellHeadsSpec(model) : undefined;
    const store = createStore(
      { ...vividMedSpec(model), ...(heads && { heads }) },
      { ...params, ...(heads && { heads: initParams(heads, 1) }) },
      ['**'],
    );
    const drawCases = createCaseDraw(config, corpus);
    const draw = createDraw(config, corpus);
    const collateCells = createCellCollate(model, { augment: false, tokenizer });
    const collate = createCollate({ model, train: config, tokenizer });
    const partsOf = (step: number): HostBatch[] => {
      if (!isCells) return inParts ? draw(step).map((group) => collate([group])) : [collate(draw(step))];
      return inParts ? drawCases(step).map((group) => collateCells([group])) : [collateCells(drawCases(step))];
    };
    const trainer = createTrainer({ model, train: config });
    const losses = [1, 2].map((step) => trainer.step(store, partsOf(step), 0.01));
    trainer.dispose();
    const values = [...store.params].map(([path, tensor]) => [path, tensor.dataSync().slice() as Float32Array] as const);
    disposeStore(store);
    return { losses, params: new Map(values) };
  }

  it.each([
    ['a mean over samples', { loss: { lmMean: 'samples' } }],
    ['a mean over tokens', { loss: { lmMean: 'tokens' } }],
  ])('is that of the whole batch, the text being %s', async (_, changes) => {
    const [whole, parts] = [await train(changes, false), await train(changes, true)];
    whole.losses.forEach((losses, i) => {
      for (const [term, value] of Object.entries(losses)) {
        expectClose([parts.losses[i]![term as keyof StepLosses]], [value], { rtol: 1e-4, atol: 1e-5, label: term });
      }
    });
    for (const [path, values] of whole.params) {
      expectClose(parts.params.get(path)!, values, { rtol: 1e-3, atol: 2e-4, label: path });
    }
    expect(whole.losses[0]!.lm).toBeGreaterThan(0);
    expect(whole.losses[0]!.dice).toBeGreaterThan(0);
  });
});
