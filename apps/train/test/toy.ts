import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCheckpoint } from '@vividmed/nn/node';
import { parseTrainConfig, type TrainConfig } from '../src/config.js';
import { type Corpus, generateCorpus } from '../src/data/corpus.js';
import { runFiles } from '../src/run-folder.js';
import type { StepRecord } from '../src/stage.js';

/** A new empty folder outside the repository. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'vividmed-train-'));

/** A stage that takes seconds, as a config file has it. */
export const toyStage = {
  name: 'toy stage',
  model: { preset: 'toy' },
  data: { numCases: 2, radiographShare: 0.5 },
  tasks: { groundedReport: 1 },
  steps: 4,
  batchSize: 2,
  maxPhrases: 1,
  maxLength: 96,
  optimiser: { peakLr: 0.01, warmupSteps: 0 },
};

/** The same as the code has it, with some keys replaced. */
export const toyConfig = (changes: object = {}): TrainConfig => parseTrainConfig({ ...toyStage, ...changes }, 'toy');

/** Phantoms as small as they can be, with findings. */
export const toyCorpus = (): Promise<Corpus> =>
  generateCorpus(1_000_005, 2, undefined, { radiograph: [24, 24], ct: [24, 24, 24] });

/** The tensors of a safetensors file by name. */
export async function tensorsOf(path: string): Promise<Map<string, { shape: readonly number[]; data: Float32Array }>> {
  const reader = await openCheckpoint(path);
  const read = reader.names.map(async (name) => [name, await reader.read(name)] as const);
  return new Map(await Promise.all(read));
}

/** The records of a run's steps without what differs from run to run: the time they took. */
export function recordsOf(folder: string): Omit<StepRecord, 'seconds'>[] {
  const lines = readFileSync(runFiles(folder).metrics, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { seconds: _, ...record } = JSON.parse(line) as StepRecord;
    return record;
  });
}

/** The sum of the bytes of every file of a run's checkpoint, by name. */
export function checkpointOf(folder: string): Record<string, string> {
  const { checkpoint } = runFiles(folder);
  const sum = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(checkpoint, name)))
      .digest('hex');
  return Object.fromEntries(readdirSync(checkpoint).map((name) => [name, sum(name)]));
}
