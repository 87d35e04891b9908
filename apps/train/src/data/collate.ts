import { type Region, type Sample } from '@vividmed/datasets';
import { prepareBox, prepareMask } from '@vividmed/imaging';
import type { Plan } from '@vividmed/patch-embed';
import {
  buildSequence,
  collateSequences,
  modelBox,
  modelMask,
  type Sequence,
  type Tokenizer,
  type VividMedConfig,
  wordShares,
} from '@vividmed/vlm';
import type { TrainConfig } from '../config.js';
import {
  type GroupKey,
  groupKey,
  groupShapeOf,
  type GroupTruth,
  type HostArray,
  type HostBatch,
} from '../training/batch.js';
import type { Drawn } from './draw.js';
import { createImageReader, planDrawn } from './images.js';
import { preparationOf } from '@vividmed/inference';

/** Labelled positions of a batch are padded to multiples of this, so that a few traced graphs serve every step. */
const rowMultiple = 512;
/** Lengths of sequences are, up to the longest. */
const lengthMultiple = 32;

/** Lengths that sequences are padded to. */
const lengthBuckets = (maxLength: number): number[] =>
  Array.from({ length: Math.ceil(maxLength / lengthMultiple) }, (_, i) =>
    Math.min((i + 1) * lengthMultiple, maxLength),
  );

/** Turns drawn samples into the arrays of one step. */
export type Collate = (groups: readonly (readonly Drawn[])[]) => HostBatch;

export interface CollateConfig {
  model: VividMedConfig;
  train: Pick<TrainConfig, 'maxLength' | 'maxPhrases' | 'augment' | 'loss'>;
  tokenizer: Tokenizer;
}

interface Phrase {
  row: number;
  image: number;
  sample: number;
  tokens: readonly number[];
  region: Region;
}

/** Masks on the model's grid, made before: by mask of the volume, then by the plan that says where its voxels go. */
const modelMasks = new WeakMap<Uint8Array, Map<string, Uint8Array>>();

function cachedModelMask(mask: Uint8Array, volume: Sample['volume'], plan: Plan): Uint8Array {
  const byPlan = modelMasks.get(mask) ?? new Map<string, Uint8Array>();
  modelMasks.set(mask, byPlan);
  const key = `${plan.resized.join()} ${plan.padded.join()}`;
  const record = preparationOf(volume);
  const made = byPlan.get(key) ?? Uint8Array.from(modelMask(prepareMask(record, mask), record.output, plan));
  byPlan.set(key, made);
  return made;
}

/** Arrays of the phrases of one group, and the truth that the matcher needs. */
function phraseArrays(
  phrases: readonly Phrase[],
  samples: readonly Sample[],
  firstSample: number,
  plan: Plan,
  { numSamples, phrasesOf }: { numSamples: number; phrasesOf: ReadonlyMap<number, number> },
  { numPrompts, model }: { numPrompts: number; model: VividMedConfig },
): { arrays: Partial<Record<GroupKey, HostArray>>; truth: GroupTruth } {
  const voxels = plan.padded.reduce((a, b) => a * b, 1);
  const numQueries = model.sam.numInstances;
  const { vocabSize } = model.language;
  const hidden = new Int32Array(numPrompts);
  const image = new Int32Array(numPrompts);
  const target = new Float32Array(numPrompts * voxels);
  const maskWeight = new Float32Array(numPrompts);
  const presenceWeight = new Float32Array(numPrompts * numQueries);
  const truth: GroupTruth = { boxes: Array.from({ length: numPrompts }), sample: new Int32Array(numPrompts).fill(-1) };
  phrases.forEach(({ row, image: at, sample, region }, k) => {
    const { volume } = samples[sample - firstSample]!;
    hidden[k] = row;
    image[k] = at;
    truth.sample[k] = sample;
    const { present, mask, boxes } = region;
    if (mask) target.set(cachedModelMask(mask, volume, plan), k * voxels);
    const weight = 1 / (numSamples * phrasesOf.get(sample)!);
    // What is not known of a target that is there teaches nothing.
    if (!present || mask) maskWeight[k] = weight;
    const record = preparationOf(volume);
    truth.boxes[k] = boxes.map((box) => modelBox(prepareBox(record, box), record.output, plan));
    if (!present || boxes.length > 0) presenceWeight.fill(weight / numQueries, k * numQueries, (k + 1) * numQueries);
  });
  return {
    truth,
    arrays: {
      hiddenIndex: { data: hidden, shape: [numPrompts] },
      imageIndex: { data: image, shape: [numPrompts] },
      ...(model.promptWords && {
        words: {
          data: wordShares(
            Array.from({ length: numPrompts }, (_, k) => phrases[k]?.tokens ?? []),
            vocabSize,
          ),
          shape: [numPrompts, vocabSize],
        },
      }),
      maskTarget: { data: target, shape: [numPrompts, ...plan.padded] },
      maskWeight: { data: maskWeight, shape: [numPrompts] },
      presenceWeight: { data: presenceWeight, shape: [numPrompts, numQueries] },
    },
  };
}

/**
 * Weights of labelled tokens whose sum over the number of tokens, which the loss divides by, is a mean over the samples of their
 * means. `rows` are places in [B * length].
 */
function perSample(weights: Float32Array, rows: Int32Array, labels: Int32Array, length: number): Float32Array {
  const counts = new Map<number, number>();
  const sampleOf = (i: number): number => Math.floor(rows[i]! / length);
  const isLabelled = [...labels].map((label) => label >= 0);
  isLabelled.forEach((is, i) => is && counts.set(sampleOf(i), (counts.get(sampleOf(i)) ?? 0) + 1));
  const total = isLabelled.filter(Boolean).length;
  return weights.map((weight, i) => (isLabelled[i] ? (weight * total) / (counts.size * counts.get(sampleOf(i))!) : 0));
}

/**
 * Builds the arrays of a batch. Losses of masks and boxes are means over the phrases of a sample, then over all samples of
 * the batch, those without regions included (original-implementation section 3).
 */
export function createCollate({ model, train, tokenizer }: CollateConfig): Collate {
  const readImages = createImageReader(train.augment);
  const buckets = lengthBuckets(train.maxLength);
  return (groups) => {
    // One plan per group: the images of a group share their shape, and so the first one's patch depth serves them all.
    const plans = groups.map(
      ([first]) => first!.plan ?? planDrawn(model, { volume: first!.sample.volume, rng: first!.rng }, train.augment),
    );
    const sequences: Sequence[] = groups.flatMap((drawn, g) =>
      drawn.map(({ sample }) =>
        buildSequence({
          turns: sample.turns,
          grounded: sample.grounded,
          numImageTokens: plans[g]!.numTokens,
          tokenizer,
          maxLength: train.maxLength,
          promptState: model.promptState,
          beginPhraseWeight: train.loss.beginPhrase,
        }),
      ),
    );
    const text = collateSequences(sequences, { buckets, rowMultiple });
    const matrix = (data: Int32Array): HostArray => ({ data, shape: [text.batch, text.length] });
    const rows = (data: Int32Array | Float32Array): HostArray => ({ data, shape: [data.length] });
    const batch: HostBatch = {
      numSamples: text.batch,
      groups: [],
      truths: [],
      arrays: {
        ids: matrix(text.ids),
        positions: matrix(text.positions),
        rowIndex: rows(text.rowIndex),
        labels: rows(text.labels),
        weights: rows(
          train.loss.lmMean === 'samples'
            ? perSample(text.weights, text.rowIndex, text.labels, text.length)
            : text.weights,
        ),
      },
    };

    const phrasesOf = new Map<number, number>();
    let first = 0;
    const phrases = groups.map((drawn) => {
      const all = drawn.flatMap(({ sample }, image) =>
        sequences[first + image]!.phrases.map((phrase, i): Phrase => {
          const region = sample.regions.find(
            ({ turn, segment }) => turn === phrase.turn && segment === phrase.segment,
          )!;
          const row = text.phraseRows[first + image]![i]!;
          return { row, image, sample: first + image, tokens: phrase.tokens, region };
        }),
      );
      first += drawn.length;
      const slots = train.maxPhrases * drawn.length;
      // Every group of a shape then has as many prompts, so one traced graph serves all of its steps.
      const kept = all.length > slots ? drawn[0]!.rng.fork('phrases').shuffle(all).slice(0, slots) : all;
      for (const { sample } of kept) phrasesOf.set(sample, (phrasesOf.get(sample) ?? 0) + 1);
      return kept;
    });

    first = 0;
    groups.forEach((drawn, g) => {
      const plan = plans[g]!;
      const put = (key: GroupKey, array: HostArray): void => {
        batch.arrays[groupKey(g, key)] = array;
      };
      put(
        'image',
        readImages(
          drawn.map(({ sample, rng }) => ({ volume: sample.volume, rng })),
          plan,
        ),
      );
      const shape = groupShapeOf(plan, drawn.length);
      if (phrases[g]!.length > 0) {
        const samples = drawn.map(({ sample }) => sample);
        const meanOver = { numSamples: text.batch, phrasesOf };
        shape.numPrompts = train.maxPhrases * drawn.length;
        const found = phraseArrays(phrases[g]!, samples, first, plan, meanOver, {
          numPrompts: shape.numPrompts,
          model,
        });
        for (const [key, array] of Object.entries(found.arrays)) put(key as GroupKey, array);
        batch.truths.push(found.truth);
      } else {
        batch.truths.push({ boxes: [], sample: new Int32Array(0) });
      }
      batch.groups.push(shape);
      first += drawn.length;
    });
    return batch;
  };
}
