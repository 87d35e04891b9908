import { check, resizeValues, shiftValues } from '@vividmed/core';
import { type Plan, planImage, type Size3 } from '@vividmed/patch-embed';
import type { VividMedConfig } from '../model/config.js';
import { checkLength, checkPrepared, type VolumeLike, type VoxelBox } from './volume.js';

type Shaped = Pick<VolumeLike, 'shape'>;

/** How a model reads an image of this shape; `patchDepth` is given while training draws it. */
export function planVolume(shape: readonly number[], config: VividMedConfig, patchDepth?: number): Plan {
  const { maxTokens, maxTokensDepth, profile } = config;
  return planImage(shape, { patch: config.vision.patch, maxTokens, maxTokensDepth, profile }, patchDepth);
}

/**
 * The image that a model reads, [D, H, W] of `plan.padded` in [0, 1]: training and inference both come through here.
 *
 * @throws {VividMedError} `shape`, and `data` for voxels that are not in [0, 1].
 */
export function modelImage(volume: VolumeLike, plan: Plan): Float32Array {
  checkLength(volume.data, volume.shape, 'modelImage');
  checkPrepared(volume.data, 'modelImage');
  const values = resizeValues(volume.data, volume.shape, plan.resized);
  return shiftValues(values, plan.resized, plan.padded, plan.padBefore);
}

/** A mask of the volume on the grid of the model's image, 0 or 1: what covers half a voxel or more is inside. */
export function modelMask(mask: ArrayLike<number>, { shape }: Shaped, plan: Plan): Float32Array {
  checkLength(mask, shape, 'modelMask');
  const resized = resizeValues(new Float32Array(mask), shape, plan.resized);
  const inside = resized.map((value) => (value >= 0.5 ? 1 : 0));
  return shiftValues(inside, plan.resized, plan.padded, plan.padBefore);
}

/** Values on the model's grid, such as mask logits, back on the grid of the volume. */
export function volumeValues(values: Float32Array, { shape }: Shaped, plan: Plan): Float32Array {
  checkLength(values, plan.padded, 'volumeValues');
  const back = plan.padBefore.map((size) => 0 - size) as Size3;
  return resizeValues(shiftValues(values, plan.padded, plan.resized, back), plan.resized, shape);
}

/** Corners in voxels of the volume as centre and size, in parts of the model's padded image: [6], (c_d, c_h, c_w, s_d, s_h, s_w). */
export function modelBox(box: ArrayLike<number>, { shape }: Shaped, plan: Plan): Float32Array {
  const out = new Float32Array(6);
  for (let axis = 0; axis < 3; axis++) {
    const [low, high] = [box[axis]!, box[axis + 3]!].map(
      (at) => ((at * plan.resized[axis]!) / shape[axis]! + plan.padBefore[axis]!) / plan.padded[axis]!,
    ) as [number, number];
    check(
      high >= low && Number.isFinite(low + high),
      'data',
      `modelBox: expected finite corners, the first before the second, found others along axis ${axis}.`,
    );
    out[axis] = (low + high) / 2;
    out[axis + 3] = high - low;
  }
  return out;
}

/**
 * The way back: centre and size in parts of the padded image as corners in voxels, clipped to the volume. Along an axis of one
 * voxel, such as the depth of a 2D image, a box always covers that voxel.
 */
export function volumeBox(box: ArrayLike<number>, { shape }: Shaped, plan: Plan): VoxelBox {
  const corner = (axis: number, sign: number): number => {
    if (shape[axis] === 1) return sign < 0 ? 0 : 1;
    const at = (box[axis]! + (sign * box[axis + 3]!) / 2) * plan.padded[axis]! - plan.padBefore[axis]!;
    const size = shape[axis]!;
    return Math.min(Math.max((at * size) / plan.resized[axis]!, 0), size);
  };
  return [corner(0, -1), corner(1, -1), corner(2, -1), corner(0, 1), corner(1, 1), corner(2, 1)];
}
