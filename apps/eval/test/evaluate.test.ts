import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@vividmed/command';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { z } from 'zod';
import { splitArguments } from '../src/arguments.js';
import { compare } from '../src/compare/command.js';
import { EvalConfig, parseEvalConfig } from '../src/config.js';
import { evaluate } from '../src/evaluate.js';
import { evaluationFiles } from '../src/folder.js';
import { judgements } from '../src/judgements/command.js';
import type { Prediction } from '../src/prediction.js';
import type { Reference } from '../src/reference.js';
import { phantomSource } from '../src/samples/phantom.js';

const root = mkdtempSync(join(tmpdir(), 'vividmed-eval-'));
const tasks = ['localisation', 'vqa', 'report', 'groundedReport'] as const;
const configFile = join(root, 'config.json');
const header = {
  format: 'vividmed-predictions',
  version: 1,
  model: { digest: 'none' },
  seed: 0,
  config: {},
  versions: {},
};
let stdout: MockInstance<typeof process.stdout.write>;
let stderr: MockInstance<typeof process.stderr.write>;

/** What a model that is always right would say. */
function truthful({
  id,
  dataset,
  task,
  modality,
  question,
  report,
  answer,
  phrases,
  masks,
  boxes,
  absent,
}: Reference): Prediction {
  const common = { id, dataset, task, modality, ...(question === undefined ? {} : { question }) };
  const region = (target: string) => ({
    target,
    found: !(absent ?? []).includes(target),
    boxes: (boxes?.[target] ?? []).map((box) => ({ box, score: 0.9 })),
    ...(masks?.[target] ? { mask: masks[target] } : {}),
  });
  if (task === 'localisation') {
    const targets = [...new Set([...Object.keys(masks ?? {}), ...Object.keys(boxes ?? {}), ...(absent ?? [])])];
    let start = 0;
    const asked = targets.map((target) => {
      const phrase = { text: target, start, end: start + target.length, ...region(target) };
      start += target.length + 1;
      return phrase;
    });
    return { ...common, prediction: targets.join('\n'), phrases: asked };
  }
  return {
    ...common,
    prediction: report ?? answer!,
    ...(task === 'groundedReport'
      ? { phrases: (phrases ?? []).map(({ text, start, end, target }) => ({ text, start, end, ...region(target!) })) }
      : {}),
  };
}

/** Writes predictions as a file. */
function predictionFile(name: string, predictions: readonly Prediction[]): string {
  const path = join(root, name);
  writeFileSync(path, [header, ...predictions].map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

let truths: Reference[];
let right: string;
let wrong: string;
beforeAll(async () => {
  writeFileSync(
    configFile,
    JSON.stringify({
      name: 'test',
      system: 'Oracle',
      sets: [{ dataset: 'phantom', tasks, limit: 2 }],
      interval: { resamples: 20 },
      cases: 1,
      judged: 2,
    }),
  );
  truths = [];
  for await (const { reference } of phantomSource({ tasks, numCases: 2 }).samples()) truths.push(reference);
  right = predictionFile('right.jsonl', truths.map(truthful));
  const silent = truths.map((reference): Prediction => {
    const { phrases: _, ...said } = truthful(reference);
    return { ...said, prediction: '' };
  });
  wrong = predictionFile('wrong.jsonl', silent);
});
beforeEach(() => {
  stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  stdout.mockRestore();
  stderr.mockRestore();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const told = (): string => stderr.mock.calls.map(([text]) => text).join('');
const results = <T>(): T[] =>
  stdout.mock.calls.flatMap(([text]) => String(text).split('\n').filter(Boolean)).map((line) => JSON.parse(line) as T);
const run = (out: string, predictions: string, ...more: string[]): Promise<number> =>
  runCommand(
    ['--config', configFile, '--out', join(root, out), '--set', `predictions=${JSON.stringify(predictions)}`, ...more],
    { usage: 'test', run: evaluate },
  );

interface Told {
  dataset: string;
  task: string;
  metric: string;
  profile: string;
  value: number;
}

describe('eval', () => {
  it('gives predictions that are true the best figures, and fills every file', async () => {
    expect(await run('right', right), told()).toBe(0);
    const figures = results<Told>();
    const of = (metric: string, task: string, profile = 'reference'): number | undefined =>
      figures.find((each) => each.metric === metric && each.task === task && each.profile === profile)?.value;
    expect(of('dice', 'localisation')).toBe(1);
    expect(of('ap50', 'localisation')).toBe(1);
    expect(of('accuracy', 'vqa')).toBe(1);
    expect(of('bleu4', 'report', 'paper')).toBeCloseTo(1, 12);
    expect(of('phantomF1Micro', 'report')).toBe(1);
    expect(of('bleu4', 'groundedReport')).toBeCloseTo(1, 12);
    const files = evaluationFiles(join(root, 'right'));
    const { verdicts: _, ...written } = files;
    for (const path of Object.values(written)) expect(existsSync(path), path).toBe(true);
    expect(readFileSync(files.markdown, 'utf8')).toContain('| Phantom | BLEU-4 ↑');
    const page = readFileSync(files.page, 'utf8');
    expect(page).toContain('needs MIMIC-CXR');
    expect(page).toContain('href="judge.html"');
    expect(page).not.toMatch(/(?:src|href)="(?!data:|#|judge\.html)/);
    expect(page).not.toContain('NaN');
    expect(readFileSync(files.judgements, 'utf8').match(/data-case=/g)).toHaveLength(2);
  });

  const plainly = ['--set', 'cases=0', '--set', 'judged=0', '--set', 'interval=null'];

  it('gives silence 0 and says so, and tells the two apart', async () => {
    expect(await run('wrong', wrong, ...plainly), told()).toBe(0);
    const silent = results<Told & { notes: string[] }>().find(
      ({ metric, task }) => metric === 'bleu1' && task === 'report',
    );
    expect(silent).toMatchObject({
      value: 0,
      notes: [expect.stringContaining('the prediction is empty and scores 0')],
    });
    stdout.mockClear();
    const both = [join(root, 'right'), join(root, 'wrong')];
    const code = await runCommand(['--set', 'trials=40'], { usage: 'test', run: (context) => compare(both, context) });
    expect(code, told()).toBe(0);
    const compared = results<Told & { difference: number; pValue: number }>();
    const answers = compared.find(({ metric, task }) => metric === 'accuracy' && task === 'vqa');
    expect(answers).toMatchObject({ dataset: 'Phantom', difference: 1 });
    // Two patients whose answers are swapped together: half of all swaps are as far apart.
    expect(answers!.pValue).toBeGreaterThan(0.25);
    expect(compared.find(({ metric, task }) => metric === 'dice' && task === 'localisation')?.difference).toBe(1);
  });

  it('scores plain lines of any model, given one data set and task', async () => {
    const path = join(root, 'plain.jsonl');
    const lines = truths.filter(({ task }) => task === 'report').map(({ id, report }) => ({ id, prediction: report }));
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const code = await run(
      'plain',
      path,
      '--set',
      'sets=[{"dataset":"phantom","tasks":["report"],"limit":2}]',
      ...plainly,
    );
    expect(code, told()).toBe(0);
    expect(results<Told>().find(({ metric }) => metric === 'bleu4')?.value).toBeCloseTo(1, 12);
  });

  it('refuses predictions that are not for these samples, and missing ones unless told', async () => {
    const few = predictionFile('few.jsonl', truths.slice(1).map(truthful));
    expect(await run('few', few, ...plainly)).toBe(1);
    expect(told()).toContain('references: expected a prediction for each, found 1 without one, the first at 0');
    stderr.mockClear();
    expect(await run('few-skipped', few, '--set', 'missing=skip', ...plainly), told()).toBe(0);
    const stranger = predictionFile('stranger.jsonl', [
      ...truths.map(truthful),
      { ...truthful(truths[0]!), id: 'other' },
    ]);
    expect(await run('stranger', stranger, ...plainly)).toBe(1);
    expect(told()).toContain('predictions: expected ids of the references, found 1 without one');
  });

  it('refuses to go on in a folder of another config', async () => {
    expect(await run('right', wrong)).toBe(2);
    expect(told()).toContain('expected the config that this folder was begun with, found another predictions');
  });

  it('names what is missing: a config, a model', async () => {
    expect(await runCommand([], { usage: 'test', run: evaluate })).toBe(2);
    expect(told()).toContain('eval: expected --config FILE, found none');
    const code = await runCommand(
      ['--config', configFile, '--out', join(root, 'none'), '--set', `model=${join(root, 'no-model')}`],
      { usage: 'test', run: evaluate },
    );
    expect(code).toBe(2);
    expect(told()).toContain('model: expected a folder of a model, a run or a quickstart, found none');
  });
});

describe('eval judgements', () => {
  const save = (name: string, page: string): string => {
    const path = join(root, name);
    const cases = [
      {
        id: 'a',
        numSentences: 1,
        sentences: { 0: 'acceptable' },
        phrases: { 0: 'right' },
        criticalOmissions: 2,
        done: true,
      },
    ];
    writeFileSync(path, JSON.stringify({ format: 'vividmed-judgements', version: 1, page, reader: 'R', cases }));
    return path;
  };
  const sum = (...files: string[]): Promise<number> =>
    runCommand(['--out', join(root, 'sum')], { usage: 'test', run: (context) => judgements(files, context) });

  it('sums up files of one page into a table', async () => {
    expect(await sum(save('r.json', 'p'), save('s.json', 'p')), told()).toBe(0);
    expect(results()).toMatchObject([
      { reports: 1, acceptable: 1, criticalOmissions: 2, wellGrounded: 1 },
      { reader: 'R' },
    ]);
    expect(readFileSync(join(root, 'sum', 'judgements.md'), 'utf8')).toContain(
      '| Cases of the page | Critical omissions ↓ | – | 2 | 2 |',
    );
  });

  it('refuses files of different pages, other files, and none', async () => {
    expect(await sum(save('r.json', 'p'), save('s.json', 'q'))).toBe(1);
    expect(told()).toContain('expected files of one page, found 2 pages');
    expect(await sum(configFile)).toBe(1);
    expect(told()).toContain('config.json: expected judgements, found a fault at');
    expect(await sum()).toBe(2);
  });
});

describe('the command line', () => {
  it('is a command with names, and flags', () => {
    expect(splitArguments(['compare', 'a', 'b', '--seed', '3'])).toEqual({
      command: 'compare',
      names: ['a', 'b'],
      rest: ['--seed', '3'],
    });
    expect(splitArguments(['--config', 'x', '--predictions', 'p "q".jsonl', '--seed', '1'])).toEqual({
      command: undefined,
      names: [],
      rest: ['--config', 'x', '--set', 'predictions="p \\"q\\".jsonl"', '--seed', '1'],
    });
    expect(splitArguments(['judgements', 'a.json'])).toEqual({ command: 'judgements', names: ['a.json'], rest: [] });
  });
});

describe('the config', () => {
  const configs = join(import.meta.dirname, '../../../configs');
  it('has the schema that editors complete it with', async () => {
    const schema = `${JSON.stringify(z.toJSONSchema(EvalConfig, { io: 'input' }), undefined, 2)}\n`;
    await expect(schema).toMatchFileSnapshot(join(configs, 'eval.schema.json'));
  });

  it('is that of every file of its folder, and every wrong key is named at once', () => {
    const phantom = JSON.parse(readFileSync(join(configs, 'eval/phantom.json'), 'utf8')) as object;
    expect(parseEvalConfig(phantom, 'phantom').sets[0]!.tasks).toEqual(tasks);
    const files = readdirSync(join(configs, 'eval'));
    for (const file of files) {
      const value: unknown = JSON.parse(readFileSync(join(configs, 'eval', file), 'utf8'));
      expect(`${parseEvalConfig(value, file).name}.json`).toBe(file);
    }
    expect(files).toHaveLength(5);
    expect(() => parseEvalConfig({ ...phantom, sed: 1, cases: -1 }, 'a.json')).toThrow(
      /2 thing\(s\) to correct:[^]*cases[^]*sed/,
    );
    expect(() => parseEvalConfig({ name: 'a', sets: [{ dataset: 'slake', tasks: ['vqa'] }] }, 'a.json')).toThrow(
      'expected the folder of the data set',
    );
  });
});
