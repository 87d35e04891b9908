import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import { linear, linearSpec, type ParamsOf, zeros } from '@vividmed/nn';
import { decodePrompts, encodeImage, type Localised, samSpec } from '@vividmed/sam-decoder';
import { languageModel, languageSpec, lmHeadSpec, rowsAt } from '../language/language-model.js';
import { adapter, adapterSpec } from '../vision/adapter.js';
import { matchChannels, visionTower, visionTowerSpec } from '../vision/tower.js';
import type { VividMedConfig } from './config.js';

/**
 * Spec of the map from phrase states to prompts: Linear, ReLU, Linear (original-implementation 1.3).
 *
 * Differs: with `words` the first map reads the words of the phrase beside its state. A new one reads nothing of the state,
 * whose meaning is still to be learned, while words mean the same from the first step to the last.
 */
export const promptSpec = (width: number, promptWidth: number, { words = false }: { words?: boolean } = {}) => ({
  0: linearSpec(width, width, words ? { init: zeros } : {}),
  ...(words && { words: linearSpec(width, width, { bias: false }) }),
  2: linearSpec(width, promptWidth),
});
export type PromptParams = ParamsOf<ReturnType<typeof promptSpec>>;

/**
 * Phrases as prompts of the localiser: states [K, Cl] -> [K, Cp]. `words_KC`, from `phraseWords`, where the model reads words
 * beside states.
 *
 * @throws {VividMedError} `shape` when the model reads words and there are none, or the other way round.
 */
export function phrasePrompts(params: PromptParams, states_KC: tf.Tensor, words_KC?: tf.Tensor): tf.Tensor {
  check(
    (params.words === undefined) === (words_KC === undefined),
    'shape',
    `phrasePrompts: expected ${params.words ? 'words' : 'no words'} beside the states, found ${words_KC ? 'some' : 'none'}.`,
    'promptWords of the configuration says whether the words of a phrase prompt the localiser.',
  );
  return tf.tidy(() => {
    const read = linear(params[0], states_KC);
    const both = params.words ? tf.add(read, linear(params.words, words_KC!)) : read;
    return linear(params[2], tf.relu(both));
  });
}

/**
 * What the words of phrases mean by themselves: the mean of their embeddings, as large as a state. `words_KV` has the share
 * of each token of the vocabulary in each phrase: [K, V] -> [K, C]. A phrase without words gives zeros.
 */
export const phraseWords = (embedding_VC: tf.Tensor, words_KV: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const mean = tf.matMul(words_KV, embedding_VC);
    return tf.div(mean, tf.sqrt(tf.add(tf.mean(tf.square(mean), 1, true), 1e-12)));
  });

/** Spec of the whole model (paper Figure 1): names are those of the published checkpoints. */
export const vividMedSpec = (config: VividMedConfig) => ({
  model: {
    ...languageSpec(config.language),
    vision: { ...visionTowerSpec(config.vision), ...adapterSpec(config.adapter) },
  },
  lm_head: lmHeadSpec(config.language),
  vg_proj: promptSpec(config.language.width, config.sam.width, { words: config.promptWords }),
  sam: samSpec(config.sam),
});
export type VividMedParams = ParamsOf<ReturnType<typeof vividMedSpec>>;

/** Images of one shape, and the phrases about them that are to be localised. */
export interface ImageGroup {
  /** Values in [0, 1]: [B_g, D, H, W, 1]. */
  image_BDHWC: tf.Tensor;
  patchDepth: number;
  poolDepth: 1 | 2;
  /** Left out where nothing of the group is localised. */
  phrases?: {
    /** int32 [K]: place of each phrase's state in the flattened hidden states [B * S, C]. */
    hiddenIndex_K: tf.Tensor;
    /** int32 [K]: the image of the group that each phrase is about. */
    imageIndex_K: tf.Tensor;
    /** With `promptWords`: share of each token of the vocabulary in each phrase, [K, V], as `wordShares` finds it. */
    words_KV?: tf.Tensor;
  };
}

export interface VividMedInput {
  /** int32 [B, S]; rows in the order of the groups. */
  ids: tf.Tensor;
  positions: tf.Tensor;
  groups: readonly ImageGroup[];
}

export type VividMedOutput = {
  /** After the last norm, [B, S, C]; `logitsAt` makes logits where they are needed. */
  hidden: tf.Tensor;
  /** Per group; undefined where nothing was to be localised. */
  localised: (Localised | undefined)[];
};

/** The parts of Figure 1 that may be replaced by functions of the same type. */
export interface VividMedModules {
  visionTower: typeof visionTower;
  adapter: typeof adapter;
  imageEncoder: typeof encodeImage;
  localiser: typeof decodePrompts;
}

export const vividMedModules: VividMedModules = {
  visionTower,
  adapter,
  imageEncoder: encodeImage,
  localiser: decodePrompts,
};

export interface VividMedOptions {
  modules?: Partial<VividMedModules>;
  tap?: (name: string, tensor: tf.Tensor) => void;
}

/** Image tokens between their brackets, ready for the language model: [B, D, H, W, 1] -> [B, N + 2, C]. */
export function imageTokens(
  params: { model: Pick<VividMedParams['model'], 'vision'> },
  config: VividMedConfig,
  { image_BDHWC, patchDepth, poolDepth }: ImageGroup,
  { modules, tap }: VividMedOptions = {},
): tf.Tensor {
  const use = { ...vividMedModules, ...modules };
  return tf.tidy(() => {
    const options = {
      patchDepth,
      poolDepth,
      ...(tap ? { tap: (name: string, x: tf.Tensor) => tap(`vision.${name}`, x) } : {}),
    };
    const tokens = use.visionTower(params.model.vision, config.vision, image_BDHWC, options);
    return use.adapter(params.model.vision, tokens);
  });
}

/**
 * Masks, boxes and presence of phrases from their states [K, Cl] and, with `promptWords`, their words [K, Cl], all about the
 * images of one group.
 */
export function localise(
  params: Pick<VividMedParams, 'vg_proj' | 'sam'>,
  config: VividMedConfig,
  { image_BDHWC, patchDepth }: Pick<ImageGroup, 'image_BDHWC' | 'patchDepth'>,
  { states_KC, words_KC, imageIndex_K }: { states_KC: tf.Tensor; words_KC?: tf.Tensor; imageIndex_K: tf.Tensor },
  { modules, tap }: VividMedOptions = {},
): Localised {
  const use = { ...vividMedModules, ...modules };
  const inner = tap ? { tap: (name: string, x: tf.Tensor) => tap(`sam.${name}`, x) } : {};
  return tf.tidy(() => {
    const image = matchChannels(image_BDHWC, config.sam.inChannels);
    const embedding = use.imageEncoder(params.sam.image_encoder, config.sam, image, { patchDepth, ...inner });
    const prompts = phrasePrompts(params.vg_proj, states_KC, words_KC);
    tap?.('prompts', prompts);
    return use.localiser(
      params.sam,
      config.sam,
      { embedding_BDHWC: embedding, prompts_KC: prompts, imageIndex_K, depth: image.shape[1]! },
      inner,
    );
  });
}

/**
 * VividMed (paper Figure 1) over whole conversations: image tokens and text through the language model, the states of closed
 * phrases through the localiser. Differentiable from masks and boxes back to the language model and the image.
 */
export function vividMed(
  params: VividMedParams,
  config: VividMedConfig,
  { ids, positions, groups }: VividMedInput,
  options: VividMedOptions = {},
): VividMedOutput {
  return tf.tidy(() => {
    const images = groups.map((group) => imageTokens(params, config, group, options));
    const { tap } = options;
    const { hidden } = languageModel(params.model, config.language, { ids, positions, images }, tap ? { tap } : {});
    const localised = groups.map((group) => {
      if (!group.phrases) return undefined;
      const { hiddenIndex_K, imageIndex_K, words_KV } = group.phrases;
      const words = words_KV && { words_KC: phraseWords(params.model.embed_tokens.weight, words_KV) };
      return localise(
        params,
        config,
        group,
        { states_KC: rowsAt(hidden, hiddenIndex_K), imageIndex_K, ...words },
        options,
      );
    });
    return { hidden, localised };
  });
}
