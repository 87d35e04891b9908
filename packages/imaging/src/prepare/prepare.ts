import type { Resampling } from '@vividmed/core';
import { type Box, checkBox, mapBox } from '../geometry/box.js';
import { invertAffine } from '../geometry/affine.js';
import { voxelCount } from '../geometry/view.js';
import type { Affine, Shape3 } from '../volume.js';
import { fromGrid, gridOf, isSameGrid, toGrid } from './grid.js';
import { planPreparation, type PreparableVolume, type PreparationPlan } from './plan.js';
import { checkVoxelCount, type PreparationRecord, stepMap, type StepOf, walkSteps } from './record.js';
import { applyWindow } from './windows.js';

/** An image as a model reads it. */
export interface PreparedImage {
  /** Values in [0, 1], [D, H, W]; with several windows [D, H, W, C]. */
  data: Float32Array;
  shape: Shape3;
  channels: number;
  spacingMm: Shape3;
  /** As that of a volume, for the prepared grid. */
  affine?: Affine;
}

/** Images shrink by the mean of the area, so that nothing aliases, and grow linearly. */
const imageWay: Resampling = { shrink: 'area', grow: 'linear' };
/** Masks on a finer grid keep their voxels whole; on a coarser one a voxel holds how much of it is covered. */
const maskWay: Resampling = { shrink: 'area', grow: 'nearest' };
/** The way back from these: the voxel that holds the centre on axes that were finer, a line between covers on coarser ones. */
const maskBack: Resampling = { shrink: 'nearest', grow: 'linear' };

/**
 * Does to an image what a record says. Beside the input there is one copy of what comes out, slice by slice.
 *
 * @throws {VividMedError} shape, for an image of another size than the record's
 */
export function applyPreparation(record: PreparationRecord, { data }: Pick<PreparableVolume, 'data'>): PreparedImage {
  checkVoxelCount(data, record.input.shape, 'applyPreparation');
  const grid = gridOf(record);
  const { windows } = record.steps.find((step): step is StepOf<'window'> => step.kind === 'window')!;
  const planes = windows.map((window) => toGrid(grid, data, imageWay, (slice) => applyWindow(slice, window)));
  return { data: interleave(planes), ...record.output };
}

/** Channels last. */
function interleave(planes: readonly Float32Array[]): Float32Array {
  if (planes.length === 1) return planes[0]!;
  const out = new Float32Array(planes[0]!.length * planes.length);
  planes.forEach((plane, c) => {
    for (let i = 0, at = c; i < plane.length; i++, at += planes.length) out[at] = plane[i]!;
  });
  return out;
}

/**
 * Prepares an image for a model, in training and at inference alike: turned, cropped, windowed to [0, 1], resampled, padded.
 * The record is what `prepareMask` and `prepareBox`, `restoreMask` and `restoreBox` and `explainPreprocessing` take.
 *
 * @throws {VividMedError} shape or data for an image that is damaged, config for a plan that does not fit it
 */
export function prepareImage(
  volume: PreparableVolume,
  plan: PreparationPlan = {},
): { image: PreparedImage; record: PreparationRecord } {
  const record = planPreparation(volume, plan);
  return { image: applyPreparation(record, volume), record };
}

/**
 * How much of each voxel of the prepared grid a mask of the input covers, in [0, 1]: parts on axes that got coarser, all or
 * nothing on the others. It keeps structures that are thinner than a voxel of the prepared grid.
 *
 * @throws {VividMedError} shape
 */
export function prepareOccupancy(record: PreparationRecord, mask: ArrayLike<number>): Float32Array {
  checkVoxelCount(mask, record.input.shape, 'prepareOccupancy');
  return toGrid(gridOf(record), mask, maskWay);
}

/**
 * A mask of the input on the prepared grid, 0 or 1: voxels of which it covers half or more. The mask itself where the grid is
 * the input's.
 *
 * @throws {VividMedError} shape
 */
export function prepareMask(record: PreparationRecord, mask: Uint8Array): Uint8Array {
  checkVoxelCount(mask, record.input.shape, 'prepareMask');
  const grid = gridOf(record);
  if (isSameGrid(grid, record.input.shape)) return mask;
  const covers = toGrid(grid, mask, maskWay);
  // `from` with a function takes ten times as long, and masks are many.
  const inside = new Uint8Array(covers.length);
  for (let i = 0; i < covers.length; i++) inside[i] = isInside(covers[i]!);
  return inside;
}

const isInside = (value: number): 0 | 1 => (value >= 0.5 ? 1 : 0);

/**
 * A mask of the prepared grid on the input's grid. A mask of the input that went through `prepareMask` comes back as it was
 * where the prepared grid is at least as fine.
 *
 * @throws {VividMedError} shape
 */
export function restoreMask(record: PreparationRecord, mask: Uint8Array): Uint8Array {
  checkVoxelCount(mask, record.output.shape, 'restoreMask');
  const grid = gridOf(record);
  if (isSameGrid(grid, record.input.shape)) return mask;
  const target = new Uint8Array(voxelCount(record.input.shape));
  return fromGrid(grid, new Float32Array(mask), maskBack, target, (slice) => Uint8Array.from(slice, isInside));
}

/**
 * Values of the prepared grid, such as probabilities or logits, on the input's grid: the mean of what an input's voxel covers,
 * or a line between values. `outside` is given to voxels that were cropped away.
 *
 * @throws {VividMedError} shape
 */
export function restoreValues(record: PreparationRecord, values: Float32Array, outside = 0): Float32Array {
  checkVoxelCount(values, record.output.shape, 'restoreValues');
  const target = new Float32Array(voxelCount(record.input.shape)).fill(outside);
  return fromGrid(gridOf(record), values, imageWay, target);
}

/**
 * A box of the input on the prepared grid, clipped to what was kept of the image; empty where it was cropped away.
 *
 * @throws {VividMedError} data
 */
export function prepareBox(record: PreparationRecord, box: Box): Box {
  checkBox(box, 'prepareBox');
  return walkSteps(record).reduce(
    (at, { step, before, after }) => mapBox(invertAffine(stepMap(step, before)), at, after),
    box,
  );
}

/**
 * A box of the prepared grid on the input's grid, clipped to the image.
 *
 * @throws {VividMedError} data
 */
export function restoreBox(record: PreparationRecord, box: Box): Box {
  checkBox(box, 'restoreBox');
  return walkSteps(record).reduceRight((at, { step, before }) => mapBox(stepMap(step, before), at, before), box);
}
