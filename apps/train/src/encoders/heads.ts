import * as tf from '@tensorflow/tfjs';
import { findingNames } from '@vividmed/datasets';
import { linear, linearSpec, type ParamsOf, ParamSpec, zeros } from '@vividmed/nn';
import { encodeImage } from '@vividmed/sam-decoder';
import {
  imageTokens,
  matchChannels,
  type VividMedConfig,
  type VividMedModules,
  type VividMedParams,
} from '@vividmed/vlm';
import { cellClasses } from './cells.js';

/**
 * Spec of what is trained with the encoders and belongs to no model. The tower needs a bias alone: its tokens, after the
 * adapter, are compared with the embeddings of the names, as CLIP compares images with texts.
 */
export const cellHeadsSpec = (config: VividMedConfig) => ({
  vision: { bias: new ParamSpec([cellClasses.length], zeros) },
  sam: linearSpec(config.sam.width, cellClasses.length),
});
/** A model with the heads beside it. */
export type EncoderParams = VividMedParams & { heads: ParamsOf<ReturnType<typeof cellHeadsSpec>> };

/** What a group of equally shaped images shows. */
export interface CellGroup {
  /** [B, D, H, W, 1]. */
  image: tf.Tensor;
  /** Part of each patch that each class covers: [B, d, h, w, classes]. */
  cover: tf.Tensor;
  patchDepth: number;
  poolDepth: 1 | 2;
}

/** Weight of a cell with a finding, one without having 1: findings fill few cells. */
const findingWeight = 6;

/** Mean over the patches that become one token of the tower: [B, d, h, w, C] -> [B, N, C]. */
function pooled(cover_BDHWC: tf.Tensor, poolDepth: 1 | 2): tf.Tensor {
  const [batch, d, h, w, classes] = cover_BDHWC.shape as [number, number, number, number, number];
  const halves = tf.mean(tf.reshape(cover_BDHWC, [(batch * d * h * w) / 2, 2, classes]), 1);
  const rows = tf.mean(tf.reshape(halves, [(batch * d * h) / 2, 2, (w / 2) * classes]), 1);
  const slices = tf.mean(tf.reshape(rows, [(batch * d) / poolDepth, poolDepth, (h / 2) * (w / 2) * classes]), 1);
  return tf.reshape(slices, [batch, -1, classes]);
}

/** Cross-entropy of each class in each cell: logits [B, N, C], cover [B, N, C] -> scalar, a sum over classes of means over cells. */
function crossEntropy(logits: tf.Tensor, cover: tf.Tensor): tf.Tensor {
  // A class that fills half a cell is what the cell shows.
  const target = tf.minimum(tf.mul(cover, 2), 1);
  const more = tf.tensor1d(cellClasses.map((_, k) => (k < findingNames.length ? findingWeight - 1 : 0)));
  const entropy = tf.sub(tf.softplus(logits), tf.mul(logits, target));
  return tf.sum(tf.mean(tf.mul(entropy, tf.add(tf.mul(target, more), 1)), [0, 1]));
}

/**
 * What the tokens of both encoders say about the cells that they stand for, against what is there. A scalar.
 *
 * `names_KV` [classes, vocabulary] has the share of each token in the name of each class.
 */
export function cellLoss(
  params: EncoderParams,
  config: VividMedConfig,
  { groups, names_KV }: { groups: readonly CellGroup[]; names_KV: tf.Tensor },
  modules: Partial<VividMedModules> = {},
): tf.Tensor {
  const encode = modules.imageEncoder ?? encodeImage;
  return tf.tidy(() => {
    const { width } = config.language;
    const embedding = params.model.embed_tokens.weight;
    const size = tf.sqrt(tf.mul(tf.mean(tf.square(embedding)), width));
    const names_KC = tf.div(tf.matMul(names_KV, embedding), size);
    return groups
      .flatMap(({ image, cover, patchDepth, poolDepth }) => {
        const [batch, , , , classes] = cover.shape as [number, number, number, number, number];
        const group = { image_BDHWC: image, patchDepth, poolDepth };
        const bracketed = imageTokens(params, config, group, { modules });
        const tokens = tf.reshape(tf.slice(bracketed, [0, 1, 0], [batch, bracketed.shape[1]! - 2, width]), [-1, width]);
        const alike = tf.reshape(tf.matMul(tokens, names_KC, false, true), [batch, -1, classes]);
        const encoded = encode(params.sam.image_encoder, config.sam, matchChannels(image, config.sam.inChannels), {
          patchDepth,
        });
        return [
          crossEntropy(tf.add(alike, params.heads.vision.bias), pooled(cover, poolDepth)),
          crossEntropy(
            linear(params.heads.sam, tf.reshape(encoded, [batch, -1, config.sam.width])),
            tf.reshape(cover, [batch, -1, classes]),
          ),
        ];
      })
      .reduce((a, b) => tf.add(a, b));
  });
}
