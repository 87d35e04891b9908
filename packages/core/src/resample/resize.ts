import { type Interpolation, interpolationMatrix } from './weights.js';

/** Depth, height and width. */
type Size = readonly [number, number, number];

/** How an axis is resampled that gets fewer cells, and one that gets more. */
export interface Resampling {
  readonly shrink: Interpolation;
  readonly grow: Interpolation;
}

/** Of images: shrinking takes the mean of the area, so that nothing aliases; growing interpolates. */
const image: Resampling = { shrink: 'area', grow: 'linear' };

/** The weights of a matrix from its first to its last that is not 0, new cell after new cell. */
interface Spans {
  /** Per new cell, the first old cell. */
  first: Int32Array;
  /** Per new cell, where its weights begin; one more says where the last ones end. */
  start: Int32Array;
  weights: Float32Array;
}

function spansOf(from: number, to: number, mode: Interpolation): Spans {
  const matrix = interpolationMatrix(from, to, mode);
  const rows = Array.from({ length: to }, (_, i) => {
    const row = matrix.subarray(i * from, (i + 1) * from);
    const first = row.findIndex((weight) => weight !== 0);
    return { first, weights: row.subarray(first, row.findLastIndex((weight) => weight !== 0) + 1) };
  });
  const start = new Int32Array(to + 1);
  rows.forEach(({ weights }, i) => (start[i + 1] = start[i]! + weights.length));
  const weights = new Float32Array(start[to]!);
  rows.forEach((row, i) => weights.set(row.weights, start[i]));
  return { first: Int32Array.from(rows, ({ first }) => first), start, weights };
}

/** One axis of an array [outer, from, inner], all in the order of memory. */
interface AxisStep {
  spans: Spans;
  outer: number;
  from: number;
  to: number;
  inner: number;
}

/** The last axis: cells of a row are next to each other, so each new cell is one short sum. */
function resizeRows(data: Float32Array, { spans: { first, start, weights }, outer, from, to }: AxisStep): Float32Array {
  const out = new Float32Array(outer * to);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < to; i++) {
      const end = start[i + 1]!;
      let sum = 0;
      for (let j = start[i]!, at = o * from + first[i]!; j < end; j++, at++) sum += weights[j]! * data[at]!;
      out[o * to + i] = sum;
    }
  }
  return out;
}

/** Another axis: rows of `inner` cells are added up, two at a time to halve the passes over the sum. */
function resizePlanes(data: Float32Array, step: AxisStep): Float32Array {
  const { spans, outer, from, to, inner } = step;
  const { first, start, weights } = spans;
  const out = new Float32Array(outer * to * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < to; i++) {
      const target = (o * to + i) * inner;
      const end = start[i + 1]!;
      let j = start[i]!;
      let at = (o * from + first[i]!) * inner;
      for (; j + 1 < end; j += 2, at += 2 * inner) {
        const [one, other] = [weights[j]!, weights[j + 1]!];
        for (let k = 0; k < inner; k++) out[target + k]! += one * data[at + k]! + other * data[at + inner + k]!;
      }
      if (j === end) continue;
      const last = weights[j]!;
      for (let k = 0; k < inner; k++) out[target + k]! += last * data[at + k]!;
    }
  }
  return out;
}

/**
 * What `resizeValues` does, for many arrays [D, H, W] of one shape: the weights are made once. Axes that shrink most come
 * first and those that grow most last, so that each has less to do. Sums along the last axis are the slowest, so among
 * equals it is where the array is smallest.
 */
export function resizer(shape: Size, size: Size, how: Resampling = image): (data: Float32Array) => Float32Array {
  const growth = (axis: 0 | 1 | 2): number => size[axis] / shape[axis];
  const shrinking = ([0, 1, 2] as const).filter((axis) => growth(axis) < 1);
  const growing = ([2, 1, 0] as const).filter((axis) => growth(axis) > 1);
  const now: [number, number, number] = [...shape];
  const steps = [...shrinking, ...growing]
    .toSorted((a, b) => growth(a) - growth(b))
    .map((axis): AxisStep => {
      const [from, to] = [shape[axis], size[axis]];
      const outer = now.slice(0, axis).reduce((a, b) => a * b, 1);
      const inner = now.slice(axis + 1).reduce((a, b) => a * b, 1);
      now[axis] = to;
      return { spans: spansOf(from, to, to < from ? how.shrink : how.grow), outer, from, to, inner };
    });
  return (data) =>
    steps.reduce((values, step) => (step.inner === 1 ? resizeRows(values, step) : resizePlanes(values, step)), data);
}

/**
 * Resamples values [D, H, W] to another size, axis by axis; axes that keep their size are left as they are. Both grids have
 * the same outer edges.
 */
export function resizeValues(data: Float32Array, shape: Size, size: Size, how: Resampling = image): Float32Array {
  return resizer(shape, size, how)(data);
}

/** Copies values [D, H, W] into a block of another shape, `by` voxels further along each axis; what lies outside is 0. */
export function shiftValues(data: Float32Array, from: Size, to: Size, by: Size): Float32Array {
  if (from.every((size, axis) => size === to[axis] && by[axis] === 0)) return data;
  const out = new Float32Array(to[0] * to[1] * to[2]);
  const [left, right] = [Math.max(0, -by[2]), Math.min(from[2], to[2] - by[2])];
  for (let d = Math.max(0, -by[0]); d < Math.min(from[0], to[0] - by[0]); d++) {
    for (let h = Math.max(0, -by[1]); h < Math.min(from[1], to[1] - by[1]); h++) {
      const source = (d * from[1] + h) * from[2];
      const target = ((d + by[0]) * to[1] + h + by[1]) * to[2] + by[2];
      out.set(data.subarray(source + left, source + right), target + left);
    }
  }
  return out;
}
