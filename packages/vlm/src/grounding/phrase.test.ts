import fc from 'fast-check';
import { expect, test } from 'vitest';
import { presetConfig } from '../model/config.js';
import { planVolume } from '../preprocess/model-image.js';
import { type VoxelBox, voxelsOf } from '../preprocess/volume.js';
import { regionOf } from './phrase.js';
import { suppressRepeats } from './suppress.js';

const config = presetConfig('toy', { vocabSize: 15 });

test('the score of a mask is the mean probability inside of it, and the padding of the image has no say', () => {
  const volume = { shape: [1, 16, 9] as const };
  const plan = planVolume(volume.shape, config);
  const [, height, width] = plan.padded;
  expect(plan.padBefore[2]).toBeGreaterThan(0);
  const inImage = (i: number): boolean => {
    const w = i % width;
    return w >= plan.padBefore[2] && w < plan.padBefore[2] + plan.resized[2];
  };
  const ground = (value: (i: number) => number) =>
    regionOf(
      {
        logits: Float32Array.from({ length: height * width }, (_, i) => (inImage(i) ? value(i) : 50)),
        boxes: new Float32Array(6),
        presence: Float32Array.of(0.1),
      },
      { volume, plan },
      { kind: 'both', maskThreshold: 0.5, boxThreshold: 0.5 },
    );
  const top = ground((i) => (Math.floor(i / width) < height / 2 ? Math.log(3) : -4));
  expect(top.scores.mask).toBeCloseTo(0.75, 5);
  expect(top.mask.filter(Boolean)).toHaveLength(8 * 9);
  const none = ground(() => -Math.log(3));
  expect(none).toMatchObject({ found: false, boxes: [] });
  expect(none.mask).toHaveLength(voxelsOf([1, 16, 9]));
  expect(none.scores.mask).toBeCloseTo(0.25, 5);
  expect(none.scores.boxes).toBeCloseTo(0.1, 5);
});

test('of boxes that repeat each other the best stays, and boxes apart all stay', () => {
  const size = fc.integer({ min: 1, max: 6 });
  const start = fc.integer({ min: 0, max: 8 });
  const box = fc
    .tuple(start, start, start, size, size, size)
    .map(([d, h, w, x, y, z]): VoxelBox => [d, h, w, d + x, h + y, w + z]);
  const overlap = (a: VoxelBox, b: VoxelBox): number => {
    const volume = (c: number[]): number => [0, 1, 2].reduce((v, i) => v * Math.max(0, c[i + 3]! - c[i]!), 1);
    const shared = volume([0, 1, 2, 3, 4, 5].map((i) => (i < 3 ? Math.max : Math.min)(a[i]!, b[i]!)));
    return shared / (volume([...a]) + volume([...b]) - shared);
  };
  fc.assert(
    fc.property(
      fc.array(fc.record({ box, score: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 8 }),
      (boxes) => {
        const kept = suppressRepeats(boxes);
        for (const candidate of boxes) {
          const better = kept.filter(({ score }) => score >= candidate.score);
          const covered = better.some((other) => overlap(other.box, candidate.box) >= 0.5);
          expect(kept.includes(candidate) || covered).toBe(true);
        }
        kept.forEach((one, i) => {
          for (const other of kept.slice(i + 1)) {
            expect(one.score).toBeGreaterThanOrEqual(other.score);
            expect(overlap(one.box, other.box)).toBeLessThan(0.5);
          }
        });
      },
    ),
    { seed: 3, numRuns: 200 },
  );
});
