import { type Resampling, resizer, resizeValues, shiftValues } from '@vividmed/core';
import { cropView, readSlice, turnView, type Values, type View, wholeView, writeSlice } from '../geometry/view.js';
import type { Shape3 } from '../volume.js';
import type { PreparationRecord, StepOf } from './record.js';

/** The steps that move voxels: the part of the input that is seen, and what becomes of it. */
export interface Grid {
  view: View;
  resample?: StepOf<'resample'>;
  pad?: StepOf<'pad'>;
}

export function gridOf({ input, steps }: PreparationRecord): Grid {
  const grid: Grid = { view: wholeView(input.shape) };
  for (const step of steps) {
    if (step.kind === 'orient') grid.view = turnView(grid.view, step);
    if (step.kind === 'crop') grid.view = cropView(grid.view, step.box);
    if (step.kind === 'resample') grid.resample = step;
    if (step.kind === 'pad') grid.pad = step;
  }
  return grid;
}

const resized = ({ view, resample }: Grid): Shape3 => resample?.to ?? view.shape;

const paddedShape = (grid: Grid): Shape3 => {
  const shape = resized(grid);
  const size = (axis: 0 | 1 | 2): number => shape[axis] + (grid.pad ? grid.pad.before[axis] + grid.pad.after[axis] : 0);
  return [size(0), size(1), size(2)];
};

/**
 * Values of the input's grid on the prepared grid. Slices are read, changed by `prepareSlice` and made smaller one at a time,
 * so that beside the input there is one copy of what comes out of them and no other.
 */
export function toGrid(
  grid: Grid,
  source: ArrayLike<number>,
  how: Resampling,
  prepareSlice?: (slice: Float32Array) => void,
): Float32Array {
  const { shape } = grid.view;
  const [depth, height, width] = shape;
  const [newDepth, rows, columns] = resized(grid);
  const slice = new Float32Array(height * width);
  const stack = new Float32Array(depth * rows * columns);
  const resizeSlice = resizer([1, height, width], [1, rows, columns], how);
  for (let d = 0; d < depth; d++) {
    readSlice(grid.view, d, source, slice);
    prepareSlice?.(slice);
    stack.set(resizeSlice(slice), d * rows * columns);
  }
  const values = resizeValues(stack, [depth, rows, columns], [newDepth, rows, columns], how);
  return grid.pad ? shiftValues(values, resized(grid), paddedShape(grid), grid.pad.before) : values;
}

/** Values of the prepared grid on the input's grid, written to `target`; what was cropped away stays as `target` has it. */
export function fromGrid<T extends Values>(
  grid: Grid,
  values: Float32Array,
  how: Resampling,
  target: T,
  finishSlice?: (slice: Float32Array) => Values,
): T {
  const { shape } = grid.view;
  const [depth, height, width] = shape;
  const inner = resized(grid);
  const [, rows, columns] = inner;
  const back = (grid.pad?.before ?? [0, 0, 0]).map((size) => 0 - size) as [number, number, number];
  const unpadded = grid.pad ? shiftValues(values, paddedShape(grid), inner, back) : values;
  const stack = resizeValues(unpadded, inner, [depth, rows, columns], how);
  const resizeSlice = resizer([1, rows, columns], [1, height, width], how);
  for (let d = 0; d < depth; d++) {
    const small = stack.subarray(d * rows * columns, (d + 1) * rows * columns);
    const slice = resizeSlice(small);
    writeSlice(grid.view, d, finishSlice ? finishSlice(slice) : slice, target);
  }
  return target;
}

/** True when nothing is moved: the prepared grid is the input's. */
export function isSameGrid({ view, resample, pad }: Grid, shape: Shape3): boolean {
  const whole = wholeView(shape);
  const isWhole = view.start === 0 && view.shape.every((size, k) => size === shape[k]);
  return isWhole && !resample && !pad && view.strides.every((stride, k) => stride === whole.strides[k]);
}
