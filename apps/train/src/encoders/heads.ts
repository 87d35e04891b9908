import * as tf from '@tensorflow/tfjs';
import { isFinding } from '@vividmed/datasets';
import { linear, linearSpec, type ParamsOf } from '@vividmed/nn';
import { tokenSimilarity } from '@vividmed/sam-decoder';
import {
  matchChannels,
  phrasePrompts,
  phraseWords,
  pooledTokens,
  visionPatches,
  type VividMedConfig,
  vividMedModules,
  type VividMedModules,
  type VividMedParams,
} from '@vividmed/vlm';
import { cellClasses, tokenTargets } from './cells.js';

/** Spec of what is trained with the encoders and belongs to no model: what each patch of the tower shows, before pooling. */
export const cellHeadsSpec = (config: VividMedConfig) => ({
  patches: linearSpec(config.vision.width, cellClasses.length),
});
/** A model with the heads beside it. */
export type EncoderParams = VividMedParams & { heads: ParamsOf<ReturnType<typeof cellHeadsSpec>> };

/** What a group of equally shaped images shows. */
export interface CellGroup {
  /** [B, D, H, W, 1]. */
  image: tf.Tensor;
  /** Part of the cell of each token of the tower that each of `tokenTargets` covers: [B, d', h', w', T]. */
  pooledCover: tf.Tensor;
  /** Part of each patch that each prompt covers, [B, d, h, w, M]; the first prompts are the classes. */
  cover: tf.Tensor;
  patchDepth: number;
  poolDepth: 1 | 2;
}

/**
 * Texts of a step as shares of the vocabulary: names of the classes [classes, V], what tokens are sums of [T, V], and prompts of
 * the localiser [M, V].
 */
export interface CellTexts {
  names_KV: tf.Tensor;
  tokenNames_TV: tf.Tensor;
  prompts_MV: tf.Tensor;
}

/** Weight of a cell with a finding, one without having 1: findings fill few cells. */
const findingWeight = 6;
/** Prompts are all classes, then findings again, each on a side. */
const weightOf = (k: number): number => {
  const name = cellClasses[k];
  return name === undefined || isFinding(name) ? findingWeight : 1;
};

/** A class that fills half a cell is what the cell shows: rows of [..., K]. */
const shown = (cover: tf.Tensor): tf.Tensor => tf.minimum(tf.mul(tf.reshape(cover, [-1, cover.shape.at(-1)!]), 2), 1);

/** Cross-entropy of K classes in each cell: logits and targets [cells, K] -> scalar, a sum over classes of means over cells. */
function crossEntropy(logits: tf.Tensor, target: tf.Tensor): tf.Tensor {
  const more = tf.tensor1d(Array.from({ length: logits.shape[1]! }, (_, k) => weightOf(k) - 1));
  const entropy = tf.sub(tf.softplus(logits), tf.mul(logits, target));
  return tf.sum(tf.mean(tf.mul(entropy, tf.add(tf.mul(target, more), 1)), 0));
}

/** Logit of a token that is a name, half of it being as likely as not. */
const sharpness = 10;

/** Which class each of `tokenTargets` is: [T, classes]. */
const classOfTarget = (): tf.Tensor =>
  tf.tensor2d(tokenTargets.map((target) => cellClasses.map((name) => (name === target.name ? 1 : 0))));

/**
 * How far adapted tokens [N, C] are from the sum of the names, sides included, that their cells show, [N, T].
 * Cross-entropy says which classes they resemble; the squared distance, in units of a name, leaves nothing else in them, so that a
 * text that asks for a name finds it and no noise. Position is no part of a name, and so sides are.
 */
function tokenLoss(tokens: tf.Tensor, names_KC: tf.Tensor, sums_TC: tf.Tensor, target_NT: tf.Tensor): tf.Tensor {
  const norm_K = tf.sum(tf.square(names_KC), 1);
  const likeness = tf.div(tf.matMul(tokens, names_KC, false, true), norm_K);
  const distance = tf.mean(tf.sum(tf.square(tf.sub(tokens, tf.matMul(target_NT, sums_TC))), 1));
  const target_NK = tf.minimum(tf.matMul(target_NT, classOfTarget()), 1);
  const entropy = crossEntropy(tf.mul(tf.sub(likeness, 0.5), sharpness), target_NK);
  return tf.add(entropy, tf.div(distance, tf.mean(norm_K)));
}

/**
 * What both encoders say about the cells that they stand for, against what is there: a scalar. The tower's tokens, after the
 * adapter, are compared with the embeddings of the names, as CLIP compares images with texts, and before pooling read by a
 * head; the localiser's are prompted with names as it is later with phrases.
 */
export function cellLoss(
  params: EncoderParams,
  config: VividMedConfig,
  { groups, names_KV, tokenNames_TV, prompts_MV }: { groups: readonly CellGroup[] } & CellTexts,
  modules: Partial<VividMedModules> = {},
): tf.Tensor {
  const use = { ...vividMedModules, ...modules };
  const { vision } = params.model;
  return tf.tidy(() => {
    const { width } = config.language;
    const embedding = params.model.embed_tokens.weight;
    const size = tf.sqrt(tf.mul(tf.mean(tf.square(embedding)), width));
    const [names_KC, sums_TC] = [names_KV, tokenNames_TV].map((texts) => tf.div(tf.matMul(texts, embedding), size)) as [
      tf.Tensor,
      tf.Tensor,
    ];
    const words_MC = phraseWords(embedding, prompts_MV);
    // Where words are no part of the prompt, they stand in for the states that are it later.
    const prompts_MC = config.promptWords
      ? phrasePrompts(params.vg_proj, tf.zerosLike(words_MC), words_MC)
      : phrasePrompts(params.vg_proj, words_MC);
    return groups
      .flatMap(({ image, pooledCover, cover, patchDepth, poolDepth }) => {
        // A tower of another kind need not have patches to read before pooling.
        const patches = modules.visionTower ? undefined : visionPatches(vision, config.vision, image, { patchDepth });
        const pooled = patches
          ? pooledTokens(patches, poolDepth)
          : use.visionTower(vision, config.vision, image, { patchDepth, poolDepth });
        const bracketed = use.adapter(vision, pooled);
        const [batch, length] = bracketed.shape as [number, number, number];
        const tokens = tf.reshape(tf.slice(bracketed, [0, 1, 0], [batch, length - 2, width]), [-1, width]);
        const channelled = matchChannels(image, config.sam.inChannels);
        const encoded = use.imageEncoder(params.sam.image_encoder, config.sam, channelled, { patchDepth });
        const prompted = tokenSimilarity(params.sam.mask_decoder, encoded, prompts_MC);
        const target = shown(cover);
        const rows = target.shape[0]!;
        return [
          tokenLoss(tokens, names_KC, sums_TC, shown(pooledCover)),
          crossEntropy(tf.reshape(prompted, [rows, -1]), target),
          ...(patches
            ? [
                crossEntropy(
                  linear(params.heads.patches, tf.reshape(patches, [rows, -1])),
                  tf.slice(target, [0, 0], [rows, cellClasses.length]),
                ),
              ]
            : []),
        ];
      })
      .reduce((a, b) => tf.add(a, b));
  });
}
