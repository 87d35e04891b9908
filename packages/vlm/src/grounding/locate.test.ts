import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { disposeParams, initParams } from '@vividmed/nn';
import type { Size3 } from '@vividmed/patch-embed';
import { encodeImage, resizeMaskLogits } from '@vividmed/sam-decoder';
import { expectClose } from '@vividmed/testing';
import { describe, expect, it, test } from 'vitest';
import { presetConfig, type VividMedConfig } from '../model/config.js';
import { vividMed, vividMedModules, type VividMedParams, vividMedSpec } from '../model/vividmed.js';
import { modelImage, planVolume } from '../preprocess/model-image.js';
import { type VolumeLike, voxelsOf } from '../preprocess/volume.js';
import { buildSequence } from '../tokens/sequence.js';
import { wordShares } from '../tokens/word-shares.js';
import { wordTokenizer } from '../tokens/word-tokenizer.js';
import type { LocateItem, LocateOptions } from './locate.js';
import { type PhraseRegion, regionOf } from './phrase.js';
import { createReader, type Reader } from './reader.js';

const tokenizer = wordTokenizer(['A', 'B', 'C']);
const { vocabSize } = tokenizer;

const volumeOf = (shape: Size3, seed: number): VolumeLike => {
  const rng = createRng(seed);
  return { data: Float32Array.from({ length: voxelsOf(shape) }, () => rng.uniform()), shape };
};
const [flat, deep, other] = [volumeOf([1, 14, 11], 1), volumeOf([6, 10, 12], 2), volumeOf([1, 14, 11], 3)];
const items: LocateItem[] = [
  { volume: flat, question: 'A', phrase: 'B' },
  { volume: deep, question: 'A B', phrase: 'C A' },
  { volume: other, question: 'A', phrase: 'B' },
  { volume: flat, question: 'C', phrase: 'A' },
  { volume: flat, question: 'A', phrase: 'C B A' },
];

async function withParams(config: VividMedConfig, run: (params: VividMedParams) => Promise<void>): Promise<void> {
  const params = initParams(vividMedSpec(config), 5);
  if (params.vg_proj.words) {
    // A new map that reads words reads nothing of states; this one reads both.
    const { shape } = params.vg_proj[0].weight;
    params.vg_proj[0].weight.dispose();
    params.vg_proj[0].weight = tf.randomNormal(shape, 0, 0.3, 'float32', 6);
  }
  await run(params).finally(() => disposeParams(params));
}

async function regionsOf(reader: Reader, asked = items, options: LocateOptions = {}): Promise<PhraseRegion[]> {
  const regions: PhraseRegion[] = [];
  for await (const { item, region } of reader.locate(asked, options)) regions[item] = region;
  return regions;
}

/** The whole model over the conversation of one item. */
function expectedRegion(params: VividMedParams, config: VividMedConfig, { volume, question, phrase }: LocateItem) {
  const plan = planVolume(volume.shape, config);
  const { ids, positions, phrases } = buildSequence({
    turns: [{ question, answer: [{ phrase }] }],
    grounded: true,
    numImageTokens: plan.numTokens,
    tokenizer,
    promptState: config.promptState,
  });
  const [logits, boxes, presence] = tf.tidy(() => {
    const { localised } = vividMed(params, config, {
      ids: tf.tensor([ids], undefined, 'int32'),
      positions: tf.tensor([positions], undefined, 'int32'),
      groups: [
        {
          image_BDHWC: tf.tensor(modelImage(volume, plan), [1, ...plan.padded, 1]),
          patchDepth: plan.patchDepth,
          poolDepth: plan.poolDepth,
          phrases: {
            hiddenIndex_K: tf.tensor1d([phrases[0]!.index], 'int32'),
            imageIndex_K: tf.zeros([1], 'int32'),
            ...(config.promptWords && {
              words_KV: tf.tensor(wordShares([tokenizer.encode(phrase)], vocabSize), [1, vocabSize]),
            }),
          },
        },
      ],
    });
    const { maskLogits, boxes: found, presenceLogits } = localised[0]!;
    // tidy lets arrays through, its type only tensors.
    return [resizeMaskLogits(maskLogits, plan.padded), found, tf.sigmoid(presenceLogits)].map(
      (x) => x.dataSync() as Float32Array,
    );
  }) as unknown as [Float32Array, Float32Array, Float32Array];
  return regionOf({ logits, boxes, presence }, { volume, plan }, { kind: 'both', maskThreshold: 0.5, boxThreshold: 0 });
}

describe('the regions of given phrases', () => {
  for (const [promptState, promptWords] of [
    ['close', false],
    ['before-close', true],
  ] as const) {
    it(`are those of the whole model (state ${promptState}, ${promptWords ? 'with' : 'without'} words)`, () => {
      const config = { ...presetConfig('toy', { vocabSize }), promptState, promptWords };
      return withParams(config, async (params) => {
        const reader = createReader({ params, config, tokenizer, batchSize: 3 });
        const regions = await regionsOf(reader, items, { boxThreshold: 0 });
        expect(regions).toHaveLength(items.length);
        regions.forEach((region, i) => {
          const expected = expectedRegion(params, config, items[i]!);
          expectClose([region.scores.mask, region.scores.boxes], [expected.scores.mask, expected.scores.boxes]);
          expect(region.mask).toHaveLength(items[i]!.volume.data.length);
          expect(region.mask.filter((x, v) => x !== expected.mask[v]).length).toBeLessThan(2);
          expect(region.boxes.length).toBeGreaterThan(0);
          expectClose(
            region.boxes.flatMap(({ box, score }) => [...box, score]),
            expected.boxes.flatMap(({ box, score }) => [...box, score]),
          );
        });
        expect(regions[0]!.scores).not.toEqual(regions[3]!.scores);
        reader.dispose();
      });
    });
  }

  const config = presetConfig('toy', { vocabSize });

  it('are shown as the taxonomy or the caller says', () =>
    withParams(config, async (params) => {
      const kindOf = (phrase: string) => (phrase === 'B' ? 'mask' : phrase === 'A' ? 'boxes' : undefined);
      const reader = createReader({ params, config, tokenizer, kindOf });
      expect((await regionsOf(reader)).map(({ kind }) => kind)).toEqual(['mask', 'both', 'mask', 'boxes', 'both']);
      expect((await regionsOf(reader, items, { kind: 'boxes' })).every(({ kind }) => kind === 'boxes')).toBe(true);
    }));

  it('end with the loop or with the signal, and nothing stays behind', () =>
    withParams(config, async (params) => {
      const reader = createReader({ params, config, tokenizer, batchSize: 2 });
      const before = tf.memory().numTensors;
      for await (const { item } of reader.locate(items)) {
        expect(item).toBe(0);
        break;
      }
      expect(tf.memory().numTensors).toBe(before);
      const controller = new AbortController();
      const seen: number[] = [];
      const stopped = async (): Promise<void> => {
        for await (const { item } of reader.locate(items, { signal: controller.signal })) {
          seen.push(item);
          controller.abort();
        }
      };
      await expect(stopped()).rejects.toMatchObject({ code: 'interrupted' });
      expect(seen).toEqual([0, 3]);
      expect(tf.memory().numTensors).toBe(before);
    }));

  it('are not looked for where a phrase has no words or a threshold is none', () =>
    withParams(config, async (params) => {
      const reader = createReader({ params, config, tokenizer });
      const blank = [items[0]!, { ...items[0]!, phrase: ' ' }];
      await expect(regionsOf(reader, blank)).rejects.toThrow(/found item 1 without any/);
      await expect(regionsOf(reader, items, { boxThreshold: Number.NaN })).rejects.toThrow(/between 0 and 1/);
      expect(await regionsOf(reader, [])).toEqual([]);
    }));
});

describe('images that are kept', () => {
  const config = presetConfig('toy', { vocabSize });

  /** Numbers of images that the tower and the localiser's encoder were given in each call. */
  function counted() {
    const calls = { tower: [] as number[], encoder: [] as number[] };
    const visionTower: typeof vividMedModules.visionTower = (...call) => {
      calls.tower.push(call[2].shape[0]!);
      return vividMedModules.visionTower(...call);
    };
    const imageEncoder: typeof encodeImage = (...call) => {
      calls.encoder.push(call[2].shape[0]!);
      return encodeImage(...call);
    };
    return { calls, modules: { visionTower, imageEncoder } };
  }

  it('are encoded once for all that is asked about them, with the same answers', () =>
    withParams(config, async (params) => {
      const { calls, modules } = counted();
      const plain = createReader({ params, config, tokenizer });
      const keeping = createReader({ params, config, tokenizer, modules, keepImages: 3 });
      const questions = items.slice(0, 3).map(({ volume, question }) => ({ volume, question }));
      for (const options of [{ maxNewTokens: 3 }, { maxNewTokens: 3, grounded: false }]) {
        expect(await keeping.read(questions, options)).toEqual(await plain.read(questions, options));
      }
      expect(await regionsOf(keeping)).toEqual(await regionsOf(plain));
      expect(calls).toEqual({ tower: [2, 1], encoder: [2, 1] });
      keeping.dispose();
      await regionsOf(keeping, items.slice(0, 1));
      expect(calls).toEqual({ tower: [2, 1, 1], encoder: [2, 1, 1] });
      keeping.dispose();
    }));

  it('are the last ones used, as many as were asked for', () =>
    withParams(config, async (params) => {
      const { calls, modules } = counted();
      const reader = createReader({ params, config, tokenizer, modules, keepImages: 2 });
      const before = tf.memory().numTensors;
      const look = (volume: VolumeLike) => regionsOf(reader, [{ volume, question: 'A', phrase: 'B' }]);
      for (const volume of [flat, deep, flat, other, flat, deep]) await look(volume);
      expect(calls.tower).toEqual([1, 1, 1, 1]);
      expect(tf.memory().numTensors - before).toBe(4);
      reader.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }));
});

test('a volume that makes its voxels when they are read makes them once for each encoding', () => {
  const config = presetConfig('toy', { vocabSize });
  return withParams(config, async (params) => {
    let numMade = 0;
    const lazy: VolumeLike = {
      shape: flat.shape,
      get data() {
        numMade++;
        return flat.data;
      },
    };
    const reader = createReader({ params, config, tokenizer, keepImages: 1 });
    const ask = (volume: VolumeLike) => regionsOf(reader, [{ ...items[0]!, volume }]);
    const [first, again] = [await ask(lazy), await ask(lazy)];
    expect(numMade).toBe(2);
    expect(again).toEqual(first);
    expect(await ask(flat)).toEqual(first);
    reader.dispose();
  });
});
