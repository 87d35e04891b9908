import { epochOrder } from '@vividmed/datasets';
import type { VividMedConfig } from '@vividmed/vlm';
import type { TrainConfig } from '../config.js';
import { type PreparedStudy, unpackStudy } from '../data/prepared-study.js';
import { isInSplit, openSources } from '../data/sources.js';
import { cacheOf } from '../data/studies.js';
import { createStudyReader } from '../data/study-reader.js';

/** Studies of a split of a source that are measured at most. */
const maxStudies = 200;
/** Images that are rendered of each label map, each of another contrast. */
const numRendered = 3;

/** Studies of one split of a source, as the model reads them. */
export interface SplitStudies {
  dataset: string;
  split: 'train' | 'validate' | 'test';
  /** Studies, of which those of label maps give several images. */
  numStudies: number;
  images: PreparedStudy[];
}

/**
 * The studies of every split of the sources of a config, read as in training but for its transforms: nothing is varied. Where a split
 * has more than 200, a choice by the seed. What was prepared in training is taken from the cache of the run folder.
 */
export async function readSplits(
  { data, seed }: Pick<TrainConfig, 'data' | 'seed'>,
  model: VividMedConfig,
  folder: string,
  onProgress?: (done: number, total: number) => void,
): Promise<SplitStudies[]> {
  const { adapters } = data;
  const sources = (data.sources ?? []).map(({ transforms: _, ...source }) => ({ ...source, split: null }));
  const open = await openSources(sources, adapters);
  const cache = cacheOf(data.loading, folder);
  const read = await createStudyReader({
    sources,
    model,
    seed,
    varyDepth: false,
    ...(adapters && { adapters }),
    ...(cache !== undefined && { cache }),
  });
  const chosen = open.flatMap(({ dataset, entries, source }, index) =>
    (['train', 'validate', 'test'] as const).flatMap((split) => {
      const own = entries.filter((entry) => isInSplit(entry, split));
      const order = epochOrder(seed, `evaluate ${dataset.name} ${split}`, own.length);
      const some = Array.from({ length: Math.min(own.length, maxStudies) }, (_, i) => own[order(i)]!);
      return some.length === 0
        ? []
        : [{ dataset: dataset.name, split, index, some, times: source.render ? numRendered : 1 }];
    }),
  );
  const total = chosen.reduce((sum, { some }) => sum + some.length, 0);
  let done = 0;
  const splits: SplitStudies[] = [];
  for (const { dataset, split, index, some, times } of chosen) {
    const images: PreparedStudy[] = [];
    for (const [at, { id }] of some.entries()) {
      for (let k = 0; k < times; k++) {
        const position = at * times + k;
        images.push(unpackStudy(await read({ source: index, id, step: 1, position })));
      }
      onProgress?.(++done, total);
    }
    splits.push({ dataset, split, numStudies: some.length, images });
  }
  return splits;
}
