import { check, createRng, VividMedError } from '@vividmed/core';
import { type DatasetEntry, labelSetNames, labelsOf, packValue, type Study, unpackValue } from '@vividmed/datasets';
import { cacheKey, createFileCache, type Handler, stampFiles } from '@vividmed/datasets/node';
import { effectivePatchDepth, samplePatchDepth } from '@vividmed/patch-embed';
import type { VividMedConfig } from '@vividmed/vlm';
import type { DataSource } from '../source-config.js';
import { describeFailure } from './failure.js';
import { preparationOf } from '@vividmed/inference';
import { prepareStudy, unpackStudy } from './prepared-study.js';
import { type OpenSource, openSources } from './sources.js';
import { drawOf } from './vary.js';

/** Raised when what a prepared study holds changes, so that none from before is used. */
const version = 2;

/** A study to read, and the draw that it is for: what is drawn depends on the seed and these alone. */
export interface StudyRequest {
  /** Index of its source. */
  source: number;
  id: string;
  /** Step that it is for; the studies of a step share a patch depth where their depths are alike. */
  step: number;
  /** Position in the stream of studies: no two draws share what is drawn. */
  position: number;
}

export interface StudyReaderOptions {
  sources: readonly DataSource[];
  adapters?: string;
  model: VividMedConfig;
  seed: number;
  /** Whether the patch depth is drawn around the natural one (paper 3.2.3). */
  varyDepth: boolean;
  /** Folder of prepared studies; left out, none are kept. */
  cache?: string;
}

/** What is made of a study before anything is drawn, kept in the cache where there is one. */
type Keep = (what: readonly unknown[], make: (study: Study) => Uint8Array) => Promise<Uint8Array>;

/** Reads an entry when something that is not kept is asked for, once. */
async function keeperOf({ dataset, source }: OpenSource, entry: DatasetEntry, folder?: string): Promise<Keep> {
  let reading: Promise<Study> | undefined;
  const read = (): Promise<Study> => (reading ??= dataset.read(entry));
  if (folder === undefined) return async (_, make) => make(await read());
  const stamps = await stampFiles(source.folder, entry.files);
  const cache = createFileCache(folder);
  // The labels of an entry come from tables that are no file of it, and options change what is read.
  return (what, make) =>
    cache.get(cacheKey(dataset.name, entry, source.options, stamps, what), async () => make(await read()));
}

/**
 * Reads studies and prepares them for a model, as packed bytes of a `PreparedStudy`. What is kept are images on the model's grid, and
 * of label maps their labels; what a source has rendered or transformed is drawn after that. Errors name data set and study.
 */
export async function createStudyReader(options: StudyReaderOptions): Promise<Handler<StudyRequest>> {
  const { model, seed, varyDepth } = options;
  const open = await openSources(options.sources, options.adapters);
  const sources = open.map((source) => {
    const { name } = source.dataset;
    return {
      ...source,
      byId: new Map(source.entries.map((entry) => [entry.id, entry])),
      draw: drawOf(source.source, labelSetNames.includes(name) ? labelsOf(name) : []),
    };
  });
  const { maxTokens, maxTokensDepth, profile } = model;
  const depths = { patchDepth: model.vision.patch[0], maxTokensDepth };
  const grid = [version, model.vision.patch, maxTokens, maxTokensDepth, profile];

  /** The patch depth of a study in a step. */
  const patchDepthOf = async (keep: Keep, step: number): Promise<number> => {
    const bytes = await keep([version, 'depth'], (study) => packValue(preparationOf(study.volume).output.shape[0]));
    // Packed above.
    const depth = unpackValue(bytes) as number;
    if (!varyDepth) return effectivePatchDepth(depth, depths, profile);
    return samplePatchDepth(depth, depths, createRng(seed).fork(`patch depth ${step}`), { profile });
  };

  return async ({ source: index, id, step, position }) => {
    const source = sources[index]!;
    try {
      const entry = source.byId.get(id);
      check(entry, 'data', 'expected a study of the data set, found none of this id.');
      const keep = await keeperOf(source, entry, options.cache);
      const patchDepth = await patchDepthOf(keep, step);
      const bytes = await keep([...grid, patchDepth], (study) => packValue(prepareStudy(study, model, patchDepth)));
      const drawn = source.draw(unpackStudy(bytes), createRng(seed).fork(`draw ${position}`));
      return packValue(drawn);
    } catch (cause) {
      const code = VividMedError.isInstance(cause) ? cause.code : 'data';
      throw new VividMedError(code, `${source.dataset.name} ${id}: ${describeFailure(cause)}`, { cause });
    }
  };
}
