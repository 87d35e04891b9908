import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerAccuracy,
  bleu,
  boxAveragePrecision,
  boxGiou,
  boxIou,
  classificationF1,
  dice,
  maskIou,
} from './index.js';

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

describe('boxes', () => {
  it('has the IoU and GIoU of a worked example', () => {
    const [a, b] = [
      [0, 0, 0, 1, 2, 2],
      [0, 1, 1, 1, 3, 3],
    ];
    expect(boxIou(a, b)).toBeCloseTo(1 / 7, 12);
    expect(boxGiou(a, b)).toBeCloseTo(1 / 7 - 2 / 9, 12);
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
});

describe('classificationF1', () => {
  it('has the counts of a worked example, and the rate of what was missed', () => {
    const truth = [true, true, true, false, false].map((x) => ({ x, y: false }));
    const said = [true, false, false, true, false].map((x) => ({ x, y: false }));
    const { labels, macroF1, microF1 } = classificationF1(said, truth, ['x', 'y']);
    expect(labels.x).toMatchObject({ truePositives: 1, falsePositives: 1, falseNegatives: 2, trueNegatives: 1 });
    expect(labels.x.f1).toBeCloseTo(0.4, 12);
    expect(labels.x.falseNegativeRate).toBeCloseTo(2 / 3, 12);
    expect(labels.y.f1).toBeNaN();
    expect(macroF1).toBeCloseTo(0.4, 12);
    expect(microF1).toBeCloseTo(0.4, 12);
  });

  it('compares answers without letter case and final stop', () => {
    expect(answerAccuracy(['Yes.', ' no', 'CT'], ['yes', 'no.', 'X-ray.'])).toBeCloseTo(2 / 3, 12);
  });
});

describe('bleu', () => {
  it('is 1 for equal texts, 0 without a shared 4-gram, and penalises brevity', () => {
    const text = 'the heart is not enlarged today';
    expect(bleu([text], [text])).toBeCloseTo(1, 12);
    expect(bleu(['a b c d'], [text])).toBe(0);
    expect(bleu(['the heart is not enlarged'], [text])).toBeCloseTo(Math.exp(1 - 6 / 5), 12);
  });

  it('clips repeated words', () => {
    expect(bleu(['the the the the the the the'], ['the cat is on the mat'], 1)).toBeCloseTo(2 / 7, 12);
  });
});
