import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRng } from '@vividmed/core';
import { writeJson } from '@vividmed/core/node';
import { writeModel } from '@vividmed/inference/node';
import { disposeParams, initParams } from '@vividmed/nn';
import { initVividMed, presetConfig, vividMedSpec, wordTokenizer, wordVocabulary } from '@vividmed/vlm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '@vividmed/command';
import { dataEvaluate } from '../src/data-evaluate/evaluate.js';
import { scoreAnswers, scoreTargets } from '../src/data-evaluate/answers.js';
import { diceOfTargets } from '../src/data-evaluate/masks.js';
import type { PreparedStudy } from '../src/data/prepared-study.js';
import { prepareStudy } from '../src/data/prepared-study.js';
import { runFiles } from '../src/run-folder.js';
import { writeLabelMaps } from './label-map-set.js';
import { newFolder, toyStage } from './toy.js';

vi.setConfig({ testTimeout: 120_000 });
const root = newFolder();
const folder = join(root, 'maps');
const config = join(root, 'heads.json');
const out = join(root, 'run');

beforeAll(async () => {
  await writeLabelMaps(folder, ['a', 'b', 'c']);
  const source = { dataset: 'synthseg', folder, testPatients: ['c'], render: {}, transforms: { varySides: true } };
  const data = { sources: [source], loading: { threads: 0 } };
  writeFileSync(config, JSON.stringify({ ...toyStage, data, tasks: { targetPresence: 1 } }));
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(root, { recursive: true, force: true }));

const tokenizer = wordTokenizer(wordVocabulary(['yes. no. is there any mass nodule in this image?']));
const model = presetConfig('toy', { vocabSize: tokenizer.vocabSize });

/** A run folder as a finished stage leaves it. */
async function writeFinished(): Promise<void> {
  const { checkpoint, finished } = runFiles(out);
  mkdirSync(checkpoint, { recursive: true });
  const params = initVividMed(model, 1);
  await writeModel(checkpoint, { params, config: model, tokenizer });
  disposeParams(params);
  writeJson(finished, { steps: 1 });
}

async function run() {
  const [printed, told]: [string[], string[]] = [[], []];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  const code = await runCommand(['--config', config, '--out', out], { usage: '', run: dataEvaluate });
  vi.restoreAllMocks();
  return { code, told: told.join(''), result: printed.length > 0 ? JSON.parse(printed.join('')) : undefined };
}

describe('pnpm train data evaluate', () => {
  it('wants a finished stage, then measures it on every split of its sets beside the untrained model', async () => {
    const early = await run();
    expect(early.code).toBe(1);
    expect(early.told).toContain('expected a finished stage, found none');
    await writeFinished();
    const { code, told, result } = await run();
    expect(code).toBe(0);
    expect(result.splits).toMatchObject([
      { dataset: 'synthseg', split: 'train', studies: 2, images: 6 },
      { dataset: 'synthseg', split: 'test', studies: 1, images: 3 },
    ]);
    for (const { trained, untrained } of result.splits)
      for (const { masks, answers } of [trained, untrained]) {
        expect(Object.keys(masks)).toEqual(['brain stem', 'left putamen', 'right putamen']);
        for (const { dice } of Object.values<{ dice: number }>(masks)) {
          expect(dice).toBeGreaterThanOrEqual(0);
          expect(dice).toBeLessThanOrEqual(1);
        }
        // No abnormality is known of a head.
        expect(answers).toEqual({});
      }
    expect(told).toMatch(/synthseg, split test: 3 images of 1 studies\n {2}Dice, and untrained\n {2}brain stem/);
    expect(JSON.parse(readFileSync(join(out, 'evaluation.json'), 'utf8'))).toEqual(result.splits);
    expect(existsSync(join(out, 'masks-synthseg-test.png'))).toBe(true);
  });
});

describe('the figures', () => {
  const volume = { data: new Float32Array(24 * 24), shape: [1, 24, 24], spacingMm: [1, 1, 1], modality: 'CR' } as const;
  const mask = (from: number, to: number) => new Uint8Array(24 * 24).fill(1, from, to);
  const known = { id: 'a', volume, boxes: {}, masks: {} };

  it('are the mean Dice of each target over the images that show it', () => {
    const plan = {} as PreparedStudy['plan'];
    const studies = [{ liver: mask(0, 10), spleen: mask(20, 30) }, { liver: mask(0, 10) }].map((masks) => ({
      plan,
      study: { ...known, present: [], absent: [], masks },
    }));
    const found = [{ liver: mask(5, 15), spleen: mask(20, 30) }, { liver: mask(0, 10) }];
    expect(diceOfTargets(studies, found)).toEqual({
      liver: { dice: 0.75, images: 2 },
      spleen: { dice: 1, images: 1 },
    });
  });

  it('are AUC and balanced accuracy of each abnormality that is there in some images and not in others', () => {
    const answer = (target: string, isThere: boolean, score: number) => ({ target, isThere, score });
    const scores = scoreTargets([
      ...[-1, 2, 3].map((score) => answer('mass', true, score)),
      ...[-3, -2, -2, 2.5].map((score) => answer('mass', false, score)),
      answer('nodule', false, 1),
    ]);
    // Of 12 pairs the positive one is scored higher in 3 + 3 + 4; two thirds of yes and three quarters of no are right.
    expect(scores).toEqual({
      mass: { positives: 3, negatives: 4, auc: 10 / 12, balancedAccuracy: (2 / 3 + 3 / 4) / 2 },
    });
  });

  it('of answers ask for every abnormality that is known, and do not see whether it is there', () => {
    const params = initParams(vividMedSpec(model), 1);
    const rng = createRng(2);
    const shown = { ...volume, data: volume.data.map(() => rng.uniform()) };
    const ask = (present: string[], absent: string[]) =>
      scoreAnswers({ params, config: model, tokenizer }, [
        prepareStudy({ ...known, volume: shown, present, absent }, model),
      ]).sort((a, b) => (a.target < b.target ? -1 : 1));
    const [mass, nodule] = ask(['mass', 'left lung'], ['nodule']);
    expect([mass, nodule]).toMatchObject([
      { target: 'mass', isThere: true },
      { target: 'nodule', isThere: false },
    ]);
    const other = ask(['nodule'], ['mass']);
    expect(other.map(({ isThere }) => isThere)).toEqual([false, true]);
    expect(other[0]!.score).toBeCloseTo(mass!.score, 5);
    expect(other[1]!.score).toBeCloseTo(nodule!.score, 5);
    expect(mass!.score).not.toBeCloseTo(nodule!.score, 5);
    disposeParams(params);
  });
});
