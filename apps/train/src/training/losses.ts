import * as tf from '@tensorflow/tfjs';
import { instanceLoss, type Localised, maskLoss, resizeMaskLogits } from '@vividmed/sam-decoder';
import {
  lmLoss,
  logitsAt,
  vividMed,
  type VividMedConfig,
  type VividMedModules,
  type VividMedParams,
} from '@vividmed/vlm';
import type { TrainConfig } from '../config.js';
import { cellLoss, type EncoderParams } from '../encoders/heads.js';
import { groupKey, type GroupKey, type GroupShape } from './batch.js';
import { matchListed } from './graph-assignment.js';

/** Losses of a step before their weights. */
export const lossTerms = ['lm', 'dice', 'maskFocal', 'boxL1', 'boxGiou', 'presence', 'cells'] as const;
export type LossTerm = (typeof lossTerms)[number];

export type Arrays = Readonly<Record<string, tf.Tensor>>;

const get = (arrays: Arrays, group: number, key: GroupKey): tf.Tensor => arrays[groupKey(group, key)] as tf.Tensor;

/** The model over the arrays of a batch. */
export function runModel(
  params: VividMedParams,
  config: VividMedConfig,
  arrays: Arrays,
  groups: readonly GroupShape[],
  modules: Partial<VividMedModules> = {},
): { hidden: tf.Tensor; localised: (Localised | undefined)[] } {
  return vividMed(
    params,
    config,
    {
      ids: arrays.ids as tf.Tensor,
      positions: arrays.positions as tf.Tensor,
      groups: groups.map(({ patchDepth, poolDepth, numPrompts }, g) => ({
        image_BDHWC: get(arrays, g, 'image'),
        patchDepth,
        poolDepth,
        ...(numPrompts > 0
          ? {
              phrases: {
                hiddenIndex_K: get(arrays, g, 'hiddenIndex'),
                imageIndex_K: get(arrays, g, 'imageIndex'),
                ...(config.promptWords && { words_KV: get(arrays, g, 'words') }),
              },
            }
          : {}),
      })),
    },
    { modules },
  );
}

export interface LossOptions {
  weights: TrainConfig['loss'];
  modules?: Partial<VividMedModules>;
  /** Whether the true boxes are listed (`listBoxes`) and still to be matched with the queries. */
  areListed?: boolean;
}

/** Every loss of a batch (paper 3.2.2) as scalars; those that nothing in the batch calls for are 0. */
export function batchLosses(
  params: VividMedParams,
  config: VividMedConfig,
  arrays: Arrays,
  groups: readonly GroupShape[],
  { weights, modules = {}, areListed = false }: LossOptions,
): Record<LossTerm, tf.Tensor> {
  return tf.tidy(() => {
    const { hidden, localised } = runModel(params, config, arrays, groups, modules);
    const logits = logitsAt(params.lm_head, hidden, arrays.rowIndex as tf.Tensor);
    const terms: Record<Exclude<LossTerm, 'lm' | 'cells'>, tf.Tensor[]> = {
      dice: [],
      maskFocal: [],
      boxL1: [],
      boxGiou: [],
      presence: [],
    };
    localised.forEach((found, g) => {
      if (!found) return;
      const masks = maskLoss({
        logits_KDHW: resizeMaskLogits(found.maskLogits, groups[g]!.padded),
        target_KDHW: get(arrays, g, 'maskTarget'),
        weight_K: get(arrays, g, 'maskWeight'),
        gamma: weights.focalGamma,
      });
      const given = {
        targetBoxes: get(arrays, g, 'targetBoxes'),
        matched: get(arrays, g, 'matched'),
        boxWeight: get(arrays, g, 'boxWeight'),
      };
      const targets = areListed
        ? matchListed(found, given, { profile: config.profile, classification: weights.matchPresence })
        : given;
      const instances = instanceLoss({
        boxes_Km6: found.boxes,
        presenceLogits_Km: found.presenceLogits,
        targetBoxes_Km6: targets.targetBoxes,
        matched_Km: targets.matched,
        presenceWeight_Km: get(arrays, g, 'presenceWeight'),
        boxWeight_Km: targets.boxWeight,
        gamma: weights.focalGamma,
        alpha: weights.presenceAlpha,
        profile: config.profile,
      });
      terms.dice.push(masks.dice);
      terms.maskFocal.push(masks.focal);
      terms.boxL1.push(instances.l1);
      terms.boxGiou.push(instances.giou);
      terms.presence.push(instances.presence);
    });
    const sum = (parts: tf.Tensor[]): tf.Tensor => parts.reduce((a, b) => tf.add(a, b), tf.scalar(0));
    return {
      lm: lmLoss(logits, arrays.labels as tf.Tensor, arrays.weights as tf.Tensor),
      dice: sum(terms.dice),
      maskFocal: sum(terms.maskFocal),
      boxL1: sum(terms.boxL1),
      boxGiou: sum(terms.boxGiou),
      presence: sum(terms.presence),
      cells: tf.scalar(0),
    };
  });
}

/** The losses of a batch of images without conversations: what each patch shows. */
export function encoderLosses(
  params: EncoderParams,
  config: VividMedConfig,
  arrays: Arrays,
  groups: readonly GroupShape[],
  modules: Partial<VividMedModules> = {},
): Record<LossTerm, tf.Tensor> {
  const seen = groups.map(({ patchDepth, poolDepth }, g) => ({
    image: get(arrays, g, 'image'),
    pooledCover: get(arrays, g, 'pooledCover'),
    cover: get(arrays, g, 'cover'),
    patchDepth,
    poolDepth,
  }));
  const none = Object.fromEntries(lossTerms.map((term) => [term, tf.scalar(0)])) as Record<LossTerm, tf.Tensor>;
  const texts = {
    names_KV: arrays.names as tf.Tensor,
    tokenNames_TV: arrays.tokenNames as tf.Tensor,
    prompts_MV: arrays.prompts as tf.Tensor,
  };
  return { ...none, cells: cellLoss(params, config, { groups: seen, ...texts }, modules) };
}
