import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rocAuc } from '../index.js';

test('is the share of pairs of a positive and a negative case in the right order, ties as halves', () => {
  const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), { minLength: 2, maxLength: 30 });
  let compared = 0;
  fc.assert(
    fc.property(cases, (rows) => {
      const pairs = rows.flatMap(([a, isThere]) =>
        isThere ? rows.filter(([, other]) => !other).map(([b]) => (a > b ? 1 : a === b ? 0.5 : 0)) : [],
      );
      const auc = rocAuc(
        rows.map(([score]) => score),
        rows.map(([, isThere]) => isThere),
      );
      if (pairs.length === 0) {
        expect(auc).toBeNaN();
        return;
      }
      compared++;
      expect(auc).toBeCloseTo(pairs.reduce((sum: number, pair) => sum + pair, 0) / pairs.length, 12);
    }),
    { seed: 3, numRuns: 200 },
  );
  expect(compared).toBeGreaterThan(100);
});

test('infinite scores are in order, others are refused', () => {
  expect(rocAuc([Number.NEGATIVE_INFINITY, 2, Number.POSITIVE_INFINITY], [false, true, true])).toBe(1);
  expect(() => rocAuc([1], [true, false])).toThrow('rocAuc: expected as many scores as labels, found 1 and 2.');
  expect(() => rocAuc([1, Number.NaN], [true, false])).toThrow('found 1 of 2 that are not');
});
