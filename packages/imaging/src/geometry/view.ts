import type { Shape3 } from '../volume.js';
import type { Box } from './box.js';
import { type Turn, turnSizes } from './turn.js';

/** Arrays of one number per voxel. */
export type Values = Float32Array | Uint8Array;

/** A part of an array seen in another order of its axes; nothing is copied until its values are read. */
export interface View {
  shape: Shape3;
  /** Where voxel (0, 0, 0) of the view is in the array. */
  start: number;
  /** Steps in the array along each axis of the view. */
  strides: Shape3;
}

export const voxelCount = ([depth, height, width]: Shape3): number => depth * height * width;

export const wholeView = (shape: Shape3): View => ({ shape, start: 0, strides: [shape[1] * shape[2], shape[2], 1] });

export function turnView(view: View, turn: Turn): View {
  const shape = turnSizes(turn, view.shape);
  const steps = turnSizes(turn, view.strides);
  const start = turn.flips.reduce((at, flip, k) => (flip ? at + (shape[k]! - 1) * steps[k]! : at), view.start);
  const stride = (k: 0 | 1 | 2): number => (turn.flips[k] ? -steps[k] : steps[k]);
  return { shape, start, strides: [stride(0), stride(1), stride(2)] };
}

/** The part of a view inside a box of whole voxels. */
export function cropView({ start, strides }: View, [d0, h0, w0, d1, h1, w1]: Box): View {
  return {
    shape: [d1 - d0, h1 - h0, w1 - w0],
    start: start + d0 * strides[0] + h0 * strides[1] + w0 * strides[2],
    strides,
  };
}

/** Copies slice `d` of the view of `source` to `target`, from its first element on. */
export function readSlice({ shape, start, strides }: View, d: number, source: ArrayLike<number>, target: Values): void {
  const [, height, width] = shape;
  for (let h = 0, i = 0; h < height; h++) {
    let at = start + d * strides[0] + h * strides[1];
    for (let w = 0; w < width; w++, i++, at += strides[2]) target[i] = source[at]!;
  }
}

/** Puts a slice back to where `readSlice` took it from. */
export function writeSlice({ shape, start, strides }: View, d: number, source: Values, target: Values): void {
  const [, height, width] = shape;
  for (let h = 0, i = 0; h < height; h++) {
    let at = start + d * strides[0] + h * strides[1];
    for (let w = 0; w < width; w++, i++, at += strides[2]) target[at] = source[i]!;
  }
}
