import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import type { Compile } from '@vividmed/nn';
import type { Plan } from '@vividmed/patch-embed';
import { createGenerator } from '../generate/generate.js';
import type { FinishReason } from '../generate/row.js';
import type { SampleOptions } from '../generate/sample.js';
import type { VividMedConfig } from '../model/config.js';
import type { VividMedModules, VividMedParams } from '../model/vividmed.js';
import { modelImage, planVolume } from '../preprocess/model-image.js';
import { type VolumeLike, voxelsOf } from '../preprocess/volume.js';
import { buildSequence, type Turn } from '../tokens/sequence.js';
import type { Tokenizer } from '../tokens/tokenizer.js';
import { createImageModel } from './localiser.js';
import { type GroundedPhrase, groundPhrase, type PhraseKind } from './phrase.js';

/** An image and a question about it. */
export interface ReadItem {
  volume: VolumeLike;
  question: string;
  /** What was asked and answered before. */
  history?: readonly Turn[];
}

export interface ReadOptions extends SampleOptions {
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
  /** Probability from which a voxel is inside a mask; 0.5 by default. */
  maskThreshold?: number;
  /** Presence score from which a box is shown; 0.5 by default. */
  boxThreshold?: number;
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
  /** Images of one shape that are read together; 16 by default. */
  batchSize?: number;
}

export interface Reader {
  /** Reads images; events come as things happen. Images of one shape are read together. Leaving the loop frees everything. */
  stream(items: readonly ReadItem[], options?: ReadOptions): AsyncGenerator<ReadEvent, void, undefined>;
  /** The same, collected: one reading per item. */
  read(items: readonly ReadItem[], options?: ReadOptions): Promise<Reading[]>;
  /** Frees what was compiled. */
  dispose(): void;
}

/** Indices of items whose volumes have one shape, at most `size` of them together, in the order of the items. */
function batchesOf(items: readonly ReadItem[], size: number): number[][] {
  const byShape = new Map<string, number[]>();
  items.forEach(({ volume: { shape } }, i) => {
    const key = shape.join();
    byShape.set(key, [...(byShape.get(key) ?? []), i]);
  });
  return [...byShape.values()].flatMap((indices) =>
    Array.from({ length: Math.ceil(indices.length / size) }, (_, k) => indices.slice(k * size, (k + 1) * size)),
  );
}

/** The images of a batch as the model reads them, [B, D, H, W, 1]. */
function stackImages(volumes: readonly VolumeLike[], plan: Plan): tf.Tensor {
  const voxels = voxelsOf(plan.padded);
  const pixels = new Float32Array(volumes.length * voxels);
  volumes.forEach((volume, i) => pixels.set(modelImage(volume, plan), i * voxels));
  return tf.tensor(pixels, [volumes.length, ...plan.padded, 1]);
}

const isShare = (value: number): boolean => value > 0 && value < 1;

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
  kindOf,
  modules,
  batchSize = 16,
}: ReaderOptions): Reader {
  const { promptState } = config;
  const compiling = compile ? { compile } : {};
  const generator = createGenerator(config.language, { tokenizer, promptState, ...compiling });
  const images = createImageModel(params, config, { ...compiling, ...(modules && { modules }) });

  async function* readBatch(
    items: readonly ReadItem[],
    indices: readonly number[],
    options: ReadOptions,
  ): AsyncGenerator<ReadEvent, void, undefined> {
    const { grounded = true, kind, maskThreshold = 0.5, boxThreshold = 0.5, ...generating } = options;
    const batch = indices.map((i) => items[i]!);
    const volumes = batch.map(({ volume }) => volume);
    const plan = planVolume(volumes[0]!.shape, config);
    const image = stackImages(volumes, plan);
    const held: tf.Tensor[] = [image];
    let embedding: tf.Tensor | undefined;
    try {
      const tokens = images.tokens(image, plan);
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
        if (closed.length > 0 && !embedding) held.push((embedding = images.embed(image, plan)));
        const states = closed.map(({ row, phrase }) => ({ image: row, hidden: phrase.hidden, tokens: phrase.tokens }));
        const regions = embedding ? await images.localise(embedding, plan, states) : [];
        for (const event of events) {
          const { row, ...rest } = event;
          const item = indices[row]!;
          if (event.type !== 'phrase') {
            yield { ...rest, item } as ReadEvent;
            continue;
          }
          const { text } = event.phrase;
          const phrase = groundPhrase(
            event.phrase,
            regions[closed.indexOf(event)]!,
            { volume: volumes[row]!, plan },
            { kind: kind ?? kindOf?.(text) ?? 'both', maskThreshold, boxThreshold },
          );
          yield { type: 'phrase', item, phrase };
        }
      }
    } finally {
      tf.dispose(held);
    }
  }

  async function* stream(
    items: readonly ReadItem[],
    options: ReadOptions = {},
  ): AsyncGenerator<ReadEvent, void, undefined> {
    const { maskThreshold = 0.5, boxThreshold = 0.5, signal } = options;
    check(
      isShare(maskThreshold) && isShare(boxThreshold),
      'config',
      `read: expected thresholds between 0 and 1, found ${maskThreshold} and ${boxThreshold}.`,
    );
    for (const indices of batchesOf(items, batchSize)) {
      if (!signal?.aborted) yield* readBatch(items, indices, options);
      else for (const item of indices) yield { type: 'end', item, finishReason: 'aborted' };
    }
  }

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
    dispose: () => {
      generator.dispose();
      images.dispose();
    },
  };
}
