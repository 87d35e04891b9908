import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, type Interpolation, interpolationMatrix, resizer, resizeValues, shiftValues } from '../index.js';

const sides = fc.tuple(
  fc.integer({ min: 1, max: 30 }),
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 40 }),
);

describe('interpolationMatrix', () => {
  it('keeps a constant, whatever the sizes and the mode', () => {
    const size = fc.integer({ min: 1, max: 40 });
    const mode = fc.constantFrom<Interpolation>('nearest', 'linear', 'area', 'cubic');
    fc.assert(
      fc.property(size, size, mode, (from, to, how) => {
        const matrix = interpolationMatrix(from, to, how);
        for (let i = 0; i < to; i++) {
          const row = matrix.subarray(i * from, (i + 1) * from);
          expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
        }
      }),
      { seed: 1 },
    );
  });

  it('is the identity between equal sizes', () => {
    for (const mode of ['nearest', 'linear', 'area', 'cubic'] as const)
      expect([...interpolationMatrix(3, 3, mode)]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  it('averages the cells that a new cell touches in mode area', () => {
    expect([...interpolationMatrix(4, 2, 'area')]).toEqual([0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5]);
    expect([...interpolationMatrix(3, 2, 'area')]).toEqual([0.5, 0.5, 0, 0, 0.5, 0.5]);
  });
});

it('resampling keeps constants and, shrinking by whole numbers, the mean', () => {
  const rng = createRng(5);
  fc.assert(
    fc.property(sides, sides, (from, to) => {
      const constant = resizeValues(new Float32Array(from[0] * from[1] * from[2]).fill(0.25), from, to);
      expect(constant).toHaveLength(to[0] * to[1] * to[2]);
      expect(constant.every((value) => Math.abs(value - 0.25) < 1e-5)).toBe(true);
    }),
    { seed: 7, numRuns: 15 },
  );
  const data = Float32Array.from({ length: 6 * 8 * 10 }, () => rng.uniform());
  const mean = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length;
  expect(mean(resizeValues(data, [6, 8, 10], [3, 2, 5]))).toBeCloseTo(mean(data), 5);
});

it('is the product with the matrix of each axis, whichever axes shrink and grow', () => {
  const small = fc.tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
  );
  const mode = fc.constantFrom<Interpolation>('nearest', 'linear', 'area', 'cubic');
  fc.assert(
    fc.property(small, small, mode, mode, fc.nat(999), (from, to, shrink, grow, seed) => {
      const rng = createRng(seed);
      const data = Float32Array.from({ length: from[0] * from[1] * from[2] }, () => rng.uniform());
      const [d, h, w] = ([0, 1, 2] as const).map((axis) =>
        interpolationMatrix(from[axis], to[axis], to[axis] < from[axis] ? shrink : grow),
      ) as [Float32Array, Float32Array, Float32Array];
      const expected = [...product(d, to[0], product(h, to[1], product(w, to[2], [...data])))];
      const found = resizeValues(data, from, to, { shrink, grow });
      expect(found).toHaveLength(expected.length);
      expected.forEach((value, i) => expect(Math.abs(value - found[i]!)).toBeLessThan(1e-5));
      const again = resizer(from, to, { shrink, grow });
      expect([again(data), again(data)]).toEqual([found, found]);

      /** The matrix [size, -] along the last axis of values, which becomes the first. */
      function product(matrix: Float32Array, size: number, values: number[]): number[] {
        const cells = matrix.length / size;
        const others = values.length / cells;
        return Array.from({ length: size * others }, (_, i) => {
          const [row, other] = [Math.floor(i / others), i % others];
          let sum = 0;
          for (let k = 0; k < cells; k++) sum += matrix[row * cells + k]! * values[other * cells + k]!;
          return sum;
        });
      }
    }),
    { seed: 21, numRuns: 60 },
  );
});

it('takes the cell that holds the centre in mode nearest, so that a grid at least as fine gives a mask back as it was', () => {
  const nearest = { shrink: 'nearest', grow: 'nearest' } as const;
  const rng = createRng(9);
  const size = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(size, fc.integer({ min: 0, max: 60 }), (from, more) => {
      const data = Float32Array.from({ length: from }, () => rng.int(2));
      const fine = resizeValues(data, [1, 1, from], [1, 1, from + more], nearest);
      expect(resizeValues(fine, [1, 1, from + more], [1, 1, from], nearest)).toEqual(data);
    }),
    { seed: 3 },
  );
  expect([...interpolationMatrix(2, 3, 'nearest')]).toEqual([1, 0, 0, 1, 0, 1]);
});

it('pads and crops by moving values', () => {
  const data = Float32Array.from([1, 2, 3, 4]);
  const wide = shiftValues(data, [1, 2, 2], [1, 3, 4], [0, 1, 1]);
  expect([...wide]).toEqual([0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0]);
  expect(shiftValues(wide, [1, 3, 4], [1, 2, 2], [0, -1, -1])).toEqual(data);
});
