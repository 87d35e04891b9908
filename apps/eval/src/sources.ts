import { check } from '@vividmed/core';
import { openDataset } from '@vividmed/datasets/node';
import type { EvalConfig, EvaluatedSet } from './config.js';
import { datasetSource } from './samples/dataset.js';
import { phantomSource } from './samples/phantom.js';
import type { SampleSource } from './samples/sample.js';

/** Patients of the phantom that the quickstart holds out, too. */
const phantomPatients = 24;

async function openSet(set: EvaluatedSet, seed: number): Promise<SampleSource> {
  const { dataset, tasks, folder, options, split, limit, firstSeed } = set;
  if (dataset === 'phantom')
    return phantomSource({
      tasks,
      numCases: limit ?? phantomPatients,
      seed,
      ...(firstSeed === undefined ? {} : { firstSeed }),
    });
  // The config asks for a folder of every data set but the phantom.
  const opened = await openDataset(dataset, folder!, options);
  const source = datasetSource(opened, { tasks, split, seed, ...(limit === undefined ? {} : { limit }) });
  check(
    source.numImages > 0,
    'data',
    `sets: expected studies of ${dataset} in split "${split}", found none of ${opened.entries.length}.`,
    'name another split, or null for all.',
  );
  return source;
}

/** The samples of every set of a config. @throws {VividMedError} `data` for a split without a study; what adapters throw. */
export async function openSources({ sets, seed }: Pick<EvalConfig, 'sets' | 'seed'>): Promise<SampleSource[]> {
  const sources: SampleSource[] = [];
  for (const set of sets) sources.push(await openSet(set, seed));
  return sources;
}
