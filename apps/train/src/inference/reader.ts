import { lookupTarget, type Target } from '@vividmed/datasets';
import { jit } from '@vividmed/engine';
import { type PreparableVolume, type PreparationRecord, restoreBox, restoreMask } from '@vividmed/imaging';
import { createReader as createModelReader, type GroundedPhrase, type Reading as ModelReading } from '@vividmed/vlm';
import { preparationOf, preparedVolume } from '../data/preparation.js';
import type { ModelInUse } from '../evaluation/model.js';

/** A phrase of an answer, where the image shows it, and what the taxonomy says it names. */
export interface ReadPhrase extends GroundedPhrase {
  /** Decides between mask and boxes; a phrase that the taxonomy does not know is shown both ways. */
  target: Target | undefined;
}

export interface Reading extends Omit<ModelReading, 'phrases'> {
  phrases: ReadPhrase[];
}

export interface ReadOptions {
  /** Whether phrases are opened and localised. */
  grounded: boolean;
  maxNewTokens?: number;
  signal?: AbortSignal;
}

export interface ImageReader {
  /** Answers one question per volume; volumes of one shape share a batch. */
  read(items: readonly { volume: PreparableVolume; question: string }[], options: ReadOptions): Promise<Reading[]>;
  dispose(): void;
}

// Graphs differ in the lengths of caches and in the sizes of batches.
const maxGraphs = 16;

/** A phrase with its mask and boxes on the grid of the image that came in. */
function onInput(phrase: GroundedPhrase, record: PreparationRecord): ReadPhrase {
  return {
    ...phrase,
    mask: phrase.kind === 'boxes' ? phrase.mask : restoreMask(record, phrase.mask),
    boxes: phrase.boxes.map(({ box, score }) => ({ box: restoreBox(record, box), score })),
    target: lookupTarget(phrase.text)?.target,
  };
}

/** Reads images with a model, compiled by the engine, phrases shown as the taxonomy says, on the voxels that came in. */
export function createReader(model: ModelInUse): ImageReader {
  const reader = createModelReader({
    ...model,
    compile: (fn) => jit(fn, { maxGraphs }),
    kindOf: (phrase) => lookupTarget(phrase)?.target.kind,
  });
  return {
    read: async (items, { maxNewTokens = 160, ...options }) => {
      const prepared = items.map(({ volume, question }) => ({ volume: preparedVolume(volume), question }));
      const readings = await reader.read(prepared, { maxNewTokens, ...options });
      return readings.map((reading, i) => {
        const record = preparationOf(items[i]!.volume);
        return { ...reading, phrases: reading.phrases.map((phrase) => onInput(phrase, record)) };
      });
    },
    dispose: () => reader.dispose(),
  };
}
