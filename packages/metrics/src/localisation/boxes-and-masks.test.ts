import { expectReadmeRuns } from '@vividmed/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxAveragePrecision, boxGiou, boxIou, dice, maskIou, type ScoredBox } from '../index.js';

describe('dice', () => {
  it('counts what two masks share, and calls two empty masks equal', () => {
    expect(dice([1, 1, 0, 0], [1, 0, 1, 0])).toBe(0.5);
    expect(maskIou([1, 1, 0, 0], [1, 0, 1, 0])).toBeCloseTo(1 / 3, 12);
    expect(dice([0, 0], [0, 0])).toBe(1);
    expect(dice([1, 0], [0, 0])).toBe(0);
    expect(() => dice([1], [1, 0])).toThrow('found 1 and 2 voxels');
  });

  it('is symmetric, in [0, 1], and never below IoU', () => {
    const mask = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(mask, mask, (a, b) => {
        expect(dice(a, b)).toBe(dice(b, a));
        expect(maskIou(a, b)).toBeLessThanOrEqual(dice(a, b));
        expect(dice(a, b)).toBeCloseTo((2 * maskIou(a, b)) / (1 + maskIou(a, b)), 12);
      }),
      { seed: 1 },
    );
  });
});

const onePoint = [1, 1, 1, 1, 1, 1];
const anyBox = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 })
  .map((x) => [x[0]!, x[1]!, x[2]!, x[0]! + x[3]!, x[1]! + x[4]!, x[2]! + x[5]!]);

describe('boxes', () => {
  it('has the IoU and GIoU of a worked example', () => {
    const [a, b] = [
      [0, 0, 0, 1, 2, 2],
      [0, 1, 1, 1, 3, 3],
    ];
    expect(boxIou(a, b)).toBeCloseTo(1 / 7, 12);
    expect(boxGiou(a, b)).toBeCloseTo(1 / 7 - 2 / 9, 12);
    // The published pair in depth 1 (original-implementation 11.4).
    expect(boxGiou([0, 0.3, 0.3, 1, 0.7, 0.7], [0, 0.4, 0.4, 1, 0.8, 0.8])).toBeCloseTo(0.3113043, 7);
  });

  it('says 1 for equal boxes and at most 0 for others without volume', () => {
    const [line, point] = [
      [0, 0, 0, 0, 5, 0],
      [1, 1, 1, 1, 1, 1],
    ];
    expect([boxIou(line, line), boxGiou(line, line), boxIou(point, point), boxGiou(point, point)]).toEqual([
      1, 1, 1, 1,
    ]);
    expect([boxIou(line, point), boxGiou(line, point)]).toEqual([0, -1]);
    expect([boxIou(point, [0, 0, 0, 2, 2, 2]), boxGiou(point, [0, 0, 0, 2, 2, 2])]).toEqual([0, 0]);
  });

  it('refuses what is no box', () => {
    expect(() => boxIou([0, 0, 0, 1, 1], onePoint)).toThrow('boxIou: expected 6 numbers a box, found 5');
    expect(() => boxGiou(onePoint, [0, 0, 0, 1, -1, 1])).toThrow('along axis 1, found -1');
    expect(() => boxIou(onePoint, [0, 0, Number.NaN, 1, 1, 1])).toThrow('along axis 2, found NaN');
  });

  it('is symmetric, and keeps -1 <= GIoU <= IoU <= 1', () => {
    fc.assert(
      fc.property(anyBox, anyBox, (a, b) => {
        const [iou, giou] = [boxIou(a, b), boxGiou(a, b)];
        expect(boxIou(b, a)).toBeCloseTo(iou, 12);
        expect(boxGiou(b, a)).toBeCloseTo(giou, 12);
        expect(iou).toBeGreaterThanOrEqual(0);
        expect(iou).toBeLessThanOrEqual(1 + 1e-12);
        expect(giou).toBeLessThanOrEqual(iou + 1e-12);
        expect(giou).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(boxGiou(a, a)).toBeCloseTo(1, 12);
      }),
      { seed: 2 },
    );
  });

  it('is the IoU of the voxels for boxes of whole voxels', () => {
    const edge = fc.tuple(fc.nat({ max: 4 }), fc.integer({ min: 1, max: 3 }));
    const whole = fc
      .tuple(edge, edge, edge)
      .map((axes) => [...axes.map(([at]) => at), ...axes.map(([at, n]) => at + n)]);
    const mask = (box: number[]) =>
      Array.from({ length: 8 ** 3 }, (_, i) => {
        const at = [i >> 6, (i >> 3) & 7, i & 7];
        return at.every((x, axis) => x >= box[axis]! && x < box[axis + 3]!) ? 1 : 0;
      });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(boxIou(a, b)).toBeCloseTo(maskIou(mask(a), mask(b)), 12);
      }),
      { seed: 3, numRuns: 50 },
    );
  });
});

describe('boxAveragePrecision', () => {
  const box = (at: number) => [0, at, at, 1, at + 10, at + 10];
  it('sums precision over recall, best score first', () => {
    const truths = [0, 20, 40].map((at) => ({ image: 1, box: box(at) }));
    const predictions = [
      { image: 1, box: box(0), score: 0.9 },
      { image: 1, box: box(70), score: 0.8 },
      { image: 1, box: box(20), score: 0.7 },
    ];
    // Precision 1, 1/2, 2/3 at recall 1/3, 1/3, 2/3; made non-increasing: 1, 2/3, 2/3.
    expect(boxAveragePrecision(predictions, truths).ap).toBeCloseTo(1 / 3 + (1 / 3) * (2 / 3), 12);
  });

  it('counts a true box once and looks in its own image only', () => {
    const truths = [{ image: 'a', box: box(0) }];
    const twice = [0.9, 0.8].map((score) => ({ image: 'a', box: box(1), score }));
    expect(boxAveragePrecision(twice, truths).precision).toEqual([1, 0.5]);
    expect(boxAveragePrecision([{ image: 'b', box: box(0), score: 1 }], truths).ap).toBe(0);
    expect(boxAveragePrecision([], []).ap).toBeNaN();
  });

  it('makes precision non-increasing: a late hit counts for the ones before', () => {
    const truths = [0, 20].map((at) => ({ image: 1, box: box(at) }));
    const predictions = [70, 0, 20].map((at, i) => ({ image: 1, box: box(at), score: 1 - i / 10 }));
    // Precision 0, 1/2, 2/3 at recall 0, 1/2, 1.
    expect(boxAveragePrecision(predictions, truths).ap).toBeCloseTo(2 / 3, 12);
  });

  it('takes an IoU of the threshold, and the best free box', () => {
    const truths = [box(0), [0, 5, 0, 1, 15, 10]].map((b) => ({ image: 1, box: b }));
    // Overlaps the first truth by half and equals the second.
    const predictions = [
      { image: 1, box: [0, 5, 0, 1, 15, 10], score: 0.9 },
      { image: 1, box: [0, 0, 0, 1, 10, 5], score: 0.8 },
    ];
    expect(boxAveragePrecision(predictions, truths, 0.5)).toMatchObject({ ap: 1, recall: [0.5, 1], numTruths: 2 });
    expect(boxAveragePrecision(predictions, truths, 0.51).ap).toBe(0.5);
  });

  it('has no value without true boxes, and 0 without predictions', () => {
    const truths = [{ image: 1, box: box(0) }];
    expect(boxAveragePrecision([{ ...truths[0]!, score: 1 }], []).ap).toBeNaN();
    expect(boxAveragePrecision([], truths)).toEqual({ ap: 0, precision: [], recall: [], numTruths: 1 });
  });

  it('keeps the order of predictions of one score', () => {
    const truths = [{ image: 1, box: box(0) }];
    const scored = (at: number): ScoredBox => ({ image: 1, box: box(at), score: 0.5 });
    const [hit, miss] = [scored(0), scored(50)];
    expect(boxAveragePrecision([hit, miss], truths).ap).toBe(1);
    expect(boxAveragePrecision([miss, hit], truths).ap).toBe(0.5);
  });

  it('refuses scores that are no numbers and thresholds that every box passes', () => {
    const wrong = [{ image: 1, box: box(0), score: Number.NaN }];
    expect(() => boxAveragePrecision(wrong, [])).toThrow('expected a score of prediction 0, found NaN');
    expect(() => boxAveragePrecision([], [], 0)).toThrow('expected a threshold in (0, 1], found 0');
  });

  it('is in [0, 1], unchanged by a rising function of the scores, and never better for a higher threshold', () => {
    const scored = fc.record({
      image: fc.nat({ max: 2 }),
      box: anyBox,
      score: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(scored, { maxLength: 8, selector: ({ score }) => score }),
        fc.array(scored, { minLength: 1, maxLength: 6 }),
        (predictions, truths) => {
          const [loose, middle] = [0.1, 0.3].map((threshold) =>
            boxAveragePrecision(predictions, truths, threshold),
          ) as [ReturnType<typeof boxAveragePrecision>, ReturnType<typeof boxAveragePrecision>];
          expect(loose.ap).toBeGreaterThanOrEqual(0);
          expect(loose.ap).toBeLessThanOrEqual(1);
          expect(middle.recall.at(-1) ?? 0).toBeLessThanOrEqual((loose.recall.at(-1) ?? 0) + 1e-12);
          const raised = predictions.map((p) => ({ ...p, score: 3 * p.score - 7 }));
          if (new Set(raised.map(({ score }) => score)).size === raised.length) {
            expect(boxAveragePrecision(raised, truths, 0.1).ap).toBe(loose.ap);
          }
          // A true box each, found in full, is a perfect score.
          const perfect = truths.map((truth, i) => ({ ...truth, image: i }));
          expect(boxAveragePrecision(perfect, perfect).ap).toBeCloseTo(1, 12);
        },
      ),
      { seed: 4 },
    );
  });
});

it('the example of the README prints what it says', () =>
  expectReadmeRuns(new URL('../../README.md', import.meta.url)));
