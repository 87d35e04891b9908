import fc from 'fast-check';
import {
  booleans,
  type Case,
  type Draw,
  floats,
  floatsFrom,
  halves,
  integers,
  shapeAndAxis,
  shapes,
  yes,
} from './inputs.js';

const few: Draw = (shape) => integers(shape, 0, 3);

const reduction = (draw: Draw, name: 'axis' | 'reductionIndices' = 'axis'): Case =>
  shapes().chain((shape) =>
    fc
      .record({ axes: fc.subarray([...shape.keys()], { minLength: 1 }), keepDims: yes })
      .map(({ axes, keepDims }) => ({ inputs: { x: draw(shape) }, attrs: { [name]: axes, keepDims } })),
  );

const along = (draw: Draw): Case =>
  shapeAndAxis().map(({ shape, axis }) => ({ inputs: { x: draw(shape) }, attrs: { axis } }));

const cumulative: Case = fc
  .record({ at: shapeAndAxis(), exclusive: yes, reverse: yes, draw: fc.constantFrom<Draw>(floats, few) })
  .map(({ at: { shape, axis }, exclusive, reverse, draw }) => ({
    inputs: { x: draw(shape) },
    attrs: { axis, exclusive, reverse },
    // tfjs turns the gradient around as if the last axis had been summed: see `mistakes.ts`.
    hasGradient: axis === shape.length - 1,
  }));

export const reductionCases: Record<string, Case> = {
  Sum: fc.oneof(reduction(floats), reduction(few)),
  Mean: reduction(floats),
  Max: fc.oneof(reduction(floats, 'reductionIndices'), reduction(halves, 'reductionIndices')),
  Min: fc.oneof(reduction(floats), reduction(halves)),
  Prod: reduction(floats),
  Any: reduction(booleans),
  All: reduction(booleans),
  ArgMax: fc.oneof(along(few), along(halves)),
  ArgMin: fc.oneof(along(few), along(halves)),
  Softmax: shapes().map((shape) => ({
    inputs: { logits: floatsFrom(-9, 9)(shape) },
    attrs: { dim: shape.length - 1 },
  })),
  Cumsum: cumulative,
  Cumprod: cumulative,
  TopK: fc
    .constantFrom<Draw>(few, halves)
    .chain((draw) =>
      shapes().chain((shape) =>
        fc
          .integer({ min: 1, max: shape.at(-1)! })
          .map((k) => ({ inputs: { x: draw(shape) }, attrs: { k, sorted: true }, hasGradient: false })),
      ),
    ),
};
