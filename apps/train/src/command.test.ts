import { runCommand } from '@vividmed/command';
import { useEngine } from '@vividmed/engine';
import { initParams } from '@vividmed/nn';
import { presetConfig, vividMedSpec } from '@vividmed/vlm';
import { afterEach, expect, test } from 'vitest';
import { parseTrainConfig } from './config.js';
import { createCollate } from './data/collate.js';
import { generateCorpus } from './data/corpus.js';
import { createDraw } from './data/draw.js';
import { phantomTokenizer } from './data/vocabulary.js';
import { createTrainer, type StepLosses } from './training/step.js';
import { createStore, disposeStore } from './training/store.js';

const corpus = await generateCorpus(1, 2, undefined, { radiograph: [32, 32], ct: [24, 24, 24] });
const tokenizer = await phantomTokenizer(0, corpus);
const model = presetConfig('toy', { vocabSize: tokenizer.vocabSize });
const train = parseTrainConfig(
  {
    name: 'toy',
    tasks: { targetPresence: 1 },
    steps: 1,
    batchSize: 2,
    maxPhrases: 2,
    maxLength: 96,
    optimiser: { peakLr: 1e-3, warmupSteps: 0 },
  },
  'toy',
);
const batch = createCollate({ model, train, tokenizer })(createDraw(train, corpus)(1));

afterEach(() => useEngine('cpu'));

/** The losses of a training step of a new model, made by a command. */
async function stepOn(engine: string): Promise<StepLosses> {
  let losses: StepLosses | undefined;
  const code = await runCommand(['--engine', engine], {
    usage: '',
    run: async ({ options }) => {
      await useEngine(options.engine);
      const spec = vividMedSpec(model);
      const store = createStore(spec, initParams(spec, 0), train.trainable);
      const trainer = createTrainer({ model, train });
      try {
        losses = trainer.step(store, [batch], 1e-3);
      } finally {
        trainer.dispose();
        disposeStore(store);
      }
    },
  });
  expect(code).toBe(0);
  return losses!;
}

test('a command trains on wasm, with the losses and the gradient that cpu has', async () => {
  const [wasm, cpu] = [await stepOn('wasm'), await stepOn('cpu')];
  expect(cpu.gradNorm).toBeGreaterThan(0);
  for (const [name, value] of Object.entries(cpu)) {
    expect(Math.abs(wasm[name as keyof StepLosses] - value), name).toBeLessThan(1e-3 * Math.max(1, Math.abs(value)));
  }
});
