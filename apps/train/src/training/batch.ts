import * as tf from '@tensorflow/tfjs';
import type { Plan } from '@vividmed/patch-embed';

/** An array with its shape: what a batch is made of before an engine sees it. */
export interface HostArray {
  data: Float32Array | Int32Array;
  shape: number[];
}

/** What about a group of equally shaped images is fixed when a step is traced. */
export interface GroupShape {
  patchDepth: number;
  poolDepth: 1 | 2;
  /** Depth, height and width of the padded images in voxels. */
  padded: [number, number, number];
  numImages: number;
  /** Phrases to localise, padded; 0 where nothing of the group is localised. */
  numPrompts: number;
}

/** The shape of a group of images that are read by one plan, before it has phrases. */
export const groupShapeOf = ({ patchDepth, poolDepth, padded }: Plan, numImages: number): GroupShape => ({
  patchDepth,
  poolDepth,
  padded,
  numImages,
  numPrompts: 0,
});

/** Names of the arrays that belong to one group. */
export type GroupKey =
  | 'image'
  | 'pooledCover'
  | 'cover'
  | 'hiddenIndex'
  | 'imageIndex'
  | 'words'
  | 'maskTarget'
  | 'maskWeight'
  | 'targetBoxes'
  | 'matched'
  | 'presenceWeight'
  | 'boxWeight';

/** Truth of one group that the matcher needs, in plain numbers. */
export interface GroupTruth {
  /** Per prompt: boxes as normalised centre-size rows, or `undefined` when the boxes of this phrase are not labelled. */
  boxes: (Float32Array[] | undefined)[];
  /** Per prompt: row of its sample among all samples of the batch; -1 for padding. */
  sample: Int32Array;
}

/** One batch: named arrays, the shapes that fix its graph, and the truth of its boxes. */
export interface HostBatch {
  arrays: Record<string, HostArray>;
  groups: GroupShape[];
  truths: GroupTruth[];
  numSamples: number;
}

/** The name of an array of group `group` in `HostBatch.arrays`. */
export const groupKey = (group: number, key: GroupKey): string => `group${group}.${key}`;

/** A string that two batches share exactly when one traced graph serves both. */
export function batchSignature(batch: HostBatch): string {
  const shapes = Object.entries(batch.arrays).map(([name, { shape }]) => `${name}[${shape.join(',')}]`);
  return JSON.stringify(batch.groups) + shapes.join(';');
}

/** The arrays as tensors, in the order of their names. The caller disposes them. */
export function toTensors(arrays: Record<string, HostArray>): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, shape, data instanceof Int32Array ? 'int32' : 'float32'),
    ]),
  );
}
