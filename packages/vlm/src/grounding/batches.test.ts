import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchesOf, imageBatchesOf } from './batches.js';

const volumes = [{ shape: [1, 2, 2] }, { shape: [1, 2, 2] }, { shape: [1, 2, 2] }, { shape: [3, 2, 2] }] as const;
const lists = fc.array(
  fc.nat({ max: 3 }).map((i) => ({ volume: volumes[i]! })),
  { maxLength: 40 },
);

for (const [name, make] of Object.entries({ batchesOf, imageBatchesOf })) {
  test(`${name} gives every item once, in batches of one shape that are not too large`, () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 7 }), (items, size) => {
        const batches = make(items, size);
        expect(batches.flat().sort((a, b) => a - b)).toEqual(items.map((_, i) => i));
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(size);
          expect(new Set(batch.map((i) => items[i]!.volume.shape.join())).size).toBe(1);
        }
      }),
      { seed: 4, numRuns: 100 },
    );
  });
}

test('images with equally many items give batches of one size, and what is too much for one takes several', () => {
  const of = (counts: readonly number[]) =>
    counts.flatMap((count, v) => Array.from({ length: count }, () => ({ volume: volumes[v]! })));
  const sizes = (counts: readonly number[], size: number) =>
    imageBatchesOf(of(counts), size).map(({ length }) => length);
  expect(sizes([3, 3, 3], 4)).toEqual([3, 3, 3]);
  expect(sizes([2, 2, 2], 4)).toEqual([4, 2]);
  expect(sizes([6, 6, 6], 4)).toEqual([4, 2, 4, 2, 4, 2]);
  // Mixed up, they are sorted out.
  const [a, b] = volumes;
  const mixed = [a, b, a, b, a].map((volume) => ({ volume }));
  expect(imageBatchesOf(mixed, 3)).toEqual([
    [0, 2, 4],
    [1, 3],
  ]);
});
