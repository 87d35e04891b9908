import { pathToFileURL } from 'node:url';
import { check } from '@vividmed/core';
import type { Dataset, DatasetEntry } from '@vividmed/datasets';
import { openDataset } from '@vividmed/datasets/node';
import type { DataSource } from '../source-config.js';

/** A data set of a config, opened, with the studies of its split. */
export interface OpenSource {
  source: DataSource;
  dataset: Dataset;
  entries: readonly DatasetEntry[];
}

type OpenDataset = typeof openDataset;

/** What opens data sets: the packages, or a module of the user's own. */
async function findOpener(adapters: string | undefined): Promise<OpenDataset> {
  if (adapters === undefined) return openDataset;
  const found: Record<string, unknown> = await import(pathToFileURL(adapters).href);
  check(
    typeof found['openDataset'] === 'function',
    'config',
    `data.adapters: expected a module that exports openDataset(name, folder, options), found one that exports ${Object.keys(found).join(', ') || 'nothing'}.`,
  );
  // What a module of others exports has no type; what it gives is checked where it is used.
  return found['openDataset'] as OpenDataset;
}

/** Whether a study belongs to a split; one whose owners made no split is for training. */
export const isInSplit = (entry: DatasetEntry, split: DataSource['split']): boolean =>
  split === null || (entry.split ?? 'train') === split;

/**
 * The data set with the patients that a config keeps aside in split test.
 *
 * @throws {VividMedError} config, for patients that the data set does not have: a misspelt one would be trained on
 */
function keepAside(dataset: Dataset, testPatients: DataSource['testPatients'] = []): Dataset {
  if (testPatients.length === 0) return dataset;
  const known = new Set(dataset.entries.map(({ patient }) => patient));
  const numUnknown = testPatients.filter((patient) => !known.has(patient)).length;
  check(
    numUnknown === 0,
    'config',
    `data.sources: expected testPatients of ${dataset.name}, found ${numUnknown} of ${testPatients.length} that it does not have.`,
  );
  const aside = new Set(testPatients);
  const entries = dataset.entries.map((entry) =>
    aside.has(entry.patient) ? { ...entry, split: 'test' as const } : entry,
  );
  return { name: dataset.name, entries, read: (entry) => dataset.read(entry) };
}

/** Opens the data sets of a config. @throws {VividMedError} config or data, also for a split without a study. */
export async function openSources(sources: readonly DataSource[], adapters?: string): Promise<OpenSource[]> {
  const open = await findOpener(adapters);
  const opened: OpenSource[] = [];
  for (const source of sources) {
    const dataset = keepAside(await open(source.dataset, source.folder, source.options), source.testPatients);
    const entries = dataset.entries.filter((entry) => isInSplit(entry, source.split));
    check(
      entries.length > 0,
      'data',
      `data.sources: expected studies of ${source.dataset} in split "${source.split}", found none of ${dataset.entries.length}.`,
    );
    opened.push({ source, dataset, entries });
  }
  return opened;
}
