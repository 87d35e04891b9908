import * as tf from '@tensorflow/tfjs';
import { findingNames } from '@vividmed/datasets';
import { linear, linearSpec, type ParamsOf } from '@vividmed/nn';
import { encodeImage } from '@vividmed/sam-decoder';
import {
  matchChannels,
  type VividMedConfig,
  type VividMedModules,
  type VividMedParams,
  visionTower,
} from '@vividmed/vlm';
import { cellClasses } from './cells.js';

/** Spec of the two heads that are trained with the encoders and belong to no model. */
export const cellHeadsSpec = (config: VividMedConfig) => ({
  vision: linearSpec(config.vision.width, cellClasses.length),
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

/** What the tokens of both encoders say about the cells that they stand for, against what is there. A scalar. */
export function cellLoss(
  params: EncoderParams,
  config: VividMedConfig,
  groups: readonly CellGroup[],
  modules: Partial<VividMedModules> = {},
): tf.Tensor {
  const use = { visionTower, imageEncoder: encodeImage, ...modules };
  return tf.tidy(() =>
    groups
      .flatMap(({ image, cover, patchDepth, poolDepth }) => {
        const [batch, , , , classes] = cover.shape as [number, number, number, number, number];
        const seen = use.visionTower(params.model.vision, config.vision, image, { patchDepth, poolDepth });
        const encoded = use.imageEncoder(
          params.sam.image_encoder,
          config.sam,
          matchChannels(image, config.sam.inChannels),
          { patchDepth },
        );
        return [
          crossEntropy(linear(params.heads.vision, seen), pooled(cover, poolDepth)),
          crossEntropy(
            linear(params.heads.sam, tf.reshape(encoded, [batch, -1, config.sam.width])),
            tf.reshape(cover, [batch, -1, classes]),
          ),
        ];
      })
      .reduce((a, b) => tf.add(a, b)),
  );
}
