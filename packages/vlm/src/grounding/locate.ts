import * as tf from '@tensorflow/tfjs';
import { check, VividMedError } from '@vividmed/core';
import type { VividMedConfig } from '../model/config.js';
import type { VividMedParams } from '../model/vividmed.js';
import { planVolume } from '../preprocess/model-image.js';
import type { VolumeLike } from '../preprocess/volume.js';
import { buildSequence } from '../tokens/sequence.js';
import type { Tokenizer } from '../tokens/tokenizer.js';
import { imageBatchesOf } from './batches.js';
import type { ImageFeatures } from './image-features.js';
import type { ImageModel } from './localiser.js';
import { checkThresholds, type PhraseKind, type PhraseRegion, regionOf, type RegionThresholds } from './phrase.js';
import type { PhraseStates } from './phrase-states.js';

/** A phrase about an image: what is asked is where it is, not whether it would be said. */
export interface LocateItem {
  volume: VolumeLike;
  /** What the phrase answers, as in training: the state of the phrase depends on it. */
  question: string;
  phrase: string;
}

export interface LocateOptions extends RegionThresholds {
  /** Shows phrases this way, whatever `kindOf` says. */
  kind?: PhraseKind;
  /** Stops between two batches. */
  signal?: AbortSignal;
}

/** Where the phrase of an item is; `item` is its index. */
export interface LocatedItem {
  item: number;
  region: PhraseRegion;
}

export interface LocateParts {
  params: VividMedParams;
  config: VividMedConfig;
  tokenizer: Tokenizer;
  images: ImageModel;
  states: PhraseStates;
  features: ImageFeatures;
  kindOf: (phrase: string) => PhraseKind | undefined;
  batchSize: number;
}

/**
 * Finds given phrases in images, nothing being written (paper 3.2: the state of `</p>` prompts the localiser). Items about images
 * of one shape share a batch; the regions of a batch come one after the other, so that a caller need not hold them all.
 *
 * @yields the region of each item, in the order of the batches
 * @throws {VividMedError} `interrupted` when the signal fired; `data` for a phrase without words
 */
export async function* locatePhrases(
  { params, config, tokenizer, images, states, features, kindOf, batchSize }: LocateParts,
  items: readonly LocateItem[],
  { kind, signal, ...given }: LocateOptions,
): AsyncGenerator<LocatedItem, void, undefined> {
  const thresholds = checkThresholds(given, 'locate');
  const empty = items.findIndex(({ phrase }) => phrase.trim() === '');
  check(empty < 0, 'data', `locate: expected phrases of words, found item ${empty} without any.`);
  const { promptState } = config;
  for (const indices of imageBatchesOf(items, batchSize)) {
    if (signal?.aborted) throw new VividMedError('interrupted', 'locate: expected to end, found the signal to stop.');
    const batch = indices.map((i) => items[i]!);
    const volumes = batch.map(({ volume }) => volume);
    const shown = [...new Set(volumes)];
    const plan = planVolume(shown[0]!.shape, config);
    const sequences = batch.map(({ question, phrase }) =>
      buildSequence({
        turns: [{ question, answer: [{ phrase }] }],
        grounded: true,
        numImageTokens: plan.numTokens,
        tokenizer,
        promptState,
      }),
    );
    const held: tf.Tensor[] = [];
    try {
      const tokens = features.tokens(volumes, plan);
      held.push(tokens);
      const hidden = await states.of(params.model, sequences, tokens);
      const embeddings = features.embeddings(shown, plan);
      held.push(embeddings);
      const phrases = batch.map(({ volume }, i) => ({
        hidden: hidden[i]!,
        tokens: sequences[i]!.phrases[0]!.tokens,
        image: shown.indexOf(volume),
      }));
      const regions = await images.localise(embeddings, plan, phrases);
      for (const [i, item] of indices.entries()) {
        const { volume, phrase } = batch[i]!;
        const options = { kind: kind ?? kindOf(phrase) ?? 'both', ...thresholds } as const;
        yield { item, region: regionOf(regions[i]!, { volume, plan }, options) };
      }
    } finally {
      tf.dispose(held);
    }
  }
}
