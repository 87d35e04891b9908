import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enumerateSpans, topIndices, wordStates } from './spans.js';

test('spans are every run of words up to the widest, by start and end', () => {
  expect(enumerateSpans(3, 2)).toEqual([
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 2],
    [2, 2],
  ]);
  expect(enumerateSpans(0, 2)).toEqual([]);
});

test('the indices that are kept are ascending, and none that is left out scores more', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(scores, fc.nat(35), (values, count) => {
      const kept = topIndices(values, count);
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      expect(kept.length).toBe(Math.min(count, values.length));
      const least = Math.min(...kept.map((i) => values[i]!));
      values.forEach((value, i) => kept.includes(i) || expect(value).toBeLessThanOrEqual(least));
    }),
    { seed: 7 },
  );
});

test('a word has the mean of its pieces, and zeros without any', () => {
  const states = Float32Array.of(1, 2, 3, 6, 5, 7);
  const ranges = [
    { first: 0, count: 2 },
    { first: 2, count: 0 },
    { first: 2, count: 1 },
  ];
  expect([...wordStates(states, ranges, 2)]).toEqual([2, 4, 0, 0, 5, 7]);
});
