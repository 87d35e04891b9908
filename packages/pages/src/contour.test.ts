import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Polygon, signedArea, smoothLoop, smoothPath, traceMask } from './contour.js';

const masks = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })).chain(([height, width]) =>
  fc.record({
    height: fc.constant(height),
    width: fc.constant(width),
    mask: fc.array(fc.constantFrom(0, 1, 1), { minLength: height * width, maxLength: height * width }),
  }),
);

const maskOf = (rows: string[]): [number[], number, number] => [
  rows.flatMap((row) => [...row].map(Number)),
  rows.length,
  rows[0]!.length,
];

/** Distance of a point from the outline of a polygon. */
function distance([x, y]: readonly [number, number], polygon: Polygon): number {
  let least = Infinity;
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length;
    const [ax, ay, bx, by] = [polygon[i]!, polygon[i + 1]!, polygon[j]!, polygon[j + 1]!];
    const share = Math.min(1, Math.max(0, (x - ax) * (bx - ax) + (y - ay) * (by - ay)));
    least = Math.min(least, Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay)));
  }
  return least;
}

it('traces outlines whose signed areas add up to the area of the mask', () => {
  fc.assert(
    fc.property(masks, ({ mask, height, width }) => {
      const area = traceMask(mask, height, width).reduce((sum, polygon) => sum + signedArea(polygon), 0);
      expect(area).toBe(mask.reduce<number>((sum, value) => sum + value, 0));
    }),
    { seed: 1, numRuns: 300 },
  );
});

it('gives a hole an outline that runs the other way', () => {
  const areas = traceMask(...maskOf(['1111', '1001', '1111'])).map(signedArea);
  expect(areas.sort((a, b) => a - b)).toEqual([-2, 12]);
});

it('keeps pixels that touch at a corner apart', () => {
  expect(traceMask(...maskOf(['10', '01'])).map(signedArea)).toEqual([1, 1]);
});

it('smooths without leaving the traced outline by more than a pixel', () => {
  fc.assert(
    fc.property(masks, ({ mask, height, width }) => {
      for (const polygon of traceMask(mask, height, width)) {
        for (const point of smoothLoop(polygon)) expect(distance(point, polygon)).toBeLessThanOrEqual(1);
      }
    }),
    { seed: 2, numRuns: 200 },
  );
});

it('draws a diagonal of pixels as a line without stairs', () => {
  const size = 24;
  const mask = Array.from({ length: size * size }, (_, i) => (i % size <= Math.floor(i / size) ? 1 : 0));
  const loop = smoothLoop(traceMask(mask, size, size)[0]!);
  const diagonal = loop.filter(([x, y]) => Math.abs(x - y) < 2 && x > 4 && x < size - 4);
  expect(diagonal.length).toBeGreaterThan(20);
  for (const [x, y] of diagonal) expect(x - y).toBeCloseTo(0.5, 6);
});

it('writes a closed path in drawing units', () => {
  const path = smoothPath(traceMask(...maskOf(['11', '11'])), 10, 20);
  expect(path).toMatch(/^M[\d. L]+Z$/);
  const numbers = path.slice(1, -1).split(/[ L]/).map(Number);
  expect(Math.max(...numbers.filter((_, i) => i % 2 === 0))).toBe(20);
  expect(Math.max(...numbers.filter((_, i) => i % 2 === 1))).toBe(40);
});
