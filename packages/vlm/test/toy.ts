import * as tf from '@tensorflow/tfjs';
import type { Golden } from '@vividmed/testing';
import { instanceLoss, type Localised, maskLoss, resizeMaskLogits } from '@vividmed/sam-decoder';
import {
  type ImageGroup,
  lmLoss,
  logitsAt,
  presetConfig,
  vividMed,
  type VividMedConfig,
  type VividMedOptions,
  type VividMedParams,
} from '../src/index.js';

export const toyConfig: VividMedConfig = presetConfig('toy', { vocabSize: 24 });

/** Weights of the losses (original-implementation 10.1). */
export const lossWeights = { lm: 1, dice: 2, maskFocal: 2, boxL1: 5, boxGiou: 2, presence: 2 } as const;
export type LossTerm = keyof typeof lossWeights;

/** Two flat images with three phrases, a volume with two, and a flat image of which nothing is localised. */
const groupShapes = [
  { patchDepth: 1, poolDepth: 1, size: [1, 8, 24], localised: true },
  { patchDepth: 2, poolDepth: 2, size: [4, 16, 8], localised: true },
  { patchDepth: 1, poolDepth: 1, size: [1, 8, 24], localised: false },
] as const;

export type ToyInput = Record<string, tf.Tensor>;

/** Numbers of the groups whose images are among the arrays. */
const presentGroups = (input: ToyInput): number[] => [0, 1, 2].filter((g) => input[`group${g}.image`]);

/** The groups of the golden batch, or of a part of it, from its named arrays. */
export const toyGroups = (input: ToyInput): ImageGroup[] =>
  presentGroups(input).map((g) => {
    const { patchDepth, poolDepth, localised } = groupShapes[g]!;
    const of = (name: string): tf.Tensor => input[`group${g}.${name}`]!;
    const phrases = { hiddenIndex_K: of('hiddenIndex'), imageIndex_K: of('imageIndex') };
    return { image_BDHWC: of('image'), patchDepth, poolDepth, ...(localised ? { phrases } : {}) };
  });

export interface ToyOutput {
  hidden: tf.Tensor;
  logits: tf.Tensor;
  localised: (Localised | undefined)[];
  terms: Record<LossTerm, tf.Tensor>;
  total: tf.Tensor;
}

/** The whole toy model and its losses over the golden batch, or a part of it. To be called within a tidy. */
export function runToy(params: VividMedParams, input: ToyInput, options: VividMedOptions = {}): ToyOutput {
  const { ids, positions, labels, weights } = input as Record<'ids' | 'positions' | 'labels' | 'weights', tf.Tensor>;
  const { hidden, localised } = vividMed(params, toyConfig, { ids, positions, groups: toyGroups(input) }, options);
  const rows = logitsAt(params.lm_head, hidden, tf.range(0, ids.size, 1, 'int32'));
  const terms: Record<LossTerm, tf.Tensor> = {
    lm: lmLoss(rows, tf.reshape(labels, [-1]), tf.reshape(weights, [-1])),
    dice: tf.scalar(0),
    maskFocal: tf.scalar(0),
    boxL1: tf.scalar(0),
    boxGiou: tf.scalar(0),
    presence: tf.scalar(0),
  };
  const present = presentGroups(input);
  localised.forEach((found, i) => {
    if (!found) return;
    const g = present[i]!;
    const of = (name: string): tf.Tensor => input[`group${g}.${name}`]!;
    const masks = maskLoss({
      logits_KDHW: resizeMaskLogits(found.maskLogits, groupShapes[g]!.size),
      target_KDHW: of('maskTarget'),
      weight_K: of('maskWeight'),
    });
    const instances = instanceLoss({
      boxes_Km6: found.boxes,
      presenceLogits_Km: found.presenceLogits,
      targetBoxes_Km6: of('targetBoxes'),
      matched_Km: of('matched'),
      presenceWeight_Km: of('presenceWeight'),
      boxWeight_Km: of('boxWeight'),
    });
    const { dice, focal: maskFocal } = masks;
    const { l1: boxL1, giou: boxGiou, presence } = instances;
    for (const [term, value] of Object.entries({ dice, maskFocal, boxL1, boxGiou, presence })) {
      terms[term as LossTerm] = tf.add(terms[term as LossTerm], value);
    }
  });
  const total = (Object.keys(lossWeights) as LossTerm[])
    .map((term) => tf.mul(terms[term], lossWeights[term]))
    .reduce((a, b) => tf.add(a, b));
  return { hidden, logits: tf.reshape(rows, [...ids.shape, toyConfig.language.vocabSize]), localised, terms, total };
}

/** The arrays of the golden batch as tensors, which the caller disposes. */
export const toyInput = (golden: Golden): ToyInput =>
  Object.fromEntries(
    [...golden.input].map(([name, { dtype, shape, data }]) => [
      name,
      tf.tensor(data, [...shape], dtype.startsWith('F') ? 'float32' : 'int32'),
    ]),
  );
