import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import type { Profile } from '@vividmed/patch-embed';

export interface FocalOptions {
  /** Exponent of the focus; 0 is plain cross-entropy. */
  gamma?: number;
  /** Weight of positives, 1 - alpha being that of negatives; none by default. */
  alpha?: number;
}

const sameShape = (where: string, a: tf.Tensor, b: tf.Tensor): void =>
  check(
    a.shape.join() === b.shape.join(),
    'shape',
    `${where}: expected two tensors of one shape, found [${a.shape.join(', ')}] and [${b.shape.join(', ')}].`,
  );

/**
 * Focal loss of each element (Lin et al. 2020): logits and targets in {0, 1} of one shape.
 *
 * @throws {VividMedError} `shape` for tensors of two shapes.
 */
export function focalLoss(logits: tf.Tensor, target: tf.Tensor, { gamma = 2, alpha }: FocalOptions = {}): tf.Tensor {
  sameShape('focalLoss', logits, target);
  return tf.tidy(() => {
    // log(1 + e^-|x|) + max(x, 0) - x t: cross-entropy that does not overflow.
    const entropy = tf.add(tf.log1p(tf.exp(tf.neg(tf.abs(logits)))), tf.sub(tf.relu(logits), tf.mul(logits, target)));
    const p = tf.sigmoid(logits);
    const miss = tf.sub(tf.add(p, target), tf.mul(tf.mul(p, target), 2));
    const focus = gamma === 2 ? tf.square(miss) : tf.pow(tf.maximum(miss, tf.scalar(1e-8)), gamma);
    const loss = gamma < 1e-8 ? entropy : tf.mul(focus, entropy);
    return alpha === undefined ? loss : tf.mul(loss, tf.add(tf.mul(target, 2 * alpha - 1), 1 - alpha));
  });
}

/**
 * Dice loss of each row, [K, ...] -> [K]: 1 - 2 sum(g s) / (sum g + sum s), so 1, without a gradient, for an empty target.
 *
 * @throws {VividMedError} `shape` for tensors of two shapes.
 */
export function diceLoss(logits: tf.Tensor, target: tf.Tensor): tf.Tensor {
  sameShape('diceLoss', logits, target);
  return tf.tidy(() => {
    const rows = logits.shape[0]!;
    const p = tf.reshape(tf.sigmoid(logits), [rows, -1]);
    const g = tf.reshape(target, [rows, -1]);
    const both = tf.sum(tf.mul(p, g), 1);
    const either = tf.maximum(tf.add(tf.sum(p, 1), tf.sum(g, 1)), tf.scalar(1e-8));
    return tf.sub(1, tf.div(tf.mul(both, 2), either));
  });
}

export interface MaskLossInput {
  /** [K, D, H, W], and what is true there, 0 or 1. */
  logits_KDHW: tf.Tensor;
  target_KDHW: tf.Tensor;
  /** [K]: 0 leaves a phrase out, so a mean over any set of phrases is a choice of weights. */
  weight_K: tf.Tensor;
  gamma?: number;
}

/** Dice and focal loss of masks as weighted sums over the phrases; the focal loss is a mean over voxels (paper 3.2.2). */
export function maskLoss({ logits_KDHW, target_KDHW, weight_K, gamma = 2 }: MaskLossInput): {
  dice: tf.Tensor;
  focal: tf.Tensor;
} {
  const rows = logits_KDHW.shape[0]!;
  check(
    weight_K.shape.join() === `${rows}`,
    'shape',
    `maskLoss: expected weights [${rows}], found [${weight_K.shape.join(', ')}].`,
  );
  return tf.tidy(() => {
    const focal = tf.mean(tf.reshape(focalLoss(logits_KDHW, target_KDHW, { gamma }), [rows, -1]), 1);
    return {
      dice: tf.sum(tf.mul(diceLoss(logits_KDHW, target_KDHW), weight_K)),
      focal: tf.sum(tf.mul(focal, weight_K)),
    };
  });
}

/** Columns of boxes [..., 6] as corners: low and high [..., 3]. */
function corners(boxes: tf.Tensor): { low: tf.Tensor; high: tf.Tensor } {
  const [centre, size] = tf.split(boxes, 2, -1) as [tf.Tensor, tf.Tensor];
  const half = tf.mul(size, 0.5);
  return { low: tf.sub(centre, half), high: tf.add(centre, half) };
}

const volume = (size: tf.Tensor): tf.Tensor => {
  const [d, h, w] = tf.split(size, 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return tf.mul(tf.mul(d, h), w);
};

/** The least denominator: its square, which gradients divide by, is still a 32-bit float. */
const leastVolume = 1e-18;
/** What the published code adds to denominators. */
const originalEpsilon = 2 ** -23;

/**
 * Generalised IoU of boxes, row by row (Rezatofighi et al. 2019) in three dimensions: centre-size [..., 6] twice -> [...].
 *
 * Profile `paper` is exact: denominators are only kept from being 0, so equal boxes give 1 down to a millionth of the image
 * a side. Profile `original` adds 2^-23 to denominators, which makes small boxes look apart.
 *
 * @throws {VividMedError} `shape` for tensors of two shapes, or without six numbers a box.
 */
export function generalisedIou(boxes: tf.Tensor, others: tf.Tensor, profile: Profile = 'paper'): tf.Tensor {
  sameShape('generalisedIou', boxes, others);
  check(
    boxes.shape.at(-1) === 6,
    'shape',
    `generalisedIou: expected boxes [..., 6], found [${boxes.shape.join(', ')}].`,
  );
  const safe = (denominator: tf.Tensor): tf.Tensor =>
    profile === 'paper' ? tf.maximum(denominator, tf.scalar(leastVolume)) : tf.add(denominator, originalEpsilon);
  return tf.tidy(() => {
    const a = corners(boxes);
    const b = corners(others);
    const shared = volume(tf.relu(tf.sub(tf.minimum(a.high, b.high), tf.maximum(a.low, b.low))));
    const hull = volume(tf.relu(tf.sub(tf.maximum(a.high, b.high), tf.minimum(a.low, b.low))));
    const union = tf.sub(tf.add(volume(tf.sub(a.high, a.low)), volume(tf.sub(b.high, b.low))), shared);
    const giou = tf.sub(tf.div(shared, safe(union)), tf.div(tf.sub(hull, union), safe(hull)));
    return tf.reshape(giou, boxes.shape.slice(0, -1));
  });
}

export interface InstanceLossInput {
  /** [K, m, 6], centre-size in [0, 1]. */
  boxes_Km6: tf.Tensor;
  /** [K, m]. */
  presenceLogits_Km: tf.Tensor;
  /** [K, m, 6]: the box matched with each query; any box where `boxWeight` is 0. */
  targetBoxes_Km6: tf.Tensor;
  /** [K, m]: 1 where a query is matched. */
  matched_Km: tf.Tensor;
  /** [K, m]: weights in the presence loss and in the box losses; 0 leaves a query out. */
  presenceWeight_Km: tf.Tensor;
  boxWeight_Km: tf.Tensor;
  /** Parameters of the focal loss of presence; 2 and 0.85 by default. */
  gamma?: number;
  alpha?: number;
  /** Of the generalised IoU. */
  profile?: Profile;
}

/** L1 (mean over the six numbers), 1 - GIoU and presence loss of instances as weighted sums (paper 3.2.2, Eq. 2). */
export function instanceLoss(input: InstanceLossInput): { l1: tf.Tensor; giou: tf.Tensor; presence: tf.Tensor } {
  const { boxes_Km6, presenceLogits_Km, targetBoxes_Km6, matched_Km, presenceWeight_Km, boxWeight_Km } = input;
  const { gamma = 2, alpha = 0.85, profile = 'paper' } = input;
  for (const weights of [presenceWeight_Km, boxWeight_Km]) sameShape('instanceLoss', presenceLogits_Km, weights);
  return tf.tidy(() => {
    const l1 = tf.mean(tf.abs(tf.sub(boxes_Km6, targetBoxes_Km6)), -1);
    const giou = tf.sub(1, generalisedIou(boxes_Km6, targetBoxes_Km6, profile));
    const presence = focalLoss(presenceLogits_Km, matched_Km, { gamma, alpha });
    return {
      l1: tf.sum(tf.mul(l1, boxWeight_Km)),
      giou: tf.sum(tf.mul(giou, boxWeight_Km)),
      presence: tf.sum(tf.mul(presence, presenceWeight_Km)),
    };
  });
}
