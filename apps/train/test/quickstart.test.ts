import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readJson } from '@vividmed/core/node';
import { findingNames } from '@vividmed/datasets';
import { disposeParams, loadParams } from '@vividmed/nn';
import { openCheckpoint } from '@vividmed/nn/node';
import { vividMedSpec, type VividMedConfig } from '@vividmed/vlm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageFigure } from '../src/page/index.js';
import type { Evaluation } from '../src/quickstart/evaluate.js';
import { runFiles } from '../src/run-folder.js';
import { newFolder, toyStage } from './toy.js';

const repository = join(import.meta.dirname, '../../..');
const root = newFolder();
const [whole, interrupted] = [join(root, 'whole'), join(root, 'interrupted')];
const config = join(root, 'quickstart.json');

const stages = [
  { name: 'first', tasks: { targetPresence: 1 }, data: { numCases: 2, radiographShare: 1 }, steps: 20 },
  {
    name: 'second',
    data: { numCases: 1, radiographShare: 0.5 },
    trainable: ['model.**', 'lm_head.**'],
    steps: 20,
    checkpointEvery: 2,
  },
];
// Enough steps that a process can be met in the middle of a stage; without augmentation all of them share one graph.
stages.forEach((stage, i) =>
  writeFileSync(join(root, `stage-${i + 1}.json`), JSON.stringify({ ...toyStage, augment: false, ...stage })),
);
writeFileSync(
  config,
  JSON.stringify({
    stages: stages.map((_, i) => join(root, `stage-${i + 1}.json`)),
    // A phantom with several findings: every figure can be measured.
    heldOut: { firstSeed: 1_000_006, numCases: 1, shown: 1 },
  }),
);

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

/** Starts the quickstart as `pnpm quickstart` does, in a process group of its own as in a terminal. */
function start(folder: string): { child: ChildProcess; ended: Promise<Ended> } {
  const { scripts } = readJson(join(repository, 'package.json')) as { scripts: Record<string, string> };
  const child = spawn(`exec ${scripts['quickstart']} --config "$CONFIG" --out "$OUT"`, {
    shell: true,
    detached: true,
    cwd: repository,
    env: {
      ...process.env,
      CONFIG: config,
      OUT: folder,
      PATH: `${repository}/node_modules/.bin:${process.env['PATH']}`,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr!.on('data', (text) => (stderr += text));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stderr }) as Ended);
  return { child, ended };
}

/** Steps after which a process is met. */
const someSteps = 3;

/** Starts the quickstart and sends its process group a signal once a stage has made some steps. */
async function interruptedIn(stage: number, signal: NodeJS.Signals): Promise<Ended> {
  const { child, ended } = start(interrupted);
  const { metrics } = runFiles(join(interrupted, `stage-${stage}`));
  while (
    child.exitCode === null &&
    !(existsSync(metrics) && readFileSync(metrics, 'utf8').split('\n').length > someSteps)
  )
    await pause(2);
  if (child.exitCode === null) process.kill(-child.pid!, signal);
  return ended;
}

interface Summary {
  engine: string;
  seconds: number;
  stages: { name: string; steps: number; seconds: number }[];
  figures: PageFigure[];
  untrained: Evaluation;
  trained: Evaluation;
  weights: string;
}
const summaryOf = (folder: string): Summary => readJson(join(folder, 'summary.json')) as Summary;

/** Without times and the name of the folder. */
const comparable = (folder: string): unknown =>
  JSON.parse(JSON.stringify(summaryOf(folder)).replaceAll(folder, ''), (key, value: unknown) =>
    key === 'seconds' ? undefined : value,
  );

/** The lines that the steps of a stage wrote before an interruption. */
const stepsOf = (stage: number): string[] =>
  readFileSync(runFiles(join(interrupted, `stage-${stage}`)).metrics, 'utf8')
    .trimEnd()
    .split('\n');

let wholeEnded: Ended;

beforeAll(async () => {
  wholeEnded = await start(whole).ended;
}, 300_000);
afterAll(() => rmSync(root, { recursive: true }));

describe('the quickstart', () => {
  it('trains each stage on the phantoms of its config', () => {
    const { code, stderr } = wholeEnded;
    expect(code, stderr).toBe(0);
    const made = [...stderr.matchAll(/^training phantoms:100%, (\d+)\//gm)].map(([, numCases]) => Number(numCases));
    expect(made).toEqual([2, 1]);
  });

  it('writes every figure of the table, untrained and trained, with the engine and the seconds of each stage', () => {
    const { engine, seconds, stages: trained, figures, ...evaluations } = summaryOf(whole);
    expect(engine).toMatch(/^(ort|wasm|cpu)$/);
    expect(figures.map(({ label }) => label)).toEqual([
      'Dice, lungs, 2D',
      'Dice, lungs, 3D',
      'Dice, heart, 2D',
      'Dice, heart, 3D',
      'Box AP50, 2D',
      'Box AP50, 3D',
      'Mean GIoU',
      'Finding F1, macro',
      'VQA accuracy',
      'BLEU-4',
      'Phrases on the right region',
    ]);
    for (const { label, ...values } of figures) {
      for (const value of [values.untrained, values.trained]) {
        expect(value, label).toBeGreaterThanOrEqual(-1);
        expect(value, label).toBeLessThanOrEqual(1);
      }
    }
    for (const { text } of [evaluations.untrained, evaluations.trained])
      expect(Object.keys(text.f1)).toEqual([...findingNames]);
    expect(trained.map(({ name, steps }) => ({ name, steps }))).toEqual(
      stages.map(({ name, steps }) => ({ name, steps })),
    );
    for (const stage of trained) expect(stage.seconds).toBeGreaterThan(0);
    expect(seconds).toBeGreaterThan(trained.reduce((sum, stage) => sum + stage.seconds, 0));
  });

  it('writes weights that load strictly into the model, those of the last stage', async () => {
    const { weights } = summaryOf(whole);
    const { checkpoint, checkpointWeights } = runFiles(join(whole, 'stage-2'));
    expect(readFileSync(weights)).toEqual(readFileSync(checkpointWeights));
    const spec = vividMedSpec(readJson(join(checkpoint, 'model.json')) as VividMedConfig);
    disposeParams(await loadParams(spec, await openCheckpoint(weights)));
  });

  it('writes one page that loads nothing from elsewhere, and a picture of a grounded report', () => {
    const page = readFileSync(join(whole, 'index.html'), 'utf8');
    const loaded = page.matchAll(
      /(?:\b(?:src|srcset|href|action|poster)\s*=\s*["']?|url\(\s*["']?|@import\s+["'])([^"'\s)>]*)/g,
    );
    expect([...loaded].map(([, target]) => target!).filter((target) => !/^(data:|#)/.test(target))).toEqual([]);
    expect(page.match(/data:image\/png;base64,/g)!.length).toBeGreaterThanOrEqual(4);
    for (const { label } of summaryOf(whole).figures) expect(page).toContain(label);
    const picture = readFileSync(join(whole, 'grounded-result.svg'), 'utf8');
    expect(picture).toMatch(/^<svg[^]*<\/svg>\s*$/);
    expect(picture).toContain('data:image/png;base64,');
  });
});

describe('an interrupted quickstart', () => {
  it('saves at Ctrl-C and says how to go on', async () => {
    const { code, signal, stderr } = await interruptedIn(1, 'SIGINT');
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(stderr).toContain('Stopping after this step; the same command goes on from here.');
    const { checkpoint, finished } = runFiles(join(interrupted, 'stage-1'));
    const { updates } = readJson(join(checkpoint, 'state.json')) as { updates: number };
    expect(updates).toBeGreaterThanOrEqual(someSteps);
    expect(updates).toBe(stepsOf(1).length);
    expect(existsSync(finished)).toBe(false);
  }, 120_000);

  it('is killed in the second stage', async () => {
    expect(await interruptedIn(2, 'SIGKILL')).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(existsSync(runFiles(join(interrupted, 'stage-1')).finished)).toBe(true);
    expect(existsSync(runFiles(join(interrupted, 'stage-2')).finished)).toBe(false);
    expect(stepsOf(2).length).toBeGreaterThanOrEqual(someSteps);
  }, 120_000);

  it('goes on from its last checkpoint to the summary of a run without a stop', async () => {
    const { updates } = readJson(join(runFiles(join(interrupted, 'stage-2')).checkpoint, 'state.json')) as {
      updates: number;
    };
    const saved = stepsOf(2).slice(0, updates);
    expect(await start(interrupted).ended).toMatchObject({ code: 0 });
    // The lines hold the seconds of each step: steps made anew would show.
    expect(stepsOf(2).slice(0, updates)).toEqual(saved);
    expect(comparable(interrupted)).toEqual(comparable(whole));
    expect(readdirSync(interrupted).toSorted()).toEqual(readdirSync(whole).toSorted());
  }, 300_000);
});
