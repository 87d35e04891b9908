import { expectClose } from '@vividmed/testing';
import { useEngine } from '@vividmed/engine';
import { vividMedSpec } from '@vividmed/vlm';
import { describe, expect, it } from 'vitest';
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
const mixed = {
  batchSize: 3,
  data: { numCases: 2, radiographShare: 0.34, sliceShare: 0 },
  augment: false,
  // Where a gradient is 0 but for rounding, a small epsilon would make an update of the rounding.
  optimiser: { peakLr: 0.01, warmupSteps: 0, epsilon: 0.01 },
};

interface Outcome {
  losses: StepLosses[];
  params: Map<string, Float32Array>;
}

describe('a step in parts', () => {
  async function expectSame(changes: object): Promise<void> {
    const [whole, parts] = [await train(changes, 'whole'), await train(changes, (groups) => groups)];
    whole.losses.forEach((losses, i) => {
      for (const [term, value] of Object.entries(losses)) {
        expectClose([parts.losses[i]![term as keyof StepLosses]], [value], { rtol: 1e-4, atol: 1e-5, label: term });
      }
    });
    for (const [path, values] of whole.params) {
      expectClose(parts.params.get(path)!, values, { rtol: 1e-3, atol: 1e-5, label: path });
    }
    expect(whole.losses[0]!.total).toBeGreaterThan(0);
  }

  /** Steps on whole batches, or on parts chosen among their groups. */
  async function train(
    changes: object,
    choose: 'whole' | ((groups: HostBatch[]) => HostBatch[]),
    numSteps = 2,
  ): Promise<Outcome> {
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
      if (choose === 'whole') return [isCells ? collateCells(drawCases(step)) : collate(draw(step))];
      const groups = isCells
        ? drawCases(step).map((group) => collateCells([group]))
        : draw(step).map((group) => collate([group]));
      return choose(groups);
    };
    const trainer = createTrainer({ model, train: config });
    const losses = Array.from({ length: numSteps }, (_, i) => i + 1).map((step) =>
      trainer.step(store, partsOf(step), 0.01),
    );
    trainer.dispose();
    const values = [...store.params].map(
      ([path, tensor]) => [path, tensor.dataSync().slice() as Float32Array] as const,
    );
    disposeStore(store);
    return { losses, params: new Map(values) };
  }

  it.each([
    ['ort', 'tokens'],
    ['ort', 'samples'],
    ['cpu', 'tokens'],
  ])('on %s is that of the whole batch, the text being a mean over %s', async (engine, lmMean) => {
    await useEngine(engine);
    await expectSame({ loss: { lmMean } });
  });

  it('adds up the losses of its parts where encoders are trained', async () => {
    await useEngine('ort');
    const changes = { model: { preset: 'tiny' }, tasks: { cells: 1 } };
    const both = await train(changes, ([a, b]) => [a!, b!], 1);
    const alone = [await train(changes, ([a]) => [a!], 1), await train(changes, ([, b]) => [b!], 1)];
    const [first, second] = alone.map(({ losses }) => losses[0]!.cells) as [number, number];
    expectClose([both.losses[0]!.cells], [first + second], { rtol: 1e-4 });
  });
});
