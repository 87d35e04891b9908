import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boxGiou,
  boxL1,
  boxUnionOverlap,
  detectionCounts,
  detectionScores,
  froc,
  giouLoss,
  matchBoxPairs,
  type ScoredBox,
  scorePerClass,
  summariseMatchedBoxes,
} from '../index.js';

/** A square in 2D of side 10 and of one image. */
const at = (h: number, w: number, side = 10): number[] => [0, h, w, 1, h + side, w + side];
const seen = (box: number[], score: number, image: string | number = 1, label = 'x') => ({ image, label, box, score });
const there = (box: number[], image: string | number = 1, label = 'x') => ({ image, label, box });

describe('giouLoss and boxL1', () => {
  it('are 1 - GIoU, and the difference of centre and size or of corners', () => {
    const [a, b] = [
      [0, 0, 0, 1, 20, 10],
      [0, 10, 0, 1, 20, 20],
    ];
    expect(giouLoss(a, b)).toBeCloseTo(1 - boxGiou(a, b), 12);
    expect([giouLoss(a, a), giouLoss(at(0, 0, 1), at(1e9, 1e9, 1))]).toEqual([0, 2]);
    // In parts of 100 x 50: centres (0.1, 0.1) and (0.15, 0.2), sizes (0.2, 0.2) and (0.1, 0.4).
    const imageShape = [1, 100, 50] as const;
    expect(boxL1(a, b, { imageShape })).toBeCloseTo((0.05 + 0.1 + 0.1 + 0.2) / 6, 12);
    expect(boxL1(a, b, { imageShape, dimensions: 2 })).toBeCloseTo(0.45 / 4, 12);
    expect(boxL1(a, b, { imageShape, reduction: 'sum' })).toBeCloseTo(0.45, 12);
    expect(boxL1(a, b, { imageShape, form: 'corners', reduction: 'sum' })).toBeCloseTo(0.1 + 0.2, 12);
    expect(boxL1([0, 0, 0, 1, 0.5, 0.5], [0, 0, 0, 1, 1, 1])).toBeCloseTo((0.25 * 2 + 0.5 * 2) / 6, 12);
  });

  it('refuse what is no box', () => {
    expect(() => boxL1([0, 0, 0, 1, -1, 1], at(0, 0))).toThrow('boxL1: expected a size of at least 0 along axis 1');
    expect(() => giouLoss([0, 0], at(0, 0))).toThrow('giouLoss: expected 6 numbers a box, found 2');
  });
});

describe('boxUnionOverlap', () => {
  const box = (low: number, high: number): number[] => [0, low, low, 1, high, high];

  it('has the figures of RadFact: two boxes against two others', () => {
    const found = boxUnionOverlap([box(0.3, 0.5), box(0.4, 0.6)], [box(0.2, 0.4), box(0.1, 0.4)]);
    expect(found.iou).toBeCloseTo(0.06, 2);
    expect([found.precision, found.recall].map((value) => Number(value.toFixed(2)))).toEqual([0.14, 0.11]);
  });

  it('counts what boxes cover twice once, and has no share of nothing', () => {
    expect(boxUnionOverlap([box(0.1, 0.3), box(0.1, 0.3)], [box(0.1, 0.3)])).toEqual({
      iou: 1,
      precision: 1,
      recall: 1,
    });
    expect(boxUnionOverlap([box(0, 0)], [box(0.1, 0.3)])).toEqual({ iou: 0, precision: Number.NaN, recall: 0 });
    expect(boxUnionOverlap([box(0.1, 0.3)], [box(0, 0)])).toEqual({ iou: 0, precision: 0, recall: Number.NaN });
    expect(boxUnionOverlap([], []).iou).toBeNaN();
    // Less than a pixel of the grid.
    expect(boxUnionOverlap([box(0.1, 0.1001)], [box(0, 1)]).precision).toBeNaN();
  });

  it('takes boxes in voxels of an image, and cuts what reaches out of it', () => {
    const imageShape = [1, 448, 448] as const;
    expect(boxUnionOverlap([[0, -50, 0, 1, 224, 448]], [[0, 0, 0, 1, 448, 600]], { imageShape })).toEqual({
      iou: 0.5,
      precision: 1,
      recall: 0.5,
    });
    expect(() => boxUnionOverlap([], [], { gridSize: 1.5 })).toThrow(
      'whole number above 0 as size of the grid, found 1.5',
    );
  });
});

describe('detectionScores', () => {
  const truths = [there(at(0, 0)), there(at(0, 30)), there(at(0, 0), 2, 'y')];
  const predictions = [seen(at(0, 0), 0.9), seen(at(0, 30), 0.8), seen(at(0, 5), 0.7, 2, 'y')];

  it('is 1 for boxes found in full, per class and on the mean of the classes', () => {
    const { overall, perClass } = detectionScores(predictions, truths);
    expect(perClass['x']).toMatchObject({ ap: 1, arByMaxDetections: [0.5, 1, 1], numTruths: 2, numPredictions: 2 });
    // An IoU of a third is too little.
    expect(perClass['y']).toMatchObject({ ap: 0, arByMaxDetections: [0, 0, 0] });
    expect(overall.ap).toBe(0.5);
    expect(overall.arByMaxDetections).toEqual([0.25, 0.5, 0.5]);
    expect(detectionScores(predictions, truths, { thresholds: [0.3] }).overall.apByThreshold).toEqual([1]);
  });

  it('leaves classes without true boxes out of the mean, and images out of each other', () => {
    const { overall, perClass } = detectionScores([...predictions, seen(at(0, 0), 1, 1, 'z')], truths);
    expect(perClass['z']).toMatchObject({ ap: Number.NaN, numTruths: 0, numPredictions: 1 });
    expect(overall.ap).toBe(0.5);
    expect(detectionScores([seen(at(0, 0), 1, 2)], [there(at(0, 0), 1)]).overall.ap).toBe(0);
    expect(detectionScores([], []).overall.ap).toBeNaN();
    expect(detectionScores([], truths).overall).toMatchObject({ ap: 0, arByMaxDetections: [0, 0, 0] });
  });

  it('tells greedy from Hungarian matching', () => {
    // The surer prediction overlaps both true boxes and takes the one that the other needs.
    const wide = [there([0, 0, 0, 1, 10, 10]), there([0, 0, 6, 1, 10, 16])];
    const both = [seen([0, 0, 2, 1, 10, 12], 0.9), seen([0, 0, 0, 1, 10, 9], 0.8)];
    const ap = (matching: 'greedy' | 'hungarian') =>
      detectionScores(both, wide, { matching, thresholds: [0.4], interpolation: 'all-point' }).overall.ap;
    expect([ap('greedy'), ap('hungarian')]).toEqual([0.5, 1]);
  });

  it('scores truths of a size apart, and ignores predictions of the others', () => {
    const mixed = [there(at(0, 0)), there(at(50, 50, 40))];
    const found = [seen(at(50, 50, 40), 0.9), seen(at(0, 0), 0.8), seen(at(100, 0, 40), 0.7)];
    const { bySize } = detectionScores(found, mixed, { sizes: { small: [0, 100], large: [101, 1e9] } }).overall;
    expect(bySize['small']!.ap).toBe(1);
    expect(bySize['large']!.ap).toBe(1);
    const wrongFirst = [seen(at(100, 0, 40), 1), ...found];
    const late = detectionScores(wrongFirst, mixed, { sizes: { small: [0, 100], large: [101, 1e9] } }).overall;
    expect(late.bySize['small']!.ap).toBe(1);
    expect(late.bySize['large']!.ap).toBe(0.5);
  });

  it('refuses scores, thresholds and numbers of detections that are none', () => {
    const wrong = [seen(at(0, 0), 1), seen(at(0, 0), Number.NaN, 1, 'y')];
    expect(() => detectionScores(wrong, [])).toThrow('detectionScores: expected a score of prediction 1, found NaN');
    expect(() => detectionScores([], [], { thresholds: [0] })).toThrow('expected a threshold in (0, 1], found 0');
    expect(() => detectionScores([], [], { maxDetections: [] })).toThrow('numbers of detections above 0, found 0');
    expect(() => detectionScores([], [there([0, 0, 0, 1, Infinity, 1])])).toThrow('true box 0: expected a size');
  });

  it('finds no more at a higher threshold, no fewer with more detections, and no fewer pairs by the Hungarian method', () => {
    const box = fc
      .tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 }), fc.integer({ min: 4, max: 14 }))
      .map(([h, w, side]) => at(h, w, side));
    const image = fc.nat({ max: 1 });
    const scene = fc.tuple(
      fc.array(fc.record({ image, box, score: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 7 }),
      fc.array(fc.record({ image, box }), { minLength: 1, maxLength: 6 }),
    );
    fc.assert(
      fc.property(scene, ([found, trueBoxes]) => {
        const [boxes, labelled] = [
          found.map((one) => ({ ...one, label: 'x' })),
          trueBoxes.map((one) => ({ ...one, label: 'x' })),
        ];
        const { overall } = detectionScores(boxes, labelled, { thresholds: [0.2, 0.5, 0.8], maxDetections: [1, 2, 9] });
        expect(overall.arByMaxDetections).toEqual(overall.arByMaxDetections.toSorted((a, b) => a - b));
        for (const threshold of [0.2, 0.5]) {
          const counts = (matching: 'greedy' | 'hungarian') =>
            detectionCounts(found, trueBoxes, { threshold, matching });
          expect(counts('hungarian').truePositives).toBeGreaterThanOrEqual(counts('greedy').truePositives);
          const { truePositives: pairs, falsePositives, falseNegatives } = counts('hungarian');
          expect([pairs + falsePositives, pairs + falseNegatives]).toEqual([found.length, trueBoxes.length]);
          expect(detectionCounts(found, trueBoxes, { threshold: threshold + 0.2 }).truePositives).toBeLessThanOrEqual(
            pairs,
          );
        }
      }),
      { seed: 21, numRuns: 40 },
    );
  });
});

describe('detectionCounts', () => {
  it('counts pairs, what is too much and what is missing, and the quality of pairs', () => {
    const truths = [there(at(0, 0)), there(at(0, 30)), there(at(0, 60), 2)];
    const predictions = [seen(at(0, 0), 0.9), seen(at(0, 31), 0.8), seen(at(50, 0), 0.3)];
    expect(detectionCounts(predictions, truths)).toEqual({
      truePositives: 2,
      falsePositives: 1,
      falseNegatives: 1,
      precision: 2 / 3,
      recall: 2 / 3,
      f1: 2 / 3,
      meanIou: (1 + 9 / 11) / 2,
      panopticQuality: (1 + 9 / 11) / 3,
    });
    expect(detectionCounts(predictions, truths, { minScore: 0.5 })).toMatchObject({ precision: 1, falsePositives: 0 });
    expect(detectionCounts(predictions, truths, { threshold: 0.9 })).toMatchObject({ truePositives: 1 });
  });

  it('has no rate of nothing', () => {
    expect(detectionCounts([], [])).toMatchObject({ precision: Number.NaN, recall: Number.NaN, f1: Number.NaN });
    expect(detectionCounts([], [there(at(0, 0))])).toMatchObject({ precision: Number.NaN, recall: 0, f1: 0 });
    expect(detectionCounts([seen(at(0, 0), 1)], [])).toMatchObject({ precision: 0, recall: Number.NaN, f1: 0 });
    expect(() => detectionCounts([], [], { minScore: Number.NaN })).toThrow('expected a number as least score');
  });
});

describe('matchBoxPairs', () => {
  it('measures pairs however far apart, and counts what is left over', () => {
    const input = { imageShape: [1, 100, 100] as const, predictions: [at(0, 0), at(50, 50)], truths: [at(50, 51)] };
    const found = matchBoxPairs(input);
    expect(found.pairs).toEqual([
      {
        prediction: 1,
        truth: 0,
        iou: expect.closeTo(9 / 11, 10),
        giou: expect.closeTo(9 / 11, 10),
        l1: expect.closeTo(0.01 / 6, 12),
      },
    ]);
    expect([found.numMissed, found.numExtra]).toEqual([0, 1]);
    const far = matchBoxPairs({ ...input, predictions: [at(0, 0)], truths: [at(90, 90), at(80, 80)] });
    expect(far.pairs).toMatchObject([{ truth: 1, iou: 0 }]);
    const { overall: summary, perClass: classes } = summariseMatchedBoxes([
      { label: 'nodule', matched: found },
      { label: 'mass', matched: far },
    ]);
    expect(classes['nodule']).toMatchObject({ meanIou: found.pairs[0]!.iou, numPairs: 1, numMissed: 0, numExtra: 1 });
    expect(classes['mass']).toMatchObject({ meanL1: far.pairs[0]!.l1, numMissed: 1, numExtra: 0 });
    expect(summary).toMatchObject({ numPairs: 2, numMissed: 1, numExtra: 1 });
    expect(summary.meanGiou).toBeCloseTo((9 / 11 + far.pairs[0]!.giou) / 2, 12);
    expect(summary.meanGiouLoss).toBe(1 - summary.meanGiou);
    expect(summariseMatchedBoxes([]).overall.meanL1).toBeNaN();
    // Each pair has what the functions of one pair say.
    const [pair] = far.pairs;
    expect(pair!.giou).toBeCloseTo(boxGiou(at(0, 0), at(80, 80)), 12);
    expect(pair!.l1).toBeCloseTo(boxL1(at(0, 0), at(80, 80), { imageShape: input.imageShape }), 12);
  });
});

it('scorePerClass gives a metric the boxes of each class, also of those that are only found or only true', () => {
  const found = [seen(at(0, 0), 1, 1, 'y'), seen(at(0, 0), 1, 1, 'x')];
  const truths = [there(at(0, 0), 1, 'x'), there(at(0, 0), 1, 'z')];
  const counts = scorePerClass(found, truths, (boxes, trueBoxes) => detectionCounts(boxes, trueBoxes));
  expect(Object.keys(counts)).toEqual(['x', 'z', 'y']);
  expect(counts['x']).toMatchObject({ truePositives: 1, falsePositives: 0, falseNegatives: 0 });
  expect(counts['y']).toMatchObject({ truePositives: 0, falsePositives: 1, falseNegatives: 0 });
  expect(counts['z']).toMatchObject({ truePositives: 0, falsePositives: 0, falseNegatives: 1 });
});

describe('froc', () => {
  const truths = [there(at(0, 0)), there(at(0, 30)), there(at(0, 0), 2)];
  const predictions: ScoredBox[] = [
    seen(at(0, 1), 0.9),
    seen(at(0, 2), 0.85),
    seen(at(70, 70), 0.8),
    seen(at(0, 0), 0.7, 2),
    seen(at(80, 80), 0.6, 2),
    seen(at(0, 29), 0.5),
  ];

  it('reads sensitivities off the curve of all thresholds, repeats left out', () => {
    const found = froc(predictions, truths, { numImages: 4, falsePositivesPerImage: [0, 0.125, 0.25, 8] });
    expect(found.curve.map(({ falsePositivesPerImage, sensitivity }) => [falsePositivesPerImage, sensitivity])).toEqual(
      [
        [0, 0],
        [0, 1 / 3],
        [0, 1 / 3],
        [0.25, 1 / 3],
        [0.25, 2 / 3],
        [0.5, 2 / 3],
        [0.5, 1],
      ],
    );
    expect(found.sensitivities).toEqual([1 / 3, 1 / 3, 2 / 3, 1]);
    expect(found.score).toBeCloseTo((1 / 3 + 1 / 3 + 2 / 3 + 1) / 4, 12);
    expect(found.curve.map(({ threshold }) => threshold)).toEqual([Infinity, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5]);
  });

  it('draws lines between points or keeps to points that a threshold reaches', () => {
    const first = [seen(at(0, 0), 0.9), seen(at(70, 70), 0.5), seen(at(0, 30), 0.5)];
    const options = { numImages: 2, falsePositivesPerImage: [0.25] };
    expect(froc(first, truths, options).sensitivities).toEqual([0.5]);
    expect(froc(first, truths, { ...options, between: 'step' }).sensitivities).toEqual([1 / 3]);
  });

  it('takes an IoU in place of the centre', () => {
    const hits = (hit: number | 'centre') => froc([seen(at(0, 4), 1)], [there(at(0, 0))], { numImages: 1, hit }).score;
    expect([hits('centre'), hits(0.4), hits(0.5)]).toEqual([1, 1, 0]);
  });

  it('has no value without true boxes, and is 0 without predictions', () => {
    expect(froc(predictions, [], { numImages: 2 }).score).toBeNaN();
    expect(froc([], truths, { numImages: 2 }).score).toBe(0);
  });

  it('refuses fewer images than have boxes, and numbers out of range', () => {
    expect(() => froc(predictions, truths, { numImages: 1 })).toThrow('a number of images of at least 2, found 1');
    expect(() => froc(predictions, truths, { numImages: 2, hit: 0 })).toThrow('expected an IoU in (0, 1], found 0');
    const falsePositivesPerImage = [1, Number.NaN];
    expect(() => froc([], [], { numImages: 2, falsePositivesPerImage })).toThrow('of at least 0, found NaN');
  });
});
