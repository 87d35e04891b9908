import { check } from '@vividmed/core';
import { readDicom } from '@vividmed/imaging';
import type { Volume } from '../volume.js';
import { parseFile, type DatasetFolder, under } from '../tables/dataset-folder.js';

/** A volume, and which of the files its slices come from. */
export interface SliceStack {
  volume: Volume;
  /** The place of each slice among the names that came in. */
  order: readonly number[];
}

type Placed = Volume & { affine: readonly number[] };
type Vector = readonly [number, number, number];

const column = (affine: readonly number[], at: number): Vector => [affine[at]!, affine[4 + at]!, affine[8 + at]!];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** Slices of one series keep their distance to a twentieth. */
const TOLERANCE = 0.05;

/**
 * Reads DICOM files of a folder, one slice each, as one volume in the order of their positions. For sets whose files have lost the UID
 * of their series, so that they would be found apart.
 *
 * @throws {VividMedError} `data` for slices that do not make one volume.
 */
export async function readSlices(folder: DatasetFolder, path: string, names: readonly string[]): Promise<SliceStack> {
  const where = `${folder.name}: ${path}`;
  check(names.length > 1, 'data', `${where}: expected several DICOM slices, found ${names.length}.`);
  const slices: Placed[] = [];
  for (const name of names) {
    const file = under(path, name);
    const { affine, ...slice } = await parseFile(folder, file, (bytes) => readDicom(bytes));
    check(affine, 'data', `${folder.name}: ${file}: expected a slice with a position in the patient, found none.`);
    slices.push({ ...slice, affine });
  }
  return stack(where, slices);
}

function stack(where: string, slices: readonly Placed[]): SliceStack {
  const first = slices[0]!;
  const normal = column(first.affine, 0);
  const length = Math.hypot(...normal);
  const heights = slices.map(({ affine }) => dot(minus(column(affine, 3), column(first.affine, 3)), normal) / length);
  const order = heights.map((_, i) => i).sort((a, b) => heights[a]! - heights[b]!);
  const sorted = order.map((i) => slices[i]!);
  const [lowest, highest] = [sorted[0]!, sorted.at(-1)!];
  const step = minus(column(highest.affine, 3), column(lowest.affine, 3)).map((mm) => mm / (slices.length - 1));
  const spacing = Math.hypot(...step);
  const gaps = order.slice(1).map((i, at) => heights[i]! - heights[order[at]!]!);
  check(
    slices.every(({ shape }) => shape.every((side, axis) => side === first.shape[axis])) && first.shape[0] === 1,
    'data',
    `${where}: expected slices of one size, found several.`,
  );
  check(
    gaps.every((gap) => Math.abs(gap - spacing) <= TOLERANCE * spacing) && spacing > 0,
    'data',
    `${where}: expected slices at one distance, found gaps of ${Math.min(...gaps).toFixed(2)} to ${Math.max(...gaps).toFixed(2)} mm.`,
  );
  const [, height, width] = first.shape;
  const data = new Float32Array(slices.length * height * width);
  sorted.forEach((slice, d) => data.set(slice.data, d * height * width));
  const affine = [0, 1, 2].flatMap((row) => [step[row]!, ...lowest.affine.slice(4 * row + 1, 4 * row + 4)]);
  return {
    volume: {
      data,
      shape: [slices.length, height, width],
      spacingMm: [spacing, first.spacingMm[1], first.spacingMm[2]],
      modality: first.modality,
      affine,
    },
    order,
  };
}
