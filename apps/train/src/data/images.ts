import type { Rng } from '@vividmed/core';
import { augmentImage, type Volume } from '@vividmed/datasets';
import { type Plan, samplePatchDepth } from '@vividmed/patch-embed';
import { modelImage, planVolume, type VividMedConfig } from '@vividmed/vlm';
import type { HostArray } from '../training/batch.js';
import { preparationOf, preparedVolume } from '@vividmed/inference';

/** An image with the stream that varies it. */
export interface DrawnImage {
  volume: Volume;
  rng: Rng;
}

/** The plan of an image; while training, its patch depth is drawn around the natural one (paper 3.2.3). */
export function planDrawn(model: VividMedConfig, { volume, rng }: DrawnImage, vary: boolean): Plan {
  const { shape } = preparationOf(volume).output;
  if (!vary) return planVolume(shape, model);
  const patchDepth = samplePatchDepth(
    shape[0],
    { patchDepth: model.vision.patch[0], maxTokensDepth: model.maxTokensDepth },
    rng.fork('patch depth'),
    { profile: model.profile },
  );
  return planVolume(shape, model, patchDepth);
}

/** Reads images of one plan into one array [B, D, H, W, 1], each varied when `augment` is set. Keeps what it read. */
export function createImageReader(augment: boolean): (images: readonly DrawnImage[], plan: Plan) => HostArray {
  const known = new WeakMap<Volume, Float32Array>();
  return (images, plan) => {
    const { padded } = plan;
    const voxels = padded.reduce((a, b) => a * b, 1);
    const data = new Float32Array(images.length * voxels);
    images.forEach(({ volume, rng }, i) => {
      let image = known.get(volume);
      if (!image || image.length !== voxels) {
        image = modelImage(preparedVolume(volume), plan);
        known.set(volume, image);
      }
      data.set(augment ? augmentImage(image, rng.fork('augment')) : image, i * voxels);
    });
    return { data, shape: [images.length, ...padded, 1] };
  };
}
