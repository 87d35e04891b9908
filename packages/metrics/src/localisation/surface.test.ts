import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dice,
  hausdorffDistance,
  maskIou,
  type MaskVolume,
  segmentationScores,
  summariseSegmentations,
  surfaceDice,
  surfaceDistances,
  volumetricSimilarity,
} from '../index.js';
import { between, one, two, volume } from '../../test/masks.js';

describe('surface distances', () => {
  const shape = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 5 }),
  );
  const spacing = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.2, max: 5, noNaN: true })));
  const pair = fc.tuple(shape, spacing).chain(([size, spacingMm]) => {
    const length = size[0] * size[1] * size[2];
    const data = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: length, maxLength: length });
    return fc
      .tuple(data, data)
      .map((both) =>
        both.map((mask) => ({ data: mask, shape: size, spacingMm: spacingMm as [number, number, number] })),
      );
  });
  const definitions = ['surface-elements', 'border-voxels'] as const;

  it('are 0 between equal masks, the same both ways, grow with the voxels and keep their order', () => {
    fc.assert(
      fc.property(pair, fc.double({ min: 0.1, max: 4, noNaN: true }), ([a, b], factor) => {
        const options = { toleranceMm: 1, bothEmpty: 'perfect' } as const;
        for (const definition of definitions) {
          const [there, back] = [
            segmentationScores(a!, b!, { ...options, definition }),
            segmentationScores(b!, a!, { ...options, definition }),
          ];
          for (const name of ['dice', 'surfaceDice', 'hausdorffMm', 'hausdorff95Mm', 'assdMm', 'masdMm'] as const) {
            if (Number.isFinite(there[name])) expect(back[name]).toBeCloseTo(there[name], 10);
            else expect(back[name]).toBe(there[name]);
          }
          expect(there.hausdorff95Mm).toBeLessThanOrEqual(there.hausdorffMm);
          expect(there.assdMm).toBeLessThanOrEqual(there.hausdorffMm * (1 + 1e-12));
          expect(there.volumetricSimilarity).toBeGreaterThanOrEqual(there.dice);
          expect(segmentationScores(a!, a!, { ...options, definition })).toMatchObject({
            hausdorffMm: 0,
            assdMm: 0,
            surfaceDice: 1,
          });
          const larger = [a!, b!].map((mask) => ({
            ...mask,
            spacingMm: mask.spacingMm.map((size) => size * factor) as [number, number, number],
          }));
          const grown = segmentationScores(larger[0]!, larger[1]!, {
            toleranceMm: factor,
            definition,
            bothEmpty: 'perfect',
          });
          if (Number.isFinite(there.assdMm)) {
            expect(grown.assdMm).toBeCloseTo(there.assdMm * factor, 8);
            expect(grown.hausdorffMm).toBeCloseTo(there.hausdorffMm * factor, 8);
          }
        }
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('are the least of the distances of all pairs of border voxels', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const size = a!.shape;
        const inside = (mask: ArrayLike<number>, at: readonly number[]): boolean =>
          at.every((x, axis) => x >= 0 && x < size[axis]!) &&
          mask[(at[0]! * size[1] + at[1]!) * size[2] + at[2]!] === 1;
        const borderOf = ({ data, spacingMm }: MaskVolume): number[][] =>
          Array.from(data, (_, i) => [
            Math.floor(i / (size[1] * size[2])),
            Math.floor(i / size[2]) % size[1],
            i % size[2],
          ])
            .filter((at) => inside(data, at))
            .filter((at) =>
              (size[0] === 1 ? [1, 2] : [0, 1, 2]).some((axis) =>
                [-1, 1].some(
                  (step) =>
                    !inside(
                      data,
                      at.map((x, other) => (other === axis ? x + step : x)),
                    ),
                ),
              ),
            )
            .map((at) => at.map((x, axis) => x * spacingMm[axis]!));
        const [from, to] = [borderOf(a!), borderOf(b!)];
        const least = from.map((p) => Math.min(...to.map((q) => Math.hypot(...p.map((x, axis) => x - q[axis]!)))));
        const { forward } = surfaceDistances(a!, b!, 'border-voxels');
        expect(forward.distancesMm).toHaveLength(least.length);
        forward.distancesMm.forEach((distance, i) => {
          if (Number.isFinite(distance)) expect(distance).toBeCloseTo(least[i]!, 10);
          else expect(least[i]).toBe(Infinity);
        });
      }),
      { seed: 12, numRuns: 50 },
    );
  });

  it('do not depend on how much empty image is around the masks', () => {
    const ball = (size: number, at: number) =>
      volume([size, size, size], [1, 0.5, 2], (d, h, w) => (d - at) ** 2 + (h - at) ** 2 + (w - at - 1) ** 2 < 6);
    const other = (size: number, at: number) =>
      volume(
        [size, size, size],
        [1, 0.5, 2],
        (d, h, w) => between(d, at, at + 2) && between(h, at - 2, at) && w === at,
      );
    expect(surfaceDistances(ball(8, 3), other(8, 3))).toEqual(surfaceDistances(ball(14, 7), other(14, 7)));
  });

  it('take a slice as an image in 2D, and the edge of the image as an edge of what touches it', () => {
    const full = volume([1, 4, 5], [9, 1, 2], () => true);
    const { weights } = surfaceDistances(full, full).forward;
    // The outline of 4 x 10 mm, its four corners cut off.
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(2 * (3 + 8) + 2 * Math.sqrt(5), 12);
    const solid = volume([3, 3, 3], one, () => true);
    expect(surfaceDistances(solid, solid, 'border-voxels').forward.distancesMm).toHaveLength(26);
  });

  it('count a distance of just the tolerance, also where it is no exact number', () => {
    const [a, b] = two([1, 4], (at) => volume([1, 1, 6], [1, 1, 0.1], (_, __, w) => w === at));
    // 3 times 0.1 is more than 0.3 in floating-point numbers.
    expect(surfaceDice(surfaceDistances(a, b, 'border-voxels'), 0.3)).toBe(1);
    expect(surfaceDice(surfaceDistances(a, b, 'border-voxels'), 0.2999)).toBe(0);
  });
});

describe('empty masks', () => {
  const nothing = volume([2, 3, 3], one, () => false);
  const something = volume([2, 3, 3], one, (d, h) => d === 0 && h === 1);

  it.each(['surface-elements', 'border-voxels'] as const)('have documented values by %s', (definition) => {
    const options = { toleranceMm: 2, definition };
    for (const pair of [[nothing, something] as const, [something, nothing] as const]) {
      expect(segmentationScores(...pair, options)).toEqual({
        dice: 0,
        iou: 0,
        volumetricSimilarity: 0,
        surfaceDice: 0,
        hausdorffMm: Infinity,
        hausdorff95Mm: Infinity,
        assdMm: Infinity,
        masdMm: Infinity,
      });
    }
    const distances = { hausdorffMm: Number.NaN, hausdorff95Mm: Number.NaN, assdMm: Number.NaN, masdMm: Number.NaN };
    const overlaps = { dice: 1, iou: 1, volumetricSimilarity: 1 };
    const both = [nothing, nothing] as const;
    expect(segmentationScores(...both, options)).toEqual({ ...overlaps, surfaceDice: Number.NaN, ...distances });
    expect(segmentationScores(...both, { ...options, bothEmpty: 'perfect' })).toEqual({
      ...overlaps,
      surfaceDice: 1,
      hausdorffMm: 0,
      hausdorff95Mm: 0,
      assdMm: 0,
      masdMm: 0,
    });
    const undefinedAll = segmentationScores(...both, { ...options, bothEmpty: 'nan' });
    expect(Object.values(undefinedAll).every(Number.isNaN)).toBe(true);
  });

  it('have an option where overlap is measured alone', () => {
    expect([dice([0], [0], 'nan'), maskIou([0], [0], 'nan'), volumetricSimilarity([0], [0], 'nan')]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(volumetricSimilarity([1, 1, 0], [0, 0, 1])).toBeCloseTo(2 / 3, 12);
  });
});

describe('what is no pair of masks', () => {
  const mask = volume([2, 2, 2], one, () => true);
  const wrong: [string, Partial<MaskVolume>, string][] = [
    [
      'NaN',
      { data: [1, 1, 0, Number.NaN, 0, 0, 0, 0] },
      'second mask: expected 0 or 1 in every voxel, found NaN in voxel 3',
    ],
    ['a probability', { data: [1, 0.5, 0, 0, 0, 0, 0, 0] }, 'found something else in voxel 1'],
    ['too few voxels', { data: [1] }, 'expected 8 voxels for the shape [2, 2, 2], found 1'],
    [
      'another shape',
      { data: Array.from({ length: 8 }, () => 0), shape: [1, 2, 4] },
      'found shapes [2, 2, 2] and [1, 2, 4]',
    ],
    ['another spacing', { spacingMm: [1, 1, 2] }, 'found spacings [1, 1, 1] and [1, 1, 2] mm'],
    ['no spacing', { spacingMm: [1, 0, 1] }, 'expected 3 spacings above 0 mm, found [1, 0, 1]'],
    ['no shape', { shape: [0, 2, 2] }, 'expected a shape of 3 whole numbers above 0, found [0, 2, 2]'],
    ['another place', { affine: [1, 0, 0, 0.5, 0, 1, 0, 0, 0, 0, 1, 0] }, 'found voxels 0.500 mm apart'],
    ['another direction', { affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0] }, 'found voxels 2.00 mm apart'],
  ];
  it.each(wrong)('is refused: %s', (_, change, message) => {
    const placed = { ...mask, affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] };
    expect(() => surfaceDistances(placed, { ...placed, ...change })).toThrow(message);
  });

  it('may be rounded a little, as files do', () => {
    const rounded = { ...mask, spacingMm: [1.0001, 1, 1] as const };
    expect(hausdorffDistance(surfaceDistances(mask, rounded))).toBe(0);
  });

  it('is refused where overlap is measured alone', () => {
    expect(() => dice([1, Number.NaN], [1, 0])).toThrow('dice: expected 0 or 1 in every voxel, found NaN in voxel 1');
    expect(() => maskIou([1, 0], [1, 255])).toThrow('found something else in voxel 1');
  });

  it('is refused with a tolerance or a percentile out of range', () => {
    const distances = surfaceDistances(mask, mask);
    expect(() => surfaceDice(distances, -1)).toThrow('expected a tolerance of at least 0 mm, found -1');
    expect(() => surfaceDice(distances, Number.NaN)).toThrow('found NaN');
    expect(() => hausdorffDistance(distances, 0)).toThrow('expected a percentile in (0, 100], found 0');
  });
});

describe('summaries', () => {
  it('are means of what is finite, of each class, of all and over classes, and say what is not', () => {
    const scores = {
      dice: 1,
      iou: 1,
      volumetricSimilarity: 1,
      surfaceDice: 1,
      hausdorffMm: 4,
      hausdorff95Mm: 2,
      assdMm: 1,
      masdMm: 1,
    };
    const summary = summariseSegmentations([
      { label: 'heart', scores },
      { label: 'heart', scores: { ...scores, dice: 0.5, hausdorffMm: Infinity } },
      { label: 'liver', scores: { ...scores, dice: 0, hausdorffMm: Number.NaN } },
    ]);
    expect(summary.perClass['heart']!.dice).toEqual({ mean: 0.75, numFinite: 2, numInfinite: 0, numUndefined: 0 });
    expect(summary.perClass['heart']!.hausdorffMm).toEqual({ mean: 4, numFinite: 1, numInfinite: 1, numUndefined: 0 });
    expect(summary.perClass['liver']!.hausdorffMm).toEqual({
      mean: Number.NaN,
      numFinite: 0,
      numInfinite: 0,
      numUndefined: 1,
    });
    expect(summary.overall.dice.mean).toBe(0.5);
    expect(summary.meanOverClasses.dice).toBe(0.375);
    expect(summary.meanOverClasses.hausdorffMm).toBe(4);
  });
});
