import { lookupTarget, type Target, type Volume } from '@vividmed/datasets';
import { jit } from '@vividmed/engine';
import { createReader as createModelReader, type GroundedPhrase, type Reading as ModelReading } from '@vividmed/vlm';
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
  read(items: readonly { volume: Volume; question: string }[], options: ReadOptions): Promise<Reading[]>;
  dispose(): void;
}

// Graphs differ in the lengths of caches and in the sizes of batches.
const maxGraphs = 16;

/** Reads images with a model, compiled by the engine, phrases shown as the taxonomy says. */
export function createReader(model: ModelInUse): ImageReader {
  const reader = createModelReader({
    ...model,
    compile: (fn) => jit(fn, { maxGraphs }),
    kindOf: (phrase) => lookupTarget(phrase)?.target.kind,
  });
  return {
    read: async (items, { maxNewTokens = 160, ...options }) => {
      const readings = await reader.read(items, { maxNewTokens, ...options });
      return readings.map((reading) => ({
        ...reading,
        phrases: reading.phrases.map((phrase) => ({ ...phrase, target: lookupTarget(phrase.text)?.target })),
      }));
    },
    dispose: () => reader.dispose(),
  };
}
