import { check, VividMedError } from '@vividmed/core';
import { packValue } from '@vividmed/datasets';
import { cacheKey, createFileCache, type Handler, stampFiles } from '@vividmed/datasets/node';
import type { VividMedConfig } from '@vividmed/vlm';
import type { DataSource } from '../config.js';
import { describeFailure } from './failure.js';
import { prepareStudy } from './prepared-study.js';
import { openSources } from './sources.js';

/** Raised when what a prepared study holds changes, so that none from before is used. */
const version = 1;

/** A study to read. */
export interface StudyRequest {
  /** Index of its source. */
  source: number;
  id: string;
}

export interface StudyReaderOptions {
  sources: readonly DataSource[];
  adapters?: string;
  model: VividMedConfig;
  /** Folder of prepared studies; left out, none are kept. */
  cache?: string;
}

/** Reads studies and prepares them for a model, as packed bytes of a `PreparedStudy`. Errors name data set and study. */
export async function createStudyReader(options: StudyReaderOptions): Promise<Handler<StudyRequest>> {
  const { model } = options;
  const open = await openSources(options.sources, options.adapters);
  const entriesOf = open.map(({ entries }) => new Map(entries.map((entry) => [entry.id, entry])));
  const cache = options.cache === undefined ? undefined : createFileCache(options.cache);
  const { maxTokens, maxTokensDepth, profile } = model;
  const plan = [version, model.vision.patch, maxTokens, maxTokensDepth, profile];
  return async ({ source, id }) => {
    const { dataset, source: config } = open[source]!;
    const entry = entriesOf[source]!.get(id);
    try {
      check(entry, 'data', 'expected a study of the data set, found none of this id.');
      const make = async (): Promise<Uint8Array> => packValue(prepareStudy(await dataset.read(entry), model));
      if (!cache) return await make();
      const stamps = await stampFiles(config.folder, entry.files);
      // The labels of an entry come from tables that are no file of it.
      return await cache.get(cacheKey(dataset.name, entry, stamps, plan), make);
    } catch (cause) {
      const code = VividMedError.isInstance(cause) ? cause.code : 'data';
      throw new VividMedError(code, `${dataset.name} ${id}: ${describeFailure(cause)}`, { cause });
    }
  };
}
