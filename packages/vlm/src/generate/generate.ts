import * as tf from '@tensorflow/tfjs';
import { check, createRng } from '@vividmed/core';
import type { Compile } from '@vividmed/nn';
import type { LanguageConfig } from '../language/config.js';
import type { PromptState, Sequence } from '../tokens/sequence.js';
import type { Tokenizer } from '../tokens/tokenizer.js';
import { createDecoder, type Decoder, type DecoderState, freeState, type TextParams } from './decoder.js';
import {
  type FinishReason,
  type GeneratedPhrase,
  type Generation,
  endRow,
  isBusy,
  pushToken,
  type Row,
  startRow,
} from './row.js';
import { checkSampling, type SampleOptions, sampleToken } from './sample.js';

/** Conversations that end in a question, and the image tokens of each. */
export interface GenerateInput {
  /** From `buildSequence`, the last turn without an answer. */
  sequences: readonly Sequence[];
  /** Image tokens with both brackets per group of rows, [B_g, N_g + 2, C], in the order of the rows. */
  images: readonly tf.Tensor[];
  /** Names the stream of random numbers of each row; by default its place in the batch. */
  streams?: readonly number[];
}

export interface GenerateOptions extends SampleOptions {
  /** Tokens written at most; 256 by default. */
  maxNewTokens?: number;
  /** Seed of what is drawn; 0 by default. Each row draws from a stream of its own. */
  seed?: number;
  /** Ends the answers early: they are returned as they are, with `aborted` as reason. */
  signal?: AbortSignal;
  /** Called with each event of `stream` as it happens. */
  onEvent?: (event: GenerateEvent) => void;
}

/** What happens while answers are written. */
export type GenerateEvent =
  /** A token was written; `text` is the row's text so far. */
  | { type: 'token'; row: number; id: number; text: string }
  /** A phrase was closed and its state is there. */
  | { type: 'phrase'; row: number; phrase: GeneratedPhrase }
  | { type: 'end'; row: number; finishReason: FinishReason };

export interface GeneratorOptions {
  tokenizer: Tokenizer;
  /** Which state prompts the localiser; `paper` by default. */
  promptState?: PromptState;
  /** Compiles the steps, for instance `jit` of `@vividmed/engine`. */
  compile?: Compile;
  /** Caches and prompts are padded to multiples of this, so that few sets of shapes occur; a multiple of 4, 64 by default. */
  bucket?: number;
}

export interface Generator {
  /** Writes the answers of all rows. */
  generate(params: TextParams, input: GenerateInput, options?: GenerateOptions): Promise<Generation[]>;
  /** The same, as events; returns the answers. Leaving the loop early frees everything. */
  stream(
    params: TextParams,
    input: GenerateInput,
    options?: GenerateOptions,
  ): AsyncGenerator<GenerateEvent, Generation[], undefined>;
  /** The same, all events of a step of all rows at once. */
  steps(
    params: TextParams,
    input: GenerateInput,
    options?: GenerateOptions,
  ): AsyncGenerator<GenerateEvent[], Generation[], undefined>;
  /** Frees what was compiled. */
  dispose(): void;
}

/** Lets timers, requests and aborts through between two steps. */
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve);
  });

/** Pads the prompts on the right and reads them. */
function readPrompts(
  decoder: Decoder,
  params: TextParams,
  { sequences, images }: GenerateInput,
  bucket: number,
): DecoderState {
  const batch = sequences.length;
  const longest = Math.max(...sequences.map(({ ids }) => ids.length));
  const length = Math.ceil(longest / bucket) * bucket;
  const ids = new Int32Array(batch * length);
  const positions = new Int32Array(batch * length);
  sequences.forEach((sequence, b) => {
    ids.set(sequence.ids, b * length);
    positions.set(sequence.positions, b * length);
  });
  const inputs = {
    ids: tf.tensor(ids, [batch, length], 'int32'),
    positions: tf.tensor(positions, [batch, length], 'int32'),
  };
  try {
    return decoder.prefill(params, { ...inputs, images, lengths: sequences.map((sequence) => sequence.ids.length) });
  } finally {
    tf.dispose(inputs);
  }
}

/** Completes the phrase that a row closed with the row's current state. */
function givePhrase(row: Row, r: number, hidden: Float32Array, width: number): GenerateEvent {
  const phrase = { ...row.waiting!, hidden: hidden.slice(r * width, (r + 1) * width) };
  row.waiting = undefined;
  row.phrases.push(phrase);
  return { type: 'phrase', row: r, phrase };
}

/**
 * Writes answers with a cache, token by token (paper 3.2): greedy or sampled, many rows at once, each phrase with the
 * state that prompts the localiser. That state is the one at `</p>`, which exists once `</p>` has been read, or
 * with `before-close` the one that predicted it.
 */
export function createGenerator(config: LanguageConfig, options: GeneratorOptions): Generator {
  const { tokenizer, promptState = 'close', compile, bucket = 64 } = options;
  const decoder = createDecoder(config, { bucket, ...(compile && { compile }) });

  async function* steps(
    params: TextParams,
    input: GenerateInput,
    { maxNewTokens = 256, seed = 0, signal, ...sampling }: GenerateOptions = {},
  ): AsyncGenerator<GenerateEvent[], Generation[], undefined> {
    checkSampling(sampling);
    check(
      input.sequences.length > 0 && maxNewTokens > 0,
      'config',
      'generate: expected a sequence and room for a token, found none.',
    );
    const rng = createRng(seed);
    const streams = input.sequences.map((_, row) => rng.fork(input.streams?.[row] ?? row));
    const rows = input.sequences.map((sequence) => startRow(sequence, tokenizer));
    const running = new Set(rows.keys());
    const state = readPrompts(decoder, params, input, bucket);
    const { width, vocabSize } = config;
    try {
      while (running.size > 0) {
        await breathe();
        const logits = (await state.logits.data()) as Float32Array;
        let states: Float32Array | undefined;
        const events: GenerateEvent[] = [];
        for (const r of running) {
          const row = rows[r]!;
          const give = async (): Promise<void> => {
            states ??= (await state.hidden.data()) as Float32Array;
            events.push(givePhrase(row, r, states, width));
          };
          if (signal?.aborted) endRow(row, 'aborted');
          if (row.waiting) await give();
          if (row.finishReason === undefined) {
            const scores = logits.subarray(r * vocabSize, (r + 1) * vocabSize);
            const id = sampleToken(scores, sampling, streams[r]!);
            pushToken(row, id, tokenizer);
            if (id !== tokenizer.special.eos) events.push({ type: 'token', row: r, id, text: row.text });
            if (row.waiting && promptState === 'before-close') await give();
            if (row.ids.length >= maxNewTokens) row.finishReason ??= 'length';
          }
          if (!isBusy(row)) {
            running.delete(r);
            events.push({ type: 'end', row: r, finishReason: row.finishReason! });
          }
        }
        yield events;
        if (running.size > 0) {
          const next = { ids: rows.map(({ token }) => token), positions: rows.map(({ position }) => position) };
          decoder.step(params, state, next);
        }
      }
    } finally {
      freeState(state);
    }
    return rows.map(({ ids, text, phrases, finishReason }) => ({ ids, text, phrases, finishReason: finishReason! }));
  }

  async function* stream(
    ...call: Parameters<Generator['stream']>
  ): AsyncGenerator<GenerateEvent, Generation[], undefined> {
    const source = steps(...call);
    try {
      while (true) {
        const next = await source.next();
        if (next.done) return next.value;
        yield* next.value;
      }
    } finally {
      await source.return([]);
    }
  }

  return {
    steps,
    stream,
    async generate(params, input, generateOptions = {}) {
      const events = stream(params, input, generateOptions);
      while (true) {
        const next = await events.next();
        if (next.done) return next.value;
        generateOptions.onEvent?.(next.value);
      }
    },
    dispose: () => decoder.dispose(),
  };
}
