import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { jit } from '@vividmed/engine';
import { disposeParams, initParams } from '@vividmed/nn';
import { createDecoder, type Decoder, languageSpec, lmHeadSpec, presetConfig, type PresetName } from '@vividmed/vlm';
import { partKey, writeCase } from './batch.js';
import { type BenchCase, sizesOf } from './case.js';
import type { Work } from './work.js';

export interface DecodeSizes {
  preset: PresetName;
  /** Answers at once. */
  batch: number;
  /** Words of the vocabulary. */
  vocab: number;
  /** Tokens of a prompt after its image. */
  prompt: number;
  /** Tokens of an answer. */
  tokens: number;
}

type State = ReturnType<Decoder['prefill']>;

const cacheOf = ({ cache: { past, recent } }: State): tf.Tensor[] =>
  [...past, ...recent].flatMap(({ keys, values }) => [keys, values]);

/** A state of its own over the same values: steps replace the tensors of a state, and do not write into them. */
function copyState(state: State): State {
  const copy = (layers: State['cache']['past']) =>
    layers.map(({ keys, values }) => ({ keys: tf.clone(keys), values: tf.clone(values) }));
  const { logits, hidden, cache } = state;
  const copied = { past: copy(cache.past), recent: copy(cache.recent) };
  return { ...state, logits: tf.clone(logits), hidden: tf.clone(hidden), cache: copied };
}

const freeState = (state: State): void => tf.dispose([state.logits, state.hidden, ...cacheOf(state)]);

/** The likeliest token of each row, and the sum of their logits. */
function greedy(logits: Float32Array, batch: number): { ids: number[]; sum: number } {
  const vocab = logits.length / batch;
  let sum = 0;
  const ids = Array.from({ length: batch }, (_, row) => {
    let best = row * vocab;
    for (let i = best + 1; i < (row + 1) * vocab; i++) if (logits[i]! > logits[best]!) best = i;
    sum += logits[best]!;
    return best - row * vocab;
  });
  return { ids, sum };
}

/** Images and prompts of random words, with the positions that `buildSequence` gives them. */
function makePrompts({ batch, vocab, prompt }: DecodeSizes, numImageTokens: number) {
  const rng = createRng(1);
  const length = numImageTokens + 3 + prompt;
  const ids = Int32Array.from({ length: batch * length }, () => Math.floor(rng.uniform() * vocab));
  const position = (i: number): number => (i < 2 ? i : i < numImageTokens + 2 ? 2 : i - numImageTokens + 1);
  return { length, ids, positions: Int32Array.from(ids, (_, i) => position(i % length)) };
}

/**
 * An answer of greedy tokens with a cache, by the generator's own decoder, after a prompt that was read before the clock started. Its
 * number is the mean of the logits of the tokens taken: another token anywhere changes all after it.
 */
export async function decode(benchCase: BenchCase, file: string): Promise<Work> {
  const sizes = sizesOf<DecodeSizes>(benchCase);
  const { preset, batch, vocab, tokens } = sizes;
  const { language, maxTokens } = presetConfig(preset, { vocabSize: vocab });
  const spec = { model: languageSpec(language), lm_head: lmHeadSpec(language) };
  const params = initParams(spec, 1);
  const { length, ids, positions } = makePrompts(sizes, maxTokens);
  const image = tf.randomNormal([batch, maxTokens + 2, language.width], 0, 1, 'float32', 2);
  if (!existsSync(file)) {
    const arrays = new Map(
      Object.entries({
        ids: { shape: [batch, length], data: Float32Array.from(ids) },
        positions: { shape: [batch, length], data: Float32Array.from(positions) },
        image: { shape: image.shape, data: Float32Array.from(image.dataSync()) },
      }).map(([name, array]) => [partKey(0, name), array]),
    );
    await writeCase(file, { spec, params, arrays, setup: { language } });
  }
  const bucket = 64;
  const room = Math.ceil(length / bucket) * bucket;
  const padded = (values: Int32Array): tf.Tensor =>
    tf.tidy(() =>
      tf.pad(tf.tensor2d(values, [batch, length], 'int32'), [
        [0, 0],
        [0, room - length],
      ]),
    );
  // As many graphs as the programs keep that generate.
  const decoder = createDecoder(language, { compile: (fn) => jit(fn, { maxGraphs: 16 }), bucket });
  const inputs = { ids: padded(ids), positions: padded(positions) };
  const lengths = Array.from({ length: batch }, () => length);
  const read = decoder.prefill(params, { ...inputs, lengths, images: [image] });
  tf.dispose([inputs, image]);
  const next = positions.at(-1)! + 1;
  return {
    run: () => {
      const state = copyState(read);
      let total = 0;
      for (let i = 0; ; i++) {
        const taken = greedy(state.logits.dataSync() as Float32Array, batch);
        total += taken.sum;
        if (i === tokens - 1) break;
        decoder.step(params, state, { ids: taken.ids, positions: taken.ids.map(() => next + i) });
      }
      freeState(state);
      return total / (batch * tokens);
    },
    dispose: () => {
      freeState(read);
      decoder.dispose();
      disposeParams(params);
    },
  };
}
