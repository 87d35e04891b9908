import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMask, encodeMask, RunLengthMask } from '../src/voxels.js';

test('a mask comes back from its runs, which begin with zeros', () => {
  const masks = fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }))
    .chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        mask: fc.uint8Array({
          minLength: shape[0] * shape[1] * shape[2],
          maxLength: shape[0] * shape[1] * shape[2],
          max: 1,
        }),
      }),
    );
  fc.assert(
    fc.property(masks, ({ shape, mask }) => {
      const runs = RunLengthMask.parse(JSON.parse(JSON.stringify(encodeMask(mask, shape))));
      expect([...decodeMask(runs)]).toEqual([...mask]);
      const sum = (of: number): number => runs.counts.filter((_, i) => i % 2 === of).reduce((a, b) => a + b, 0);
      expect(sum(1)).toBe(mask.filter((x) => x === 1).length);
    }),
    { seed: 5, numRuns: 200 },
  );
  expect(encodeMask(Uint8Array.of(1, 1, 0, 1), [1, 2, 2]).counts).toEqual([0, 2, 1, 1]);
});

test('runs and masks that do not fill their shape are refused', () => {
  expect(() => encodeMask(new Uint8Array(3), [1, 2, 2])).toThrow(/expected 4 voxels, found 3/);
  expect(() => decodeMask({ shape: [1, 2, 2], counts: [1, 2] })).toThrow(/expected runs of 4 voxels in all, found 3/);
});
