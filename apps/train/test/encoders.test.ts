import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Corpus } from '../src/data/corpus.js';
import { runFiles } from '../src/run-folder.js';
import { runStage } from '../src/stage.js';
import { checkpointOf, newFolder, recordsOf, tensorsOf, toyConfig, toyCorpus } from './toy.js';

const root = newFolder();
const config = toyConfig({
  model: { preset: 'tiny' },
  // The smallest preset with what the task teaches, so one radiograph a step and no volumes, which take most of a minute.
  data: { numCases: 1, radiographShare: 1, sliceShare: 0 },
  batchSize: 1,
  augment: false,
  optimiser: { peakLr: 0.001, warmupSteps: 0 },
  tasks: { cells: 1 },
  steps: 2,
  checkpointEvery: 1,
});
/** Both encoders with what brings them to words: the adapter, the embedding of names, and the map of prompts to patches. */
const taught = [
  'model.vision.patch_embedding.',
  'model.vision.transformer.',
  'model.vision.linear_proj.',
  'model.embed_tokens.',
  'vg_proj.',
  'sam.image_encoder.',
  'sam.mask_decoder.txt_align_embedding.',
];
let corpus: Corpus;

const run = (folder: string, stage: typeof config, until?: number) => {
  const controller = new AbortController();
  return runStage(stage, {
    folder: join(root, folder),
    corpus: async () => corpus,
    signal: controller.signal,
    onStep: ({ step }) => step === until && controller.abort(),
  });
};

beforeAll(async () => {
  const whole = await toyCorpus();
  corpus = { ...whole, radiographs: whole.radiographs.slice(0, 1) };
  await run('whole', config);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a stage of the image encoders', () => {
  it('trains both encoders, what brings them to words and nothing else of the model, and lowers its loss', async () => {
    const none = toyConfig({ ...config, steps: 1, optimiser: { peakLr: 1e-12, warmupSteps: 0 } });
    await run('none', none);
    const [before, after] = await Promise.all(
      ['none', 'whole'].map((name) => tensorsOf(runFiles(join(root, name)).checkpointWeights)),
    );
    const moved = [...before!.keys()].filter((name) => {
      const other = after!.get(name)!.data;
      return before!.get(name)!.data.some((value, i) => Math.abs(value - other[i]!) > 1e-6);
    });
    const isTaught = (name: string): boolean => taught.some((part) => name.startsWith(part));
    expect(moved.filter((name) => !isTaught(name))).toEqual([]);
    for (const part of taught) expect(moved.filter((name) => name.startsWith(part)).length, part).toBeGreaterThan(0);
    const losses = recordsOf(join(root, 'whole')).map(({ cells }) => cells as number);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  });

  it('goes on where it stopped, its heads included', async () => {
    await run('half', config, 1);
    expect(await run('half', config)).toMatchObject({ finished: true, steps: 2 });
    expect(checkpointOf(join(root, 'half'))).toEqual(checkpointOf(join(root, 'whole')));
  });

  it('is what another stage starts from', async () => {
    const next = toyConfig({
      ...config,
      tasks: { report: 1 },
      initFrom: join(root, 'whole'),
      trainable: ['lm_head.**'],
      steps: 1,
    });
    await run('next', next);
    const [before, after] = await Promise.all(
      ['whole', 'next'].map((name) => tensorsOf(runFiles(join(root, name)).checkpointWeights)),
    );
    const ofEncoders = (tensors: typeof before) =>
      [...tensors!].filter(([name]) => taught.some((part) => name.startsWith(part)));
    expect(ofEncoders(after)).toEqual(ofEncoders(before));
  });

  it('shares its batches with no conversation', () => {
    expect(() => toyConfig({ model: { preset: 'tiny' }, tasks: { cells: 1, report: 1 } })).toThrow(
      'tasks.cells: expected no other task beside it',
    );
  });

  it('needs a localiser that compares phrases with patches, and says so before anything runs', () => {
    for (const preset of ['toy', 'paper']) {
      expect(() => toyConfig({ model: { preset }, tasks: { cells: 1 } })).toThrow(
        'tasks.cells: expected a preset with tokenSimilarity',
      );
    }
  });
});
