import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRng } from '@vividmed/core';
import { presetConfig } from '@vividmed/vlm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TrainConfig } from '../src/config.js';
import { groupByCanvas } from '../src/data/feed.js';
import { prepareStudy, type PreparedStudy } from '../src/data/prepared-study.js';
import { openSources } from '../src/data/sources.js';
import { createStudies } from '../src/data/studies.js';
import { runStage } from '../src/stage.js';
import { openDataset, writePhantoms } from './phantom-dataset.js';
import { checkpointOf, newFolder, recordsOf, toyConfig } from './toy.js';

// Threads load their sources anew.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });
const root = newFolder();
const folder = join(root, 'set');
const adapters = join(import.meta.dirname, 'phantom-dataset.ts');
const model = presetConfig('toy', { vocabSize: 50 });
const transforms = { varyPose: {}, varyIntensity: {} };
const sources = [{ dataset: 'drawn', folder, positiveShare: 1, transforms }];

beforeAll(() => writePhantoms(folder, 4));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const configOf = (loading: object = {}, changes: object = {}): TrainConfig =>
  toyConfig({ data: { sources, adapters, loading }, tasks: { targetPresence: 1 }, batchSize: 3, ...changes });

async function take(
  numSteps: number,
  loading: object,
  { step = 1, onSkip = (_: string) => {} } = {},
): Promise<PreparedStudy[][]> {
  const { data } = configOf(loading);
  const cache = data.loading.cache ?? undefined;
  const studies = await createStudies({
    sources: data.sources!,
    adapters,
    model,
    loading: data.loading,
    seed: 1,
    varyDepth: false,
    step,
    batchSize: 3,
    onSkip,
    ...(cache !== undefined && { cache }),
  });
  const taken: PreparedStudy[][] = [];
  for (let i = 0; i < numSteps; i++) taken.push(await studies.next());
  await studies.close();
  return taken;
}

describe('the studies of a stage', () => {
  it('are the same whatever threads read them, how far ahead, from a cache or not, and after an interruption', async () => {
    const plain = await take(4, { threads: 0, ahead: 0 });
    expect(plain.flat().map(({ study }) => study.id).length).toBe(12);
    expect(await take(4, { threads: 2, ahead: 3 })).toEqual(plain);
    const cache = join(root, 'cache');
    expect(await take(4, { threads: 0, ahead: 0, cache })).toEqual(plain);
    expect(readdirSync(cache).length).toBeGreaterThan(2);
    // From the files of the cache alone.
    expect(await take(4, { threads: 0, ahead: 1, cache })).toEqual(plain);
    expect(await take(2, { threads: 0, ahead: 2 }, { step: 3 })).toEqual(plain.slice(2));
  });

  it('are those of the split alone', async () => {
    const ids = (await take(8, { threads: 0, ahead: 0 })).flat().map(({ study }) => study.id);
    expect(new Set(ids)).toEqual(new Set(['ct0', 'cr0', 'ct1', 'cr1', 'ct2', 'cr2'].filter((id) => ids.includes(id))));
    expect(new Set(ids).size).toBeGreaterThan(4);
  });

  it('have masks and boxes on the grid of the model, as the image has', async () => {
    const dataset = await openDataset('drawn', folder);
    for (const entry of dataset.entries.slice(0, 4)) {
      const { study, plan } = prepareStudy(await dataset.read(entry), model);
      const size = plan.padded.reduce((a, b) => a * b, 1);
      expect(study.volume.data.length).toBe(size);
      expect(study.volume.shape).toEqual(plan.padded);
      for (const mask of Object.values(study.masks)) {
        expect(mask.length).toBe(size);
        expect(mask.includes(1)).toBe(true);
      }
      for (const box of Object.values(study.boxes).flat())
        box.slice(0, 3).forEach((low, axis) => {
          expect(low).toBeGreaterThanOrEqual(-1e-4);
          expect(box[axis + 3]).toBeGreaterThan(low);
          expect(box[axis + 3]).toBeLessThanOrEqual(plan.padded[axis]! + 1e-4);
        });
    }
  });
});

describe('a study that cannot be read', () => {
  const broken = join(root, 'broken');
  beforeAll(async () => {
    await writePhantoms(broken, 4);
    writeFileSync(join(broken, '0.nii.gz'), 'nothing');
    rmSync(join(broken, '1.png'));
  });
  const from = (loading: object) => ({ sources: [{ dataset: 'damaged', folder: broken }], adapters, loading });

  it.each([0, 1])('stops the stage, with the names of data set and study (%i threads)', async (threads) => {
    const config = configOf({}, { data: from({ threads }), batchSize: 6 });
    const run = runStage(config, {
      folder: join(root, `stopped-${threads}`),
      corpus: () => Promise.reject(new Error()),
    });
    await expect(run).rejects.toThrow(/^damaged (ct0|cr1): /);
    await expect(run).rejects.toMatchObject({ code: 'data' });
  });

  it('gives way to another one when asked, the same in every run, and is told', async () => {
    const runs = [0, 1].map(async (threads) => {
      const skipped: string[] = [];
      const { data } = configOf({}, { data: from({ threads, onError: 'skip' }) });
      const studies = await createStudies({
        sources: data.sources!,
        adapters,
        model,
        loading: data.loading,
        seed: 1,
        varyDepth: false,
        step: 1,
        batchSize: 6,
        onSkip: (message) => skipped.push(message),
      });
      const taken = [...(await studies.next()), ...(await studies.next())].map(({ study }) => study.id);
      await studies.close();
      return { taken, skipped: new Set(skipped.map((message) => message.split(':')[0])) };
    });
    const [first, second] = await Promise.all(runs);
    expect(first!.taken).toEqual(second!.taken);
    expect(first!.taken).not.toContain('ct0');
    expect(first!.taken).not.toContain('cr1');
    expect(first!.skipped).toEqual(new Set(['damaged ct0', 'damaged cr1']));
  });
});

describe('a stage on data sets', () => {
  const noCorpus = () => Promise.reject(new Error('the phantom is not asked for'));

  it('trains, and goes on after an interruption as if there had been none', async () => {
    const [whole, parted] = [join(root, 'whole'), join(root, 'parted')];
    const config = configOf({ threads: 0, ahead: 1 }, { steps: 2, batchSize: 2, checkpointEvery: 1 });
    const controller = new AbortController();
    await runStage(config, { folder: whole, corpus: noCorpus });
    await runStage(config, {
      folder: parted,
      corpus: noCorpus,
      signal: controller.signal,
      onStep: ({ step, waitSeconds }) => {
        expect(waitSeconds).toBeGreaterThanOrEqual(0);
        if (step === 1) controller.abort();
      },
    });
    rmSync(join(parted, 'cache'), { recursive: true });
    await runStage(config, { folder: parted, corpus: noCorpus });
    const records = (at: string) => recordsOf(at).map(({ waitSeconds: _, ...record }) => record);
    expect(records(parted)).toEqual(records(whole));
    expect(records(whole)).toHaveLength(2);
    expect(records(whole).some(({ dice }) => dice > 0)).toBe(true);
    expect(checkpointOf(parted)).toEqual(checkpointOf(whole));
  });

  it('has parts of equal images, in sizes that are powers of two', () => {
    const rng = createRng(0);
    const plans = ['a', 'b'].map((name) => ({ numTokens: name.length, name }));
    const samples = Array.from({ length: 13 }, (_, i) => ({ id: i, rng, plan: plans[i % 3 === 0 ? 1 : 0] }));
    // A plan and a sample only have to be told apart here.
    const parts = groupByCanvas(samples as unknown as Parameters<typeof groupByCanvas>[0]);
    expect(parts.map((part) => part.length)).toEqual([4, 1, 8]);
    expect(parts.flat().length).toBe(13);
    for (const part of parts) expect(new Set(part.map(({ plan }) => plan)).size).toBe(1);
  });

  it('is refused where its config asks for what is not there', async () => {
    const open = (changes: object, module = adapters) =>
      openSources(configOf({}, { data: { sources: [{ ...sources[0], ...changes }] } }).data.sources!, module);
    const other = join(root, 'other.mjs');
    writeFileSync(other, 'export const open = 1;');
    await expect(open({}, other)).rejects.toThrow(
      'expected a module that exports openDataset(name, folder, options), found one that exports open',
    );
    await expect(open({ split: 'validate' })).rejects.toThrow(
      'expected studies of drawn in split "validate", found none of 8',
    );
    expect(() => configOf({}, { model: { preset: 'tiny' }, tasks: { cells: 1 } })).toThrow('only the phantom knows');
  });
});
