import { resizeValues, type Rng } from '@vividmed/core';
import type { Shape3 } from '../volume.js';

/** Weights of a Gaussian out to three deviations, from the middle on; together with their mirror image they sum to 1. */
function halfKernel(sigma: number, length: number): Float64Array {
  const radius = Math.min(Math.ceil(3 * sigma), length);
  const weights = Float64Array.from({ length: radius + 1 }, (_, i) => Math.exp(-((i / sigma) ** 2) / 2));
  const sum = weights.reduce((total, weight, i) => total + (i === 0 ? 1 : 2) * weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Convolves along one axis; beyond an edge, its values go on. */
function blurAxis(data: Float32Array, shape: Shape3, axis: 0 | 1 | 2, sigma: number): Float32Array {
  const length = shape[axis];
  const kernel = halfKernel(sigma, length);
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = data.length / (length * inner);
  const out = new Float32Array(data.length);
  if (inner === 1) blurRows(data, out, length, kernel);
  else
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < length; i++) {
        const to = (o * length + i) * inner;
        for (let k = 1 - kernel.length; k < kernel.length; k++) {
          const weight = kernel[Math.abs(k)]!;
          const from = (o * length + Math.min(Math.max(i + k, 0), length - 1)) * inner;
          for (let j = 0; j < inner; j++) out[to + j]! += weight * data[from + j]!;
        }
      }
    }
  return out;
}

/** The last axis, whose neighbours lie side by side: one sum a number, over a row with its ends drawn out. */
function blurRows(data: Float32Array, out: Float32Array, length: number, kernel: Float64Array): void {
  const radius = kernel.length - 1;
  const row = new Float32Array(length + 2 * radius);
  for (let start = 0; start < data.length; start += length) {
    row.fill(data[start]!, 0, radius);
    row.set(data.subarray(start, start + length), radius);
    row.fill(data[start + length - 1]!, radius + length);
    for (let i = 0; i < length; i++) {
      let sum = kernel[0]! * row[i + radius]!;
      for (let k = 1; k <= radius; k++) sum += kernel[k]! * (row[i + radius - k]! + row[i + radius + k]!);
      out[start + i] = sum;
    }
  }
}

/** Gaussian blur of values [D, H, W]; deviations along each axis in voxels, 0 for none. A new array. */
export function blurValues(data: Float32Array, shape: Shape3, sigma: Shape3): Float32Array {
  let out = data;
  for (const axis of [0, 1, 2] as const)
    if (sigma[axis] > 0 && shape[axis] > 1) out = blurAxis(out, shape, axis, sigma[axis]);
  return out === data ? data.slice() : out;
}

/** Smooth random values [D, H, W]: normal numbers on a grid of at most this many knots along each axis, interpolated. */
export function smoothField(shape: Shape3, knots: number, std: number, rng: Rng): Float32Array {
  const grid: Shape3 = [Math.min(knots, shape[0]), Math.min(knots, shape[1]), Math.min(knots, shape[2])];
  const values = Float32Array.from({ length: grid[0] * grid[1] * grid[2] }, () => rng.normal(0, std));
  return resizeValues(values, grid, shape, { shrink: 'linear', grow: 'cubic' });
}
