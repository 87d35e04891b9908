import { join } from 'node:path';
import { VividMedError } from '@vividmed/core';
import { createPrefetch, createSampler } from '@vividmed/datasets';
import { createThreads, type Handler } from '@vividmed/datasets/node';
import type { DataConfig } from '../config.js';
import { type PreparedStudy, unpackStudy } from './prepared-study.js';
import { openSources } from './sources.js';
import { createStudyReader, type StudyReaderOptions, type StudyRequest } from './study-reader.js';

/** The studies of the steps of a stage, read ahead. */
export interface Studies {
  /** The studies of the next step. */
  next(): Promise<PreparedStudy[]>;
  close(): Promise<void>;
}

export interface StudiesOptions extends StudyReaderOptions {
  loading: DataConfig['loading'];
  /** The first step to be asked for, counted from 1. */
  step: number;
  batchSize: number;
  /** Told of a study that was left out, once for each time it is drawn. */
  onSkip?: (message: string) => void;
}

/** The folder of prepared studies of a run; `undefined` where none are kept. */
export function cacheOf({ cache }: DataConfig['loading'], folder: string): string | undefined {
  return cache === undefined ? join(folder, 'cache') : (cache ?? undefined);
}

/** Studies that are tried in place of one that cannot be read. */
const maxAttempts = 8;

/** Failures that another study would share: the stage was stopped, or its config asks for what cannot be done. */
const isFinal = ({ code }: VividMedError): boolean => code === 'interrupted' || code === 'config';

/** Threads read the sources of the packages, as this process does. */
const execArgv = ['--conditions=@vividmed/source'];

async function openReader(options: StudiesOptions): Promise<{ run: Handler<StudyRequest>; close(): Promise<void> }> {
  const { sources, adapters, model, seed, varyDepth, cache, loading } = options;
  const data: StudyReaderOptions = {
    sources,
    model,
    seed,
    varyDepth,
    ...(adapters && { adapters }),
    ...(cache && { cache }),
  };
  if (loading.threads === 0) return { run: await createStudyReader(data), close: async () => {} };
  const script = new URL('./study-thread.mjs', import.meta.url);
  return createThreads<StudyRequest>({ numThreads: loading.threads, script, data, execArgv });
}

/**
 * Reads and prepares the studies of each step in threads, `loading.ahead` steps before they are needed. Which study a step has
 * depends on seed and step alone, and, where studies are skipped, on which can be read.
 *
 * @throws {VividMedError} as `openSources` and `createSampler`; when a study cannot be read, from `next`
 */
export async function createStudies(options: StudiesOptions): Promise<Studies> {
  const { seed, loading, step, batchSize, onSkip } = options;
  const open = await openSources(options.sources, options.adapters);
  const sampler = createSampler(
    seed,
    open.map(({ source: { weight, positiveShare }, dataset: { name }, entries }) => ({
      name,
      entries,
      weight,
      ...(positiveShare !== undefined && { positiveShare }),
    })),
  );
  const reader = await openReader(options);
  const read = async (position: number): Promise<PreparedStudy> => {
    for (let attempt = 0; ; attempt++) {
      const { source, entry } = sampler(position, attempt);
      try {
        return unpackStudy(
          await reader.run({ source, id: entry.id, step: Math.floor(position / batchSize) + 1, position }),
        );
      } catch (error) {
        if (!VividMedError.isInstance(error) || loading.onError === 'stop' || isFinal(error)) throw error;
        if (attempt + 1 === maxAttempts) throw error;
        onSkip?.(error.message);
      }
    }
  };
  const stream = createPrefetch(read, { from: (step - 1) * batchSize, ahead: loading.ahead * batchSize });
  return { next: () => stream.take(batchSize), close: reader.close };
}
