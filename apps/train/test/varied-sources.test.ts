import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packValue } from '@vividmed/datasets';
import { presetConfig } from '@vividmed/vlm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreparedStudy } from '../src/data/prepared-study.js';
import { unpackStudy } from '../src/data/prepared-study.js';
import { openSources } from '../src/data/sources.js';
import { createStudies } from '../src/data/studies.js';
import { createStudyReader } from '../src/data/study-reader.js';
import { DataSource } from '../src/source-config.js';
import { writeLabelMaps } from './label-map-set.js';
import { newFolder, toyConfig } from './toy.js';

const root = newFolder();
const folder = join(root, 'maps');
const model = presetConfig('tiny', { vocabSize: 50 });
/** Nothing but the mean of each tissue is drawn. */
const flat = { blackBackground: 1, tissueStd: 0, blur: 0, bias: 0, gammaStd: 0, noise: 0, sliceThickness: 1 };

const turnedFolder = join(root, 'turned');
beforeAll(async () => {
  await writeLabelMaps(folder, ['a', 'b', 'c']);
  await writeLabelMaps(turnedFolder, ['a'], { isTurned: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Draws of a study of one source. */
async function drawsOf(
  source: object,
  {
    positions = [0],
    id = 'a',
    steps = [1],
    ...options
  }: { positions?: number[]; id?: string; steps?: number[] } & Partial<Parameters<typeof createStudyReader>[0]> = {},
): Promise<PreparedStudy[]> {
  const sources = [DataSource.parse({ dataset: 'synthseg', folder, ...source })];
  const read = await createStudyReader({ sources, model, seed: 4, varyDepth: false, ...options });
  const draws: PreparedStudy[] = [];
  for (const step of steps)
    for (const position of positions) draws.push(unpackStudy(await read({ source: 0, id, step, position })));
  return draws;
}

const valuesIn = ({ study }: PreparedStudy, name: string): number[] => {
  const mask = study.masks[name]!;
  return [...study.volume.data].filter((_, i) => mask[i] === 1);
};

/** Tells studies apart: comparing their arrays number by number takes seconds. */
function digestOf({ study, plan }: PreparedStudy): string {
  const masks = Object.fromEntries(Object.entries(study.masks).sort());
  return createHash('sha256')
    .update(packValue({ study: { ...study, masks }, plan }))
    .digest('hex');
}

/** Where a mask lies along the width, in parts of it. */
function placeOf({ study }: PreparedStudy, name: string): number {
  const width = study.volume.shape[2];
  const at = [...study.masks[name]!].flatMap((value, i) => (value === 1 ? [((i % width) + 0.5) / width] : []));
  return at.reduce((sum, value) => sum + value, 0) / at.length;
}

describe('label maps that are rendered', () => {
  it('are images with a value of its own for each tissue, which left and right share, true to the masks', async () => {
    const [draw] = await drawsOf({ render: flat });
    const { study } = draw!;
    expect(study.volume).toMatchObject({ modality: 'MR', shape: [24, 48, 48] });
    const [left, right, stem] = ['left putamen', 'right putamen', 'brain stem'].map((name) => {
      const values = new Set(valuesIn(draw!, name));
      expect(values.size, name).toBe(1);
      return [...values][0]!;
    });
    expect(left).toBe(right);
    expect(left).not.toBe(stem);
    const shown = Object.values(study.masks);
    const outside = [...study.volume.data].filter((_, i) => shown.every((mask) => mask[i] === 0));
    expect(new Set(outside)).toEqual(new Set([0]));
    // The wider one is the patient's left, which lies at higher columns.
    expect(valuesIn(draw!, 'left putamen').length).toBe(2 * valuesIn(draw!, 'right putamen').length);
    expect(placeOf(draw!, 'left putamen')).toBeGreaterThan(0.5);
  });

  it('are turned as their header says before anything is drawn', async () => {
    const [straight] = await drawsOf({ render: {} });
    const [turned] = await drawsOf({ render: {}, folder: turnedFolder });
    expect(digestOf(turned!)).toBe(digestOf(straight!));
  });

  it('look different in every draw, and the same in the same one, from a cache or not', async () => {
    const source = { render: {}, transforms: { varyPose: {}, varyPlace: 0.1, varyIntensity: {}, varySides: true } };
    const positions = [0, 1];
    const plain = await drawsOf(source, { positions });
    const looks = plain.map(({ study }) => study.volume.data);
    expect(new Set(plain.map(digestOf)).size).toBe(2);
    for (const data of looks) expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
    const cache = join(root, 'cache');
    expect((await drawsOf(source, { positions, cache })).map(digestOf)).toEqual(plain.map(digestOf));
    // The depth and the labels of one map, whatever is drawn from them.
    expect(readdirSync(cache)).toHaveLength(2);
    const [again] = await drawsOf(source, { positions: [1], cache });
    expect(digestOf(again!)).toBe(digestOf(plain[1]!));
    const [other] = await drawsOf(source, { positions: [1], seed: 5 });
    expect(digestOf(other!)).not.toBe(digestOf(plain[1]!));
    // Other options of the adapter are other studies.
    const [part] = await drawsOf({ ...source, options: { targets: ['brain stem'] } }, { cache });
    expect(Object.keys(part!.study.masks)).toEqual(['brain stem']);
  });

  it('are refused without render, and images with it, whatever a stage does with studies that cannot be read', async () => {
    await expect(drawsOf({})).rejects.toThrow('synthseg a: expected a source with "render"');
    const sizes = { ctShape: [24, 24, 24], flatSize: [24, 24] };
    const phantom = { dataset: 'phantom', options: { numCases: 1, ...sizes }, render: {} };
    await expect(drawsOf(phantom, { id: 'phantom-1-ct' })).rejects.toThrow(
      'phantom phantom-1-ct: expected label maps to render, found an image of modality CT',
    );
    const { data } = toyConfig({
      data: { sources: [{ dataset: 'synthseg', folder }], loading: { threads: 0, onError: 'skip' } },
    });
    const skipped: string[] = [];
    const studies = await createStudies({
      sources: data.sources!,
      model,
      loading: data.loading,
      seed: 1,
      varyDepth: false,
      step: 1,
      batchSize: 1,
      onSkip: (message) => skipped.push(message),
    });
    await expect(studies.next()).rejects.toMatchObject({ code: 'config' });
    expect(skipped).toEqual([]);
  });
});

describe('transforms of a source', () => {
  it('keep left on the left, and give left what was on the right in half of the draws', async () => {
    const draws = await drawsOf(
      { render: flat, transforms: { varySides: true }, folder: turnedFolder },
      { positions: Array.from({ length: 16 }, (_, i) => i), seed: 5 },
    );
    const sizes = draws.map((draw) => valuesIn(draw, 'left putamen').length);
    for (const draw of draws) expect(placeOf(draw, 'left putamen')).toBeGreaterThan(0.5);
    // The wider putamen is the left one, or the mirrored one is.
    expect(new Set(sizes).size).toBe(2);
    const mirrored = sizes.filter((size) => size === Math.min(...sizes)).length;
    expect(mirrored).toBeGreaterThan(3);
    expect(mirrored).toBeLessThan(13);
  });

  it('move image and masks together, within their limits', async () => {
    const still = (await drawsOf({ render: flat }))[0]!;
    const moved = await drawsOf(
      { render: flat, transforms: { varyPlace: 0.1, varyPose: { inPlane: 15, scale: 0.1 } } },
      { positions: [0, 1, 2, 3, 4] },
    );
    for (const draw of moved) {
      const stem = valuesIn(draw, 'brain stem');
      const value = stem.toSorted((a, b) => a - b)[Math.floor(stem.length / 2)]!;
      const agreeing = stem.filter((other) => Math.abs(other - value) < 0.05).length;
      // All but the border, which is interpolated.
      expect(agreeing / stem.length).toBeGreaterThan(0.5);
      expect(Math.abs(placeOf(draw, 'brain stem') - placeOf(still, 'brain stem'))).toBeLessThan(0.2);
    }
    expect(new Set(moved.map((draw) => placeOf(draw, 'brain stem'))).size).toBe(5);
  });

  it('are refused by names and limits that they do not have', () => {
    const parse = (transforms: object) => () =>
      toyConfig({ data: { sources: [{ dataset: 'synthseg', folder, transforms }] } });
    expect(parse({ varyColour: 1 })).toThrow('varyColour');
    expect(parse({ varyPose: { inPlane: 60 } })).toThrow('data.sources.0.transforms.varyPose.inPlane');
    expect(parse({ varyPlace: 0.6 })).toThrow('data.sources.0.transforms.varyPlace');
  });
});

describe('the patch depth of data sets', () => {
  it('is drawn around the natural one for each step, and is that of the volume when nothing is varied', async () => {
    const thin = join(root, 'thin');
    // Between patches of 2 and of 4.
    await writeLabelMaps(thin, ['a'], { depth: 17 });
    const steps = Array.from({ length: 12 }, (_, i) => i + 1);
    const source = { render: {}, folder: thin };
    const varied = await drawsOf(source, { steps, positions: [0, 1], varyDepth: true });
    const depths = varied.map(({ plan }) => plan.patchDepth);
    expect(new Set(depths)).toEqual(new Set([2, 4]));
    for (let i = 0; i < depths.length; i += 2) expect(depths[i]).toBe(depths[i + 1]);
    for (const { study, plan } of varied) {
      expect(study.volume.shape).toEqual(plan.padded);
      expect(plan.padded[0]).toBe(6 * plan.patchDepth);
    }
    const [plain] = await drawsOf(source);
    expect(plain!.plan.patchDepth).toBe(4);
  });
});

describe('patients kept aside', () => {
  it('are of split test, the others for training, and misspelt ones are refused', async () => {
    const idsOf = async (source: object): Promise<string[]> => {
      const [open] = await openSources([DataSource.parse({ dataset: 'synthseg', folder, render: {}, ...source })]);
      return open!.entries.map(({ id }) => id);
    };
    expect(await idsOf({})).toEqual(['a', 'b', 'c']);
    expect(await idsOf({ testPatients: ['b'] })).toEqual(['a', 'c']);
    expect(await idsOf({ testPatients: ['b'], split: 'test' })).toEqual(['b']);
    await expect(idsOf({ testPatients: ['b', 'B'] })).rejects.toThrow(
      'data.sources: expected testPatients of synthseg, found 1 of 2 that it does not have.',
    );
  });
});
