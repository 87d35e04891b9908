import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { type Compile, disposeParams, initParams } from '@vividmed/nn';
import type { Size3 } from '@vividmed/patch-embed';
import { decodePrompts, encodeImage, resizeMaskLogits } from '@vividmed/sam-decoder';
import { expectClose } from '@vividmed/testing';
import { describe, expect, it, test } from 'vitest';
import { presetConfig, type VividMedConfig } from '../model/config.js';
import { vividMed, vividMedModules, type VividMedParams, vividMedSpec } from '../model/vividmed.js';
import { modelImage, planVolume } from '../preprocess/model-image.js';
import { type VolumeLike, voxelsOf } from '../preprocess/volume.js';
import { buildSequence, nextPosition } from '../tokens/sequence.js';
import { wordShares } from '../tokens/word-shares.js';
import { wordTokenizer } from '../tokens/word-tokenizer.js';
import { regionOf } from './phrase.js';
import { createReader, type ReadEvent, type ReadItem } from './reader.js';

const tokenizer = wordTokenizer(['A', 'B', 'C']);
const { special, vocabSize } = tokenizer;
const { sys, beginPhrase, endPhrase, eos } = special;
const [a, b, c] = ['A', 'B', 'C'].map((word) => tokenizer.encode(word)[0]!) as [number, number, number];
const toy = ({
  promptWords = false,
  ...options
}: Partial<Parameters<typeof presetConfig>[1]> & { promptWords?: boolean } = {}): VividMedConfig => ({
  ...presetConfig('toy', { vocabSize, ...options }),
  promptWords,
});

async function withParams(
  config: VividMedConfig,
  text: (params: VividMedParams) => { embedding: tf.Tensor; head: tf.Tensor },
  run: (params: VividMedParams) => Promise<void>,
): Promise<void> {
  const params = initParams(vividMedSpec(config), 5);
  if (params.vg_proj.words) {
    // A new map that reads words reads nothing of states; this one reads both.
    const { shape } = params.vg_proj[0].weight;
    params.vg_proj[0].weight.dispose();
    params.vg_proj[0].weight = tf.randomNormal(shape, 0, 0.3, 'float32', 6);
  }
  const { embedding, head } = tf.tidy(() => text(params));
  tf.dispose([params.model.embed_tokens.weight, params.lm_head.weight]);
  params.model.embed_tokens.weight = embedding;
  params.lm_head.weight = head;
  await run(params).finally(() => disposeParams(params));
}

/** A model whose answers vary, are long (the logit of EOS is always 0) and often open and close phrases. */
const lively = (params: VividMedParams) => {
  const { shape } = params.model.embed_tokens.weight;
  const embedding = tf.randomNormal(shape, 0, 1, 'float32', 8);
  const follows = tf.buffer([vocabSize, vocabSize]);
  for (const [from, to] of [
    [a, beginPhrase],
    [beginPhrase, b],
    [b, endPhrase],
    [c, a],
  ] as const)
    follows.set(1.5, from, to);
  const noise = tf.randomNormal(params.lm_head.weight.shape, 0, 0.4, 'float32', 7);
  const head = tf.add(noise, tf.matMul(embedding, follows.toTensor(), true, false));
  return { embedding, head: tf.mul(head, tf.sub(1, tf.oneHot(tf.scalar(eos, 'int32'), vocabSize))) };
};

/** A model whose likeliest next token is a function of the newest one. */
const scripted = (next: [number, number][]) => (params: VividMedParams) => {
  const [rows, width] = params.model.embed_tokens.weight.shape as [number, number];
  const embedding = tf.buffer([rows, width]);
  const head = tf.buffer([width, rows]);
  for (let id = 0; id < rows; id++) embedding.set(20, id, id);
  for (const [from, to] of next) head.set(5, from, to);
  return { embedding: embedding.toTensor(), head: head.toTensor() };
};
const onePhrase: [number, number][] = [
  [sys, a],
  [a, beginPhrase],
  [beginPhrase, b],
  [b, endPhrase],
  [endPhrase, eos],
];
const endless: [number, number][] = [
  [sys, beginPhrase],
  [beginPhrase, c],
  [c, endPhrase],
  [endPhrase, beginPhrase],
];

function makeVolume(shape: Size3, seed: number): VolumeLike {
  const rng = createRng(seed);
  return { data: Float32Array.from({ length: voxelsOf(shape) }, () => rng.uniform()), shape };
}

const flat = makeVolume([1, 14, 11], 1);
const items: ReadItem[] = [
  { volume: flat, question: 'A B C' },
  { volume: makeVolume([6, 10, 12], 2), question: 'B' },
  { volume: makeVolume([1, 14, 11], 3), question: 'C' },
];

async function collect(events: AsyncIterable<ReadEvent>): Promise<ReadEvent[]> {
  const all: ReadEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const drawn = { maxNewTokens: 24, temperature: 1, seed: 5, boxThreshold: 0.05 } as const;

describe('reading', () => {
  for (const profile of ['paper', 'original'] as const) {
    for (const [promptState, promptWords] of [
      ['close', false],
      ['before-close', false],
      ['before-close', true],
    ] as const) {
      const beside = promptWords ? ' and words' : '';
      it(`gives the regions of the whole model over the whole text (${profile}, state ${promptState}${beside})`, () => {
        const config = toy({ profile, promptState, promptWords });
        return withParams(config, lively, async (params) => {
          const reader = createReader({ params, config, tokenizer });
          const readings = await reader.read(items, drawn);
          expect(readings.reduce((sum, { phrases }) => sum + phrases.length, 0)).toBeGreaterThan(2);
          readings.forEach(({ ids, phrases, text }, i) => {
            const { volume, question } = items[i]!;
            const plan = planVolume(volume.shape, config);
            const prompt = buildSequence({
              turns: [{ question }],
              grounded: true,
              numImageTokens: plan.numTokens,
              tokenizer,
            });
            const all = [...prompt.ids];
            const positions = [...prompt.positions];
            for (const id of ids) {
              const plain = id === special.beginNegative ? beginPhrase : id === special.endNegative ? endPhrase : id;
              positions.push(nextPosition(positions.at(-1)!, all.at(-1)!, plain, special));
              all.push(plain);
            }
            // What stands between the brackets before `close`.
            const tokens = phrases.map(({ close }) => {
              const open = ids.findLastIndex(
                (id, k) => k < close && (id === beginPhrase || id === special.beginNegative),
              );
              return ids.slice(open + 1, close);
            });
            const at = phrases.map(({ close }) => prompt.ids.length + close - (promptState === 'close' ? 0 : 1));
            if (at.length === 0) return;
            const [logits, boxes, presence] = tf.tidy(() => {
              const { localised } = vividMed(params, config, {
                ids: tf.tensor(all, [1, all.length], 'int32'),
                positions: tf.tensor(positions, [1, all.length], 'int32'),
                groups: [
                  {
                    image_BDHWC: tf.tensor(modelImage(volume, plan), [1, ...plan.padded, 1]),
                    patchDepth: plan.patchDepth,
                    poolDepth: plan.poolDepth,
                    phrases: {
                      hiddenIndex_K: tf.tensor1d(at, 'int32'),
                      imageIndex_K: tf.zeros([at.length], 'int32'),
                      ...(promptWords && {
                        words_KV: tf.tensor(wordShares(tokens, vocabSize), [at.length, vocabSize]),
                      }),
                    },
                  },
                ],
              });
              const { maskLogits, boxes: found, presenceLogits } = localised[0]!;
              // tidy lets arrays of numbers through, its type only tensors.
              // tidy lets arrays through, its type only tensors.
              return [resizeMaskLogits(maskLogits, plan.padded), found, tf.sigmoid(presenceLogits)].map(
                (x) => x.dataSync() as Float32Array,
              );
            }) as unknown as [Float32Array, Float32Array, Float32Array];
            phrases.forEach((phrase, k) => {
              expect(text.slice(phrase.start, phrase.end)).toBe(phrase.text);
              const part = (x: Float32Array) =>
                x.subarray((k * x.length) / at.length, ((k + 1) * x.length) / at.length);
              const expected = regionOf(
                { logits: part(logits), boxes: part(boxes), presence: part(presence) },
                { volume, plan },
                { kind: 'both', maskThreshold: 0.5, boxThreshold: drawn.boxThreshold },
              );
              expectClose([phrase.scores.mask, phrase.scores.boxes], [expected.scores.mask, expected.scores.boxes]);
              expect(phrase.mask).toHaveLength(volume.data.length);
              expect(phrase.mask.filter((x, v) => x !== expected.mask[v]).length).toBeLessThan(2);
              expectClose(
                phrase.boxes.flatMap(({ box, score }) => [...box, score]),
                expected.boxes.flatMap(({ box, score }) => [...box, score]),
              );
            });
          });
          reader.dispose();
        });
      });
    }
  }

  it('is the stream, collected', () =>
    withParams(toy(), lively, async (params) => {
      const reader = createReader({ params, config: toy(), tokenizer });
      const events = await collect(reader.stream(items, drawn));
      const readings = await reader.read(items, drawn);
      readings.forEach(({ ids, text, phrases, finishReason }, i) => {
        const own = events.filter(({ item }) => item === i);
        expect(own.flatMap((event) => (event.type === 'token' ? [event.id] : []))).toEqual(ids);
        expect(own.flatMap((event) => (event.type === 'phrase' ? [event.phrase] : []))).toEqual(phrases);
        expect(own.findLast((event) => event.type === 'token')).toMatchObject({ text });
        expect(own.at(-1)).toEqual({ type: 'end', item: i, finishReason });
      });
      const other = await reader.read(items, { ...drawn, seed: 4 });
      expect(other.map(({ ids }) => ids)).not.toEqual(readings.map(({ ids }) => ids));
    }));

  it('answers an image in a batch, or beside images of other shapes, as it does alone', () =>
    withParams(toy(), lively, async (params) => {
      const config = toy();
      const together = await createReader({ params, config, tokenizer }).read(items, drawn);
      const oneByOne = await createReader({ params, config, tokenizer, batchSize: 1 }).read(items, drawn);
      const greedy = { ...drawn, temperature: 0 };
      const reader = createReader({ params, config, tokenizer });
      const likeliest = await reader.read(items, greedy);
      const alone = await Promise.all(items.map(async (item) => (await reader.read([item], greedy))[0]!));
      for (const [left, right] of [
        [together, oneByOne],
        [likeliest, alone],
      ] as const) {
        left.forEach((reading, i) => {
          const other = right[i]!;
          expect(reading.ids).toEqual(other.ids);
          expect(reading.phrases.map(({ text, found }) => [text, found])).toEqual(
            other.phrases.map(({ text, found }) => [text, found]),
          );
          reading.phrases.forEach(({ scores, boxes }, k) => {
            expectClose([scores.mask, scores.boxes], [other.phrases[k]!.scores.mask, other.phrases[k]!.scores.boxes]);
            expectClose(
              boxes.flatMap(({ box }) => box),
              other.phrases[k]!.boxes.flatMap(({ box }) => box),
            );
          });
        });
      }
    }));

  for (const promptState of ['close', 'before-close'] as const) {
    it(`gives a phrase right after its closing token, before any other token (${promptState})`, () => {
      const config = toy({ promptState });
      return withParams(config, lively, async (params) => {
        const events = await collect(createReader({ params, config, tokenizer }).stream(items, drawn));
        let numPhrases = 0;
        for (let i = 0; i < items.length; i++) {
          const own = events.filter(({ item }) => item === i);
          own.forEach((event, at) => {
            if (event.type !== 'phrase') return;
            numPhrases++;
            const before = own[at - 1]!;
            expect(before.type === 'token' && [endPhrase, special.endNegative].includes(before.id)).toBe(true);
          });
          expect(own.findIndex(({ type }) => type === 'end')).toBe(own.length - 1);
        }
        expect(numPhrases).toBeGreaterThan(2);
      });
    });
  }

  it('embeds each image once, and localises phrases that close together in one call of few sizes', () =>
    withParams(toy(), scripted(endless), async (params) => {
      const calls = { embedded: [] as number[], prompts: [] as number[] };
      const modules = {
        imageEncoder: (...call: Parameters<typeof encodeImage>) => {
          calls.embedded.push(call[2].shape[0]!);
          return encodeImage(...call);
        },
        localiser: (...call: Parameters<typeof decodePrompts>) => {
          calls.prompts.push(call[2].prompts_KC.shape[0]!);
          return decodePrompts(...call);
        },
      };
      const reader = createReader({ params, config: toy(), tokenizer, modules });
      const same = [0, 1, 2, 3, 4].map((i) => ({ volume: flat, question: i % 2 === 0 ? 'A' : 'B C' }));
      const readings = await reader.read(same, { maxNewTokens: 9 });
      expect(readings.map(({ phrases }) => phrases.map(({ text }) => text))).toEqual(same.map(() => ['C', 'C', 'C']));
      expect(calls).toEqual({ embedded: [1], prompts: [8, 8, 8] });
      await reader.read(same.slice(0, 1), { maxNewTokens: 3 });
      expect(calls).toEqual({ embedded: [1, 1], prompts: [8, 8, 8, 1] });
    }));

  it('compiles functions of parameters once, and frees them when it is disposed', () =>
    withParams(toy(), scripted(endless), async (params) => {
      let [made, freed] = [0, 0];
      const compile: Compile = (fn) => {
        made++;
        return Object.assign((inputs: readonly tf.Tensor[]) => tf.tidy(() => fn([...inputs])), {
          dispose: () => void freed++,
        });
      };
      const config = toy();
      const reader = createReader({ params, config, tokenizer, compile });
      const first = await reader.read(items.slice(0, 1), { maxNewTokens: 20 });
      const numMade = made;
      expect(await reader.read(items.slice(0, 1), { maxNewTokens: 20 })).toEqual(first);
      expect(await createReader({ params, config, tokenizer }).read(items.slice(0, 1), { maxNewTokens: 20 })).toEqual(
        first,
      );
      expect(made).toBe(numMade);
      reader.dispose();
      expect(freed).toBe(made);
    }));
});

describe('what ends a reading', () => {
  it('is a signal: what was written stays, and images not begun have nothing', () =>
    withParams(toy(), scripted(endless), async (params) => {
      const reader = createReader({ params, config: toy(), tokenizer });
      const controller = new AbortController();
      const events: ReadEvent[] = [];
      for await (const event of reader.stream(items, { maxNewTokens: 50, signal: controller.signal })) {
        events.push(event);
        if (event.type === 'phrase') controller.abort();
      }
      const ends = events.filter(({ type }) => type === 'end');
      expect(ends.map((end) => end.type === 'end' && end.finishReason)).toEqual(['aborted', 'aborted', 'aborted']);
      expect(events.some(({ item, type }) => item === 1 && type === 'token')).toBe(false);
      const [first, , third] = await reader.read(items, { maxNewTokens: 50, signal: controller.signal });
      expect([first, third].map((reading) => reading!.text)).toEqual(['', '']);
      expect(first!.finishReason).toBe('aborted');
    }));

  it('is leaving the loop, which frees everything', () =>
    withParams(toy(), scripted(endless), async (params) => {
      const reader = createReader({ params, config: toy(), tokenizer });
      for (const type of ['token', 'phrase'] as const) {
        const before = tf.memory().numTensors;
        for await (const event of reader.stream(items, { maxNewTokens: 50 })) if (event.type === type) break;
        expect(tf.memory().numTensors).toBe(before);
      }
    }));

  it('is maxNewTokens, and a phrase that the last token closes is still localised', () =>
    withParams(toy(), scripted(endless), async (params) => {
      const reader = createReader({ params, config: toy(), tokenizer });
      const [cut] = await reader.read(items.slice(0, 1), { maxNewTokens: 3 });
      expect(cut).toMatchObject({ finishReason: 'length', text: 'C', phrases: [{ text: 'C' }] });
      const [open] = await reader.read(items.slice(0, 1), { maxNewTokens: 2 });
      expect(open).toMatchObject({ finishReason: 'length', text: 'C', phrases: [] });
    }));

  it('is EOS, also within a phrase that stays open', () =>
    withParams(
      toy(),
      scripted([
        [sys, beginPhrase],
        [beginPhrase, a],
        [a, eos],
      ]),
      async (params) => {
        const reader = createReader({ params, config: toy(), tokenizer });
        const [reading] = await reader.read(items.slice(0, 1));
        expect(reading).toEqual({ text: 'A', ids: [beginPhrase, a], phrases: [], finishReason: 'eos' });
      },
    ));
});

describe('phrases', () => {
  it('are not there without <grd>, and then nothing is embedded', () =>
    withParams(toy(), scripted(onePhrase), async (params) => {
      let numEmbedded = 0;
      const imageEncoder: typeof encodeImage = (...call) => {
        numEmbedded++;
        return encodeImage(...call);
      };
      const reader = createReader({ params, config: toy(), tokenizer, modules: { imageEncoder } });
      const [plain] = await reader.read(items.slice(0, 1), { grounded: false });
      expect(plain).toMatchObject({ text: 'A B', phrases: [] });
      expect(numEmbedded).toBe(0);
      const [grounded] = await reader.read(items.slice(0, 1));
      expect(grounded).toMatchObject({ text: 'A B', phrases: [{ text: 'B', start: 2, end: 3 }] });
      expect(numEmbedded).toBe(1);
    }));

  it('may be empty', () =>
    withParams(
      toy(),
      scripted([
        [sys, beginPhrase],
        [beginPhrase, endPhrase],
        [endPhrase, eos],
      ]),
      async (params) => {
        const asked: string[] = [];
        const kindOf = (text: string) => (asked.push(text), undefined);
        const reader = createReader({ params, config: toy(), tokenizer, kindOf });
        const [reading] = await reader.read(items.slice(0, 1));
        expect(reading).toMatchObject({ text: '', phrases: [{ text: '', start: 0, end: 0, kind: 'both' }] });
        expect(asked).toEqual(['']);
      },
    ));

  it('are shown as the taxonomy says or as the caller wants, with the scores of both branches', () =>
    withParams(toy(), scripted(onePhrase), async (params) => {
      const config = toy();
      // Every voxel but those of the first half of the slice is likely inside, and two of three instances are the same.
      const localiser: typeof decodePrompts = (...call) => {
        const found = decodePrompts(...call);
        const [k] = found.presenceLogits.shape as [number];
        const [, d, h, w] = found.maskLogits.shape as [number, number, number, number];
        const half = tf.concat([tf.fill([k, d, h / 2, w], -2), tf.fill([k, d, h / 2, w], 2)], 2);
        const box = [0.5, 0.5, 0.5, 1, 0.25, 0.25];
        return {
          maskLogits: half,
          boxes: tf.tile(tf.tensor([[box, box, [0.5, 0.2, 0.2, 1, 0.1, 0.1]]]), [k, 1, 1]),
          presenceLogits: tf.tile(tf.tensor([[0.5, 1, -1]]), [k, 1]),
        };
      };
      const ask = async (kind: 'mask' | 'boxes' | undefined, options = {}) => {
        const modules = { ...vividMedModules, localiser };
        const reader = createReader({ params, config, tokenizer, modules, kindOf: () => kind });
        return (await reader.read(items.slice(0, 1), options))[0]!.phrases[0]!;
      };
      const mask = await ask('mask');
      expect(mask).toMatchObject({ kind: 'mask', boxes: [], found: true });
      expect([...mask.mask]).toEqual(Array.from({ length: 154 }, (_, i) => (i < 77 ? 0 : 1)));
      const boxes = await ask('boxes');
      expect(boxes).toMatchObject({ kind: 'boxes', mask: new Uint8Array(0), found: true });
      expect(boxes.boxes).toHaveLength(1);
      expect(boxes.boxes[0]!.score).toBeCloseTo(1 / (1 + Math.exp(-1)), 5);
      expect(boxes.boxes[0]!.box.slice(0, 1)).toEqual([0]);
      expect(boxes.scores).toEqual(mask.scores);
      expect(boxes.scores.boxes).toBe(boxes.boxes[0]!.score);
      expect(boxes.scores.mask).toBeGreaterThan(0.8);
      const both = await ask(undefined);
      expect(both).toMatchObject({ kind: 'both', mask: mask.mask, boxes: boxes.boxes });
      expect(await ask('mask', { kind: 'boxes' })).toEqual(boxes);
      expect((await ask('boxes', { boxThreshold: 0.2 })).boxes).toHaveLength(2);

      const nothing = { maskThreshold: 0.9, boxThreshold: 0.9 };
      for (const kind of ['mask', 'boxes', undefined] as const) {
        const phrase = await ask(kind, nothing);
        expect(phrase).toMatchObject({ boxes: [], found: false });
        expect(phrase.mask.includes(1)).toBe(false);
        expect(phrase.scores.mask).toBeCloseTo(1 / (1 + Math.exp(-2)), 5);
      }
      await expect(ask('mask', { maskThreshold: 1 })).rejects.toThrow(/thresholds between 0 and 1/);
    }));
});

test('what was asked and answered before is part of the question', () =>
  withParams(toy(), lively, async (params) => {
    const reader = createReader({ params, config: toy(), tokenizer });
    const history = [{ question: 'B', answer: [{ phrase: 'A' }, { text: ' B' }] }];
    const [without] = await reader.read([{ volume: flat, question: 'C' }], drawn);
    const [withHistory] = await reader.read([{ volume: flat, question: 'C', history }], drawn);
    expect(withHistory!.ids).not.toEqual(without!.ids);
    expect(await reader.read([])).toEqual([]);
  }));
