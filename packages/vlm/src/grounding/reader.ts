import * as tf from '@tensorflow/tfjs';
import type { Compile } from '@vividmed/nn';
import { createGenerator } from '../generate/generate.js';
import type { FinishReason } from '../generate/row.js';
import type { SampleOptions } from '../generate/sample.js';
import type { VividMedConfig } from '../model/config.js';
import type { VividMedModules, VividMedParams } from '../model/vividmed.js';
import { planVolume } from '../preprocess/model-image.js';
import type { VolumeLike } from '../preprocess/volume.js';
import { buildSequence, type Turn } from '../tokens/sequence.js';
import type { Tokenizer } from '../tokens/tokenizer.js';
import { batchesOf } from './batches.js';
import { createImageFeatures, type ImageFeatures } from './image-features.js';
import { createImageModel } from './localiser.js';
import { type LocatedItem, type LocateItem, type LocateOptions, locatePhrases } from './locate.js';
import { checkThresholds, type GroundedPhrase, type PhraseKind, regionOf, type RegionThresholds } from './phrase.js';
import { createPhraseStates } from './phrase-states.js';

/** An image and a question about it. */
export interface ReadItem {
  volume: VolumeLike;
  question: string;
  /** What was asked and answered before. */
  history?: readonly Turn[];
}

export interface ReadOptions extends SampleOptions, RegionThresholds {
  /** Whether phrases are opened and localised (`<grd>` or `<ngrd>`); true by default. */
  grounded?: boolean;
  /** Tokens written at most per item; 256 by default. */
  maxNewTokens?: number;
  /** Seed of what is drawn; 0 by default. Each item draws from a stream of its own, whatever it shares a batch with. */
  seed?: number;
  /** Ends the answers early: they are returned as they are, with `aborted` as reason. */
  signal?: AbortSignal;
  /** Shows phrases this way, whatever `kindOf` says. */
  kind?: PhraseKind;
}

/** What happens while images are read; `item` is the index of the image and its question. */
export type ReadEvent =
  /** A token was written; `text` is the item's text so far. */
  | { type: 'token'; item: number; id: number; text: string }
  /** A phrase was closed and localised. */
  | { type: 'phrase'; item: number; phrase: GroundedPhrase }
  | { type: 'end'; item: number; finishReason: FinishReason };

/** An answer with its phrases. */
export interface Reading {
  /** Without brackets. */
  text: string;
  /** Tokens as the model wrote them, EOS left out. */
  ids: number[];
  phrases: GroundedPhrase[];
  finishReason: FinishReason;
}

export interface ReaderOptions {
  params: VividMedParams;
  config: VividMedConfig;
  tokenizer: Tokenizer;
  /** Compiles what is computed, for instance `jit` of `@vividmed/engine`. */
  compile?: Compile;
  /** How a phrase is shown, as a taxonomy knows it; a phrase unknown to it is shown both ways. */
  kindOf?: (phrase: string) => PhraseKind | undefined;
  /** Replaced parts of the model. */
  modules?: Partial<VividMedModules>;
  /** Images of one shape that are read together, and phrases that are localised together; 16 by default. */
  batchSize?: number;
  /**
   * Volumes, told apart by identity, whose encodings are kept from call to call, those used last; none by default. A volume must
   * not change while they are kept.
   */
  keepImages?: number;
}

export interface Reader {
  /**
   * Reads images; events come as things happen. Images of one shape are read together, and each is encoded once for all that is
   * asked about it in a batch. Leaving the loop frees everything but the encodings of `keepImages`.
   */
  stream(items: readonly ReadItem[], options?: ReadOptions): AsyncGenerator<ReadEvent, void, undefined>;
  /** The same, collected: one reading per item. */
  read(items: readonly ReadItem[], options?: ReadOptions): Promise<Reading[]>;
  /** Where given phrases are, nothing being written. */
  locate(items: readonly LocateItem[], options?: LocateOptions): AsyncGenerator<LocatedItem, void, undefined>;
  /** Frees what was compiled and what was kept. */
  dispose(): void;
}

/**
 * Reads images with a model (paper 3.2): text, and for every phrase that closes a mask and boxes with scores, on the grid of
 * the volume that came in, as soon as the phrase has its state.
 *
 * Both branches run for every phrase, and nothing above the threshold is an answer: `found` is false. The localiser's
 * image encoder runs once per image, when the first phrase about one of its batch closes.
 */
export function createReader({
  params,
  config,
  tokenizer,
  compile,
  kindOf = () => undefined,
  modules,
  batchSize = 16,
  keepImages = 0,
}: ReaderOptions): Reader {
  const { promptState } = config;
  const compiling = compile ? { compile } : {};
  const generator = createGenerator(config.language, { tokenizer, promptState, ...compiling });
  const images = createImageModel(params, config, { ...compiling, ...(modules && { modules }) });
  const states = createPhraseStates(config.language, compile);
  const kept = keepImages > 0 ? createImageFeatures(images, keepImages) : undefined;

  // With the features that are kept, or with those of one call.
  async function* withFeatures<T>(
    run: (features: ImageFeatures) => AsyncGenerator<T, void, undefined>,
  ): AsyncGenerator<T, void, undefined> {
    const features = kept ?? createImageFeatures(images, batchSize);
    try {
      yield* run(features);
    } finally {
      if (!kept) features.dispose();
    }
  }

  async function* readBatch(
    items: readonly ReadItem[],
    indices: readonly number[],
    features: ImageFeatures,
    options: ReadOptions,
  ): AsyncGenerator<ReadEvent, void, undefined> {
    const { grounded = true, kind, maskThreshold, boxThreshold, ...generating } = options;
    const thresholds = checkThresholds({ maskThreshold, boxThreshold }, 'read');
    const batch = indices.map((i) => items[i]!);
    const volumes = batch.map(({ volume }) => volume);
    const shown = [...new Set(volumes)];
    const plan = planVolume(shown[0]!.shape, config);
    const held: tf.Tensor[] = [];
    let embeddings: tf.Tensor | undefined;
    try {
      const tokens = features.tokens(volumes, plan);
      held.push(tokens);
      const sequences = batch.map(({ question, history = [] }) =>
        buildSequence({
          turns: [...history, { question }],
          grounded,
          numImageTokens: plan.numTokens,
          tokenizer,
          promptState,
        }),
      );
      const steps = generator.steps(params, { sequences, images: [tokens], streams: indices }, generating);
      for await (const events of steps) {
        const closed = events.filter((event) => event.type === 'phrase');
        if (closed.length > 0 && !embeddings) held.push((embeddings = features.embeddings(shown, plan)));
        const asked = closed.map(({ row, phrase: { hidden, tokens: words } }) => ({
          image: shown.indexOf(volumes[row]!),
          hidden,
          tokens: words,
        }));
        const regions = embeddings ? await images.localise(embeddings, plan, asked) : [];
        for (const event of events) {
          const { row, ...rest } = event;
          const item = indices[row]!;
          if (event.type !== 'phrase') {
            yield { ...rest, item } as ReadEvent;
            continue;
          }
          const { hidden: _, ...said } = event.phrase;
          const region = regionOf(
            regions[closed.indexOf(event)]!,
            { volume: volumes[row]!, plan },
            { kind: kind ?? kindOf(said.text) ?? 'both', ...thresholds },
          );
          yield { type: 'phrase', item, phrase: { ...said, ...region } };
        }
      }
    } finally {
      tf.dispose(held);
    }
  }

  async function* streamWith(
    items: readonly ReadItem[],
    features: ImageFeatures,
    options: ReadOptions,
  ): AsyncGenerator<ReadEvent, void, undefined> {
    for (const indices of batchesOf(items, batchSize)) {
      if (!options.signal?.aborted) yield* readBatch(items, indices, features, options);
      else for (const item of indices) yield { type: 'end', item, finishReason: 'aborted' };
    }
  }

  const stream: Reader['stream'] = (items, options = {}) =>
    withFeatures((features) => streamWith(items, features, options));

  return {
    stream,
    read: async (items, options) => {
      const readings = items.map((): Reading => ({ text: '', ids: [], phrases: [], finishReason: 'aborted' }));
      for await (const event of stream(items, options)) {
        const reading = readings[event.item]!;
        if (event.type === 'token') {
          reading.ids.push(event.id);
          reading.text = event.text;
        } else if (event.type === 'phrase') reading.phrases.push(event.phrase);
        else reading.finishReason = event.finishReason;
      }
      return readings;
    },
    locate: (items, options = {}) => {
      const parts = { params, config, tokenizer, images, states, kindOf, batchSize };
      return withFeatures((features) => locatePhrases({ ...parts, features }, items, options));
    },
    dispose: () => {
      generator.dispose();
      images.dispose();
      states.dispose();
      kept?.dispose();
    },
  };
}
