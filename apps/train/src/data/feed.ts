import { createRng } from '@vividmed/core';
import type { Tokenizer, VividMedConfig } from '@vividmed/vlm';
import type { TrainConfig } from '../config.js';
import { createCellCollate } from '../encoders/collate.js';
import type { HostBatch } from '../training/batch.js';
import { createCollate } from './collate.js';
import type { Corpus } from './corpus.js';
import { createCaseDraw, createDraw, type Drawn, tasksOf } from './draw.js';
import type { PreparedStudy } from './prepared-study.js';
import { cacheOf, createStudies } from './studies.js';
import { studyConversation } from './study-conversation.js';

/** The batches of a stage, step after step. */
export interface Feed {
  /** Waits for what the next step needs, steps being asked for in order. */
  ready(): Promise<void>;
  /** Parts of the batch of a step that is ready: each its own group of equally shaped images. */
  parts(step: number): HostBatch[];
  close(): Promise<void>;
}

export interface FeedOptions {
  config: TrainConfig;
  model: VividMedConfig;
  tokenizer: Tokenizer;
  /** Folder of the run. */
  folder: string;
  /** First step that is asked for, counted from 1. */
  step: number;
  corpus: () => Promise<Corpus>;
  onSkip?: (message: string) => void;
}

async function phantomFeed({ config, model, tokenizer, corpus }: FeedOptions): Promise<Feed> {
  const images = await corpus();
  const feed = (parts: Feed['parts']): Feed => ({ ready: async () => {}, parts, close: async () => {} });
  if (config.tasks.cells > 0) {
    const draw = createCaseDraw(config, images);
    const collate = createCellCollate(model, { ...config, tokenizer });
    return feed((step) => draw(step).map((group) => collate([group])));
  }
  const draw = createDraw(config, images);
  const collate = createCollate({ model, train: config, tokenizer });
  return feed((step) => draw(step).map((group) => collate([group])));
}

/**
 * Samples in groups that share a graph: by the shape of the image, in parts of 1, 2, 4, 8 and so on, so that the graphs are as
 * many as the canvases times the logarithm of the batch, however the shapes of a batch fall.
 */
export function groupByCanvas(samples: readonly Drawn[]): Drawn[][] {
  const groups = new Map<string, Drawn[]>();
  for (const drawn of samples) {
    const key = JSON.stringify(drawn.plan);
    groups.set(key, [...(groups.get(key) ?? []), drawn]);
  }
  return [...groups.values()].flatMap((group) => {
    const parts: Drawn[][] = [];
    for (let at = 0; at < group.length;) {
      const size = 2 ** Math.floor(Math.log2(group.length - at));
      parts.push(group.slice(at, at + size));
      at += size;
    }
    return parts;
  });
}

async function sourceFeed({ config, model, tokenizer, folder, step: first, onSkip }: FeedOptions): Promise<Feed> {
  const { sources = [], adapters, loading } = config.data;
  const cache = cacheOf(loading, folder);
  const studies = await createStudies({
    sources,
    ...(adapters !== undefined && { adapters }),
    ...(cache !== undefined && { cache }),
    model,
    loading,
    seed: config.seed,
    varyDepth: config.augment,
    step: first,
    batchSize: config.batchSize,
    ...(onSkip && { onSkip }),
  });
  const collate = createCollate({ model, train: config, tokenizer });
  let next: PreparedStudy[] = [];
  return {
    ready: async () => {
      next = await studies.next();
    },
    parts: (step) => {
      const drawn = next.map(({ study, plan }, i): Drawn => {
        const rng = createRng(config.seed).fork(`study ${step} ${i}`);
        return { sample: studyConversation(tasksOf(config, step), study, rng, model.profile), rng, plan };
      });
      return groupByCanvas(drawn).map((group) => collate([group]));
    },
    close: studies.close,
  };
}

/** The batches of a stage: of the data sets of its config, or of the phantom. */
export const createFeed = (options: FeedOptions): Promise<Feed> =>
  options.config.data.sources ? sourceFeed(options) : phantomFeed(options);
