import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Corpus } from '../src/data/corpus.js';
import { cellClasses, cellCover } from '../src/encoders/cells.js';
import { runFiles } from '../src/run-folder.js';
import { newModel, runStage } from '../src/stage.js';
import { findingNames, truthOf } from '@vividmed/datasets';
import { disposeParams } from '@vividmed/nn';
import { modelMask, planVolume } from '@vividmed/vlm';
import { checkpointOf, newFolder, recordsOf, tensorsOf, toyConfig, toyCorpus } from './toy.js';

const root = newFolder();
const config = toyConfig({
  tasks: { cells: 1 },
  trainable: ['model.vision.patch_embedding.**', 'model.vision.transformer.**', 'sam.image_encoder.**', 'heads.**'],
  steps: 3,
  checkpointEvery: 1,
});
const encoders = /^(model\.vision\.(patch_embedding|transformer)|sam\.image_encoder)\./;
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
  corpus = await toyCorpus();
  await run('whole', config);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('what a patch shows', () => {
  it('is the part of its voxels that each class covers', async () => {
    const { config: model, params } = await newModel(config);
    disposeParams(params);
    for (const subject of [corpus.radiographs[0]!, corpus.cts[0]!]) {
      const plan = planVolume(subject.volume.shape, model);
      const cover = cellCover(subject, plan);
      const voxels = plan.padded.reduce((a, b) => a * b, 1) / plan.grid.reduce((a, b) => a * b, 1);
      cellClasses.forEach((name, k) => {
        const { mask } = truthOf(subject, name);
        const inside = mask ? modelMask(mask, subject.volume, plan).reduce((a, b) => a + b, 0) : 0;
        let sum = 0;
        for (let i = k; i < cover.length; i += cellClasses.length) sum += cover[i]! * voxels;
        expect(sum, name).toBeCloseTo(inside, 2);
      });
      // The right lung is on the left of an image: so is the mean of its cells.
      const right = cellClasses.indexOf('right lung');
      let [sum, moment] = [0, 0];
      for (let i = 0; i < cover.length / cellClasses.length; i++) {
        const part = cover[i * cellClasses.length + right]!;
        sum += part;
        moment += part * (i % plan.grid[2]);
      }
      expect(moment / sum).toBeLessThan((plan.grid[2] - 1) / 2);
    }
  });

  it('has a class for every finding and structure', () => {
    expect(cellClasses.slice(0, findingNames.length)).toEqual(findingNames);
    expect(new Set(cellClasses).size).toBe(cellClasses.length);
  });
});

describe('a stage of the image encoders', () => {
  it('trains both encoders and nothing else of the model, and lowers its loss', async () => {
    const { params } = await newModel(config);
    disposeParams(params);
    const none = toyConfig({ ...config, steps: 1, optimiser: { peakLr: 1e-12, warmupSteps: 0 } });
    await run('none', none);
    const [before, after] = await Promise.all(
      ['none', 'whole'].map((name) => tensorsOf(runFiles(join(root, name)).checkpointWeights)),
    );
    const moved = [...before!].filter(([name, { data }]) => {
      const other = after!.get(name)!.data;
      return data.some((value, i) => Math.abs(value - other[i]!) > 1e-6);
    });
    expect(moved.length).toBeGreaterThan(20);
    expect(moved.filter(([name]) => !encoders.test(name)).map(([name]) => name)).toEqual([]);
    for (const part of ['model.vision', 'sam.image_encoder']) {
      expect(moved.some(([name]) => name.startsWith(part))).toBe(true);
    }
    const losses = recordsOf(join(root, 'whole')).map(({ cells }) => cells as number);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  });

  it('goes on where it stopped, its heads included', async () => {
    await run('half', config, 2);
    expect(await run('half', config)).toMatchObject({ finished: true, steps: 3 });
    expect(checkpointOf(join(root, 'half'))).toEqual(checkpointOf(join(root, 'whole')));
  });

  it('is what another stage starts from', async () => {
    const next = toyConfig({
      tasks: { report: 1 },
      initFrom: join(root, 'whole'),
      trainable: ['lm_head.**'],
      steps: 1,
    });
    await run('next', next);
    const [before, after] = await Promise.all(
      ['whole', 'next'].map((name) => tensorsOf(runFiles(join(root, name)).checkpointWeights)),
    );
    const ofEncoders = (tensors: typeof before) => [...tensors!].filter(([name]) => encoders.test(name));
    expect(ofEncoders(after)).toEqual(ofEncoders(before));
  });

  it('shares its batches with no conversation', () => {
    expect(() => toyConfig({ tasks: { cells: 1, report: 1 } })).toThrow(
      'tasks.cells: expected no other task beside it',
    );
  });
});
