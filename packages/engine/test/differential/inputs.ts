import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import fc from 'fast-check';

/** A tensor whose numbers are drawn evenly from low to high. */
export interface Drawn {
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly low: number;
  /** Integers stay below it. */
  readonly high: number;
  /**
   * `halves`: multiples of 0.5, so that some are equal, 0 or in the middle. `odd`: one in three is infinite or no number.
   * `distinct`: integers of which none comes twice.
   */
  readonly kind?: 'halves' | 'odd' | 'distinct';
}

/** One call of a kernel; kernels of any number of tensors get them as a list. */
export interface Call {
  readonly inputs: Record<string, Drawn> | readonly Drawn[];
  readonly attrs?: object;
  /** False where tfjs itself has no gradient of this call, or a wrong one. */
  readonly hasGradient?: boolean;
}

/** How to draw calls of a kernel. */
export type Case = fc.Arbitrary<Call>;
export type Draw = (shape: number[]) => Drawn;

export const floats = (shape: number[], low = -2, high = 2): Drawn => ({ shape, dtype: 'float32', low, high });
export const halves: Draw = (shape) => ({ ...floats(shape, -3, 3), kind: 'halves' });
export const odd: Draw = (shape) => ({ ...floats(shape), kind: 'odd' });
export const integers = (shape: number[], low = -4, high = 5): Drawn => ({ shape, dtype: 'int32', low, high });
/** Integers of which none comes twice. */
export const distinct = (shape: number[], high: number): Drawn => ({ ...integers(shape, 0, high), kind: 'distinct' });
export const booleans: Draw = (shape) => ({ shape, dtype: 'bool', low: 0, high: 2 });
export const floatsFrom =
  (low: number, high: number): Draw =>
  (shape) =>
    floats(shape, low, high);

export const size = fc.integer({ min: 1, max: 5 });
export const yes = fc.boolean();
export const shapes = (minRank = 1, maxRank = 4): fc.Arbitrary<number[]> =>
  fc.array(size, { minLength: minRank, maxLength: maxRank });

/** A shape and an axis of it. */
export const shapeAndAxis = (minRank = 1, maxRank = 4): fc.Arbitrary<{ shape: number[]; axis: number }> =>
  shapes(minRank, maxRank).chain((shape) =>
    fc.record({ shape: fc.constant(shape), axis: fc.integer({ min: 0, max: shape.length - 1 }) }),
  );

/** Shapes that broadcast to one another: axes of length 1, and fewer axes at the front. */
export function broadcastShapes(count: number): fc.Arbitrary<number[][]> {
  const one = (shape: number[]) =>
    fc
      .record({ drop: fc.integer({ min: 0, max: shape.length }), ones: fc.array(yes, { minLength: 4, maxLength: 4 }) })
      .map(({ drop, ones }) => shape.slice(drop).map((d, i) => (ones[i] ? 1 : d)));
  return shapes(0).chain((shape) => fc.tuple(...Array.from({ length: count }, () => one(shape))));
}

const oddNumbers = [Number.NaN, Infinity, -Infinity];

/** Tensors on the backend in use; the same seed gives the same numbers on each. */
export function draw(list: readonly Drawn[], seed: number): tf.Tensor[] {
  return list.map(({ shape, dtype, low, high, kind }, i) => {
    const rng = createRng(seed).fork(String(i));
    if (kind === 'distinct') {
      const numbers = rng.shuffle(Array.from({ length: high - low }, (_, at) => low + at));
      return tf.tensor(numbers.slice(0, tf.util.sizeFromShape(shape)), shape, dtype);
    }
    const values = Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
      const value = rng.uniform(low, high);
      if (dtype !== 'float32') return Math.floor(value);
      if (kind === 'odd' && rng.uniform(0, 3) < 1) return oddNumbers[Math.floor(rng.uniform(0, 3))]!;
      return kind === 'halves' ? Math.round(2 * value) / 2 : value;
    });
    return tf.tensor(values, shape, dtype);
  });
}
