import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { groundedReport, type Region, reportWriting, type Sample } from '@vividmed/datasets';
import { resizeMaskLogits } from '@vividmed/sam-decoder';
import { expectClose } from '@vividmed/testing';
import {
  buildSequence,
  logitsAt,
  modelBox,
  modelMask,
  planVolume,
  type Sequence,
  vividMedSpec,
  type VividMedConfig,
  type VividMedParams,
  type WordTokenizer,
} from '@vividmed/vlm';
import { beforeAll, expect, it } from 'vitest';
import { createCollate } from '../src/data/collate.js';
import type { Drawn } from '../src/data/draw.js';
import { newModel } from '../src/stage.js';
import { type HostBatch, toTensors } from '../src/training/batch.js';
import { lossTerms, type LossTerm, runModel } from '../src/training/losses.js';
import { createTrainer } from '../src/training/step.js';
import { createStore, disposeStore, type ParamStore, storeTree } from '../src/training/store.js';
import { toyConfig, toyCorpus } from './toy.js';

// Room for every phrase, so that the batch is all that the samples say; no weight is that of another loss.
const train = toyConfig({
  augment: false,
  maxPhrases: 12,
  maxLength: 320,
  loss: { lm: 1.5, beginPhrase: 4, dice: 2.5, maskFocal: 3, boxL1: 5, boxGiou: 2, presence: 2.25 },
});
let config: VividMedConfig;
let tokenizer: WordTokenizer;
/** Radiographs without and with regions, then a CT with regions. */
let groups: Sample[][];

const collate = (samples: readonly Sample[][]): HostBatch =>
  createCollate({ model: config, train, tokenizer })(
    samples.map((group) => group.map((sample): Drawn => ({ sample, rng: createRng(0) }))),
  );

async function newStore(trainable: string[]): Promise<ParamStore> {
  const { params, ...model } = await newModel(train);
  ({ config, tokenizer } = model);
  return createStore(vividMedSpec(config), params, trainable);
}

beforeAll(async () => {
  disposeStore(await newStore(['**']));
  const { radiographs, cts } = await toyCorpus();
  groups = [
    [reportWriting(radiographs[0]!, createRng(1)), groundedReport(radiographs[1]!, createRng(2))],
    [groundedReport(cts[0]!, createRng(3))],
  ];
});

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Focal loss of one logit, without alpha. */
function focal(logit: number, target: number): number {
  const right = target === 1 ? sigmoid(logit) : 1 - sigmoid(logit);
  return -((1 - right) ** train.loss.focalGamma) * Math.log(right);
}

function presence(logit: number, isMatched: boolean): number {
  const alpha = isMatched ? train.loss.presenceAlpha : 1 - train.loss.presenceAlpha;
  return alpha * focal(logit, isMatched ? 1 : 0);
}

/** Generalised IoU of two boxes in three dimensions, centre-size. */
function giou(a: readonly number[], b: readonly number[]): number {
  const [low, high] = [-0.5, 0.5].map((side) =>
    [a, b].map((box) => [0, 1, 2].map((axis) => box[axis]! + side * box[axis + 3]!)),
  );
  const volume = (sizes: number[]): number => sizes.reduce((product, size) => product * Math.max(0, size), 1);
  const shared = volume(
    [0, 1, 2].map((i) => Math.min(high![0]![i]!, high![1]![i]!) - Math.max(low![0]![i]!, low![1]![i]!)),
  );
  const hull = volume(
    [0, 1, 2].map((i) => Math.max(high![0]![i]!, high![1]![i]!) - Math.min(low![0]![i]!, low![1]![i]!)),
  );
  const union = volume(a.slice(3)) + volume(b.slice(3)) - shared;
  return shared / union - (hull - union) / hull;
}

/** Every way to give each of `numTargets` boxes a query of its own. */
function assignments(numTargets: number, free: readonly number[]): number[][] {
  if (numTargets === 0) return [[]];
  return free.flatMap((query) => {
    const others = free.filter((other) => other !== query);
    return assignments(numTargets - 1, others).map((rest) => [query, ...rest]);
  });
}

interface PhraseLosses {
  dice: number;
  maskFocal: number;
  presence: number;
  /** Of each matched box. */
  boxL1: number[];
  boxGiou: number[];
}

/** Losses of the instances of one phrase under the assignment with the least of them. */
function instances(boxes: number[][], logits: number[], targets: number[][]): Omit<PhraseLosses, 'dice' | 'maskFocal'> {
  const all = assignments(targets.length, [...boxes.keys()]).map((queries) => {
    const boxL1 = queries.map((q, t) => mean(targets[t]!.map((x, i) => Math.abs(x - boxes[q]![i]!))));
    const boxGiou = queries.map((q, t) => 1 - giou(boxes[q]!, targets[t]!));
    const present = logits.map((logit, q) => presence(logit, queries.includes(q)));
    return { boxL1, boxGiou, presence: mean(present), cost: 5 * sum(boxL1) + 2 * sum(boxGiou) + 2 * sum(present) };
  });
  return all.reduce((best, other) => (other.cost < best.cost ? other : best));
}

/** The losses of the samples from what the model says, in plain numbers and from the samples themselves. */
function plainLosses(params: VividMedParams, batch: HostBatch): Record<LossTerm, number> {
  const tensors = toTensors(batch.arrays);
  const { logits, found } = tf.tidy(() => {
    const { hidden, localised } = runModel(params, config, tensors, batch.groups);
    const rows = logitsAt(params.lm_head, hidden, tf.range(0, hidden.shape[0]! * hidden.shape[1]!, 1, 'int32'));
    return {
      logits: rows.arraySync() as number[][],
      found: localised.map((group, g) => ({
        masks: tf
          .reshape(resizeMaskLogits(group!.maskLogits, batch.groups[g]!.padded), [group!.boxes.shape[0]!, -1])
          .arraySync() as number[][],
        boxes: group!.boxes.arraySync() as number[][][],
        presence: group!.presenceLogits.arraySync() as number[][],
      })),
    };
  });
  tf.dispose(tensors);

  const words: { loss: number; weight: number }[] = [];
  const samples: PhraseLosses[][] = [];
  groups.forEach((group, g) => {
    const plan = planVolume(group[0]!.volume.shape, config);
    let slot = 0;
    for (const { turns, grounded, volume, regions } of group) {
      const sequence: Sequence = buildSequence({
        turns,
        grounded,
        numImageTokens: plan.numTokens,
        tokenizer,
        promptState: config.promptState,
      });
      sequence.labels.forEach((label, i) => {
        if (label < 0) return;
        const row = logits[samples.length * batch.arrays['ids']!.shape[1]! + i]!;
        const loss = Math.log(sum(row.map(Math.exp))) - row[label]!;
        words.push({
          loss,
          weight: sequence.ids[i + 1] === tokenizer.special.beginPhrase ? train.loss.beginPhrase : 1,
        });
      });
      samples.push(
        sequence.phrases.map(({ turn, segment }) => {
          const { mask, boxes } = regions.find((region: Region) => region.turn === turn && region.segment === segment)!;
          const said = found[g]!.masks[slot]!;
          const truth = mask ? [...modelMask(mask, volume, plan)] : said.map(() => 0);
          const p = said.map(sigmoid);
          const targets = boxes.map((box) => [...modelBox(box, volume, plan)]);
          const losses = instances(found[g]!.boxes[slot]!, found[g]!.presence[slot]!, targets);
          slot++;
          return {
            ...losses,
            dice: 1 - (2 * sum(p.map((x, i) => x * truth[i]!))) / (sum(p) + sum(truth)),
            maskFocal: mean(said.map((logit, i) => focal(logit, truth[i]!))),
          };
        }),
      );
    }
  });
  // The batch has what the means are to be tried on.
  expect(samples.map((phrases) => phrases.length > 1)).toEqual([false, true, true]);
  expect(samples.flat().some(({ boxL1 }) => boxL1.length === 0)).toBe(true);
  expect(samples.flat().some(({ boxL1 }) => boxL1.length > 1)).toBe(true);

  /** The mean over a sample, 0 where it has nothing, then over all samples. */
  const overSamples = (of: (phrases: PhraseLosses[]) => number[]): number =>
    mean(samples.map(of).map((values) => (values.length === 0 ? 0 : mean(values))));
  return {
    lm: mean(words.map(({ loss, weight }) => loss * weight)),
    dice: overSamples((phrases) => phrases.map(({ dice }) => dice)),
    maskFocal: overSamples((phrases) => phrases.map(({ maskFocal }) => maskFocal)),
    boxL1: overSamples((phrases) => phrases.flatMap(({ boxL1 }) => boxL1)),
    boxGiou: overSamples((phrases) => phrases.flatMap(({ boxGiou }) => boxGiou)),
    presence: overSamples((phrases) => phrases.map((phrase) => phrase.presence)),
    cells: 0,
  };
}

it('the losses of a step are those of its samples: means over phrases or boxes, then over all samples', async () => {
  const store = await newStore(['lm_head.**']);
  const batch = collate(groups);
  // A store knows its spec as any tree; this one is of the whole model.
  const expected = plainLosses(storeTree(store) as VividMedParams, batch);
  const trainer = createTrainer({ model: config, train });
  const found = trainer.step(store, [batch], 0.1);
  for (const term of lossTerms) expectClose([found[term]], [expected[term]], { label: term });
  expectClose([found.total], [sum(lossTerms.map((term) => train.loss[term] * expected[term]))], { label: 'total' });
  trainer.dispose();
  disposeStore(store);
});
