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

/** The weights of the matrix that are not 0: per new cell, the first old cell and the weights from there on. */
function spans(matrix: Float32Array, to: number, from: number): { first: number; weights: Float32Array }[] {
  return Array.from({ length: to }, (_, i) => {
    const row = matrix.subarray(i * from, (i + 1) * from);
    const first = row.findIndex((weight) => weight !== 0);
    const last = row.findLastIndex((weight) => weight !== 0);
    return { first, weights: row.subarray(first, last + 1) };
  });
}

function resizeAxis(
  data: Float32Array,
  shape: Size,
  axis: 0 | 1 | 2,
  to: number,
  { shrink, grow }: Resampling,
): Float32Array {
  const from = shape[axis];
  if (from === to) return data;
  const cells = spans(interpolationMatrix(from, to, to < from ? shrink : grow), to, from);
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const out = new Float32Array(outer * to * inner);
  for (let o = 0; o < outer; o++) {
    cells.forEach(({ first, weights }, i) => {
      const target = (o * to + i) * inner;
      for (let j = 0; j < weights.length; j++) {
        const source = (o * from + first + j) * inner;
        for (let k = 0; k < inner; k++) out[target + k]! += weights[j]! * data[source + k]!;
      }
    });
  }
  return out;
}

/**
 * Resamples values [D, H, W] to another size, axis by axis from the last; axes that keep their size are left as they are. Both
 * grids have the same outer edges.
 */
export function resizeValues(data: Float32Array, shape: Size, size: Size, how: Resampling = image): Float32Array {
  let current = data;
  const now: [number, number, number] = [...shape];
  for (const axis of [2, 1, 0] as const) {
    current = resizeAxis(current, now, axis, size[axis], how);
    now[axis] = size[axis];
  }
  return current;
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
