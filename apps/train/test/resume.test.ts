import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Corpus } from '../src/data/corpus.js';
import { runFiles } from '../src/run-folder.js';
import { runStage } from '../src/stage.js';
import { checkpointOf, newFolder, recordsOf, toyConfig, toyCorpus } from './toy.js';

const root = newFolder();
const [whole, half] = [join(root, 'whole'), join(root, 'half')];
const config = toyConfig({ steps: 3, checkpointEvery: 1 });
let corpus: Corpus;
let halfResult: Awaited<ReturnType<typeof run>>;

/** Runs the stage, or goes on with it, and aborts it in the step `until`. */
async function run(folder: string, until?: number) {
  const controller = new AbortController();
  const starts: number[] = [];
  const result = await runStage(config, {
    folder,
    corpus: async () => corpus,
    signal: controller.signal,
    onStart: (done) => starts.push(done),
    onStep: ({ step }) => step === until && controller.abort(),
  });
  return { ...result, start: starts[0] };
}

/** A copy of the run that stopped after two steps of three. */
function stopped(name: string): string {
  const folder = join(root, name);
  cpSync(half, folder, { recursive: true });
  return folder;
}

beforeAll(async () => {
  corpus = await toyCorpus();
  await run(whole);
  halfResult = await run(half, 2);
});
afterAll(() => rmSync(root, { recursive: true }));

/** Goes on with a run and expects every bit of it to be that of the run without a stop. */
async function expectSameAsWhole(folder: string): Promise<void> {
  expect(await run(folder)).toMatchObject({ finished: true, steps: 3, start: 2 });
  expect(checkpointOf(folder)).toEqual(checkpointOf(whole));
  expect(recordsOf(folder)).toEqual(recordsOf(whole));
}

test('a stage that was stopped goes on to the same weights, moments and records, bit for bit', async () => {
  expect(halfResult).toMatchObject({ finished: false, steps: 2 });
  expect(recordsOf(half)).toEqual(recordsOf(whole).slice(0, 2));
  await expectSameAsWhole(stopped('stopped'));
});

test('a process killed between the two renames of a checkpoint, and in the middle of other files, loses nothing', async () => {
  const folder = stopped('killed');
  const { checkpoint, metrics } = runFiles(folder);
  renameSync(checkpoint, `${checkpoint}.old`);
  const begun = `${checkpoint}.4242.tmp`;
  mkdirSync(begun);
  writeFileSync(join(begun, 'model.safetensors'), readFileSync(runFiles(half).checkpointWeights).subarray(0, 1000));
  writeFileSync(`${metrics}.4242.tmp`, '{"step":1');
  // A step after the checkpoint, and one of which half was written.
  appendFileSync(metrics, readFileSync(runFiles(whole).metrics, 'utf8').split('\n')[2]!.concat('\n{"step":4,"lea'));
  await expectSameAsWhole(folder);
  expect(existsSync(begun)).toBe(false);
});

test('an old checkpoint beside the new one is not gone back to', async () => {
  const folder = stopped('renamed');
  const old = `${runFiles(folder).checkpoint}.old`;
  cpSync(runFiles(folder).checkpoint, old, { recursive: true });
  truncateSync(join(old, 'model.safetensors'), 1000);
  await expectSameAsWhole(folder);
});

test('a folder that was begun with another config is refused by name, and stays as it is', async () => {
  const before = checkpointOf(half);
  const other = runStage(toyConfig({ seed: 1 }), { folder: half, corpus: async () => corpus });
  await expect(other).rejects.toThrow(`${half}: expected the config this run was begun with, found another one`);
  await expect(other).rejects.toMatchObject({ code: 'config' });
  expect(checkpointOf(half)).toEqual(before);
});

test('a stage that is done computes nothing when it is run again', async () => {
  const files = checkpointOf(whole);
  const again = runStage(config, { folder: whole, corpus: () => Promise.reject(new Error('no images are needed')) });
  expect(await again).toMatchObject({ finished: true, steps: 3 });
  expect(checkpointOf(whole)).toEqual(files);
});
