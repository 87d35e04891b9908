import * as tf from '@tensorflow/tfjs';
import type { Plan } from '@vividmed/patch-embed';
import { modelImage } from '../preprocess/model-image.js';
import { type VolumeLike, voxelsOf } from '../preprocess/volume.js';
import type { ImageModel } from './localiser.js';

/** What a model sees of images, whatever is asked about them. The caller frees what it is given. */
export interface ImageFeatures {
  /** Image tokens between their brackets, a row for each of the volumes, which have one shape: [B, N + 2, C]. */
  tokens(volumes: readonly VolumeLike[], plan: Plan): tf.Tensor;
  /** What the localiser sees, [B, d, h, w, C]. */
  embeddings(volumes: readonly VolumeLike[], plan: Plan): tf.Tensor;
  /** Forgets every image. */
  dispose(): void;
}

type Kind = 'tokens' | 'embed';

/** The images of volumes as the model reads them, [B, D, H, W, 1]. */
function stackImages(volumes: readonly VolumeLike[], plan: Plan): tf.Tensor {
  const voxels = voxelsOf(plan.padded);
  const pixels = new Float32Array(volumes.length * voxels);
  // Taken once: a volume may make its voxels when they are asked for.
  volumes.forEach(({ data, shape }, i) => pixels.set(modelImage({ data, shape }, plan), i * voxels));
  return tf.tensor(pixels, [volumes.length, ...plan.padded, 1]);
}

/**
 * Encodes images and keeps what it made of the last `limit` volumes, told apart by identity: a volume that is asked about again is
 * not encoded again, and must not have been changed.
 */
export function createImageFeatures(model: ImageModel, limit: number): ImageFeatures {
  // In the order of their last use, the oldest first.
  const known = new Map<VolumeLike, Partial<Record<Kind, tf.Tensor>>>();

  const encode = (kind: Kind, volumes: readonly VolumeLike[], plan: Plan): void => {
    const image = stackImages(volumes, plan);
    const together = model[kind](image, plan);
    tf.split(together, volumes.length).forEach((feature, i) => {
      known.set(volumes[i]!, { ...known.get(volumes[i]!), [kind]: feature });
    });
    tf.dispose([image, together]);
  };

  const forgetOldest = (): void => {
    for (const [volume, features] of known) {
      if (known.size <= limit) return;
      tf.dispose(features);
      known.delete(volume);
    }
  };

  const rowsOf = (kind: Kind, volumes: readonly VolumeLike[], plan: Plan): tf.Tensor => {
    const distinct = [...new Set(volumes)];
    const missing = distinct.filter((volume) => known.get(volume)?.[kind] === undefined);
    if (missing.length > 0) encode(kind, missing, plan);
    for (const volume of distinct) {
      const features = known.get(volume)!;
      known.delete(volume);
      known.set(volume, features);
    }
    const rows = tf.concat(volumes.map((volume) => known.get(volume)![kind]!));
    forgetOldest();
    return rows;
  };

  return {
    tokens: (volumes, plan) => rowsOf('tokens', volumes, plan),
    embeddings: (volumes, plan) => rowsOf('embed', volumes, plan),
    dispose: () => {
      for (const features of known.values()) tf.dispose(features);
      known.clear();
    },
  };
}
