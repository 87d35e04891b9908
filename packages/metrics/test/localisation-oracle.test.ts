import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  boxAveragePrecision,
  boxUnionOverlap,
  detectionCounts,
  detectionScores,
  type DetectionScores,
  dice,
  froc,
  type MaskVolume,
  matchBoxPairs,
  riskCoverage,
  type ScoredBox,
  segmentationScores,
  surfaceDistances,
  type TrueBox,
  volumetricSimilarity,
} from '../src/index.js';
import { squaredDistances } from '../src/localisation/distance-transform.js';
import { averagePrecision, precisionRecall } from '../src/localisation/precision-recall.js';
import { boxesByImage, outcomesOf } from '../src/localisation/image-boxes.js';
import type { Shape3 } from '../src/localisation/mask-volume.js';
import { surfaceElementAreas } from '../src/localisation/surface-elements.js';

type Value = number | 'nan' | 'inf';
type Surface = Record<'hausdorff' | 'hausdorff95' | 'assd' | 'masd' | 'surfaceDice', Value>;
interface Scene {
  truths: (TrueBox & { label: string })[];
  predictions: (ScoredBox & { label: string })[];
}
type Detected = { [K in keyof DetectionScores]: DetectionScores[K] extends number ? Value : Value[] };

const oracle = JSON.parse(readFileSync(new URL('oracle/localisation.json', import.meta.url), 'utf8')) as {
  masks: {
    shape: Shape3;
    spacingMm: Shape3;
    toleranceMm: number;
    first: string;
    second: string;
    dice: number;
    volumetricSimilarity: number;
    borderVoxels: Surface;
    surfaceElements: Surface;
  }[];
  transforms: { shape: Shape3; spacingMm: Shape3; points: string; squares: Value[] }[];
  elementAreas: { spacingMm: Shape3; areas: number[] }[];
  contours: { shape: Shape3; mask: string; length: number }[];
  matches: {
    imageShape: Shape3;
    predictions: number[][];
    truths: number[][];
    pairs: [prediction: number, truth: number, giou: number, l1: number][];
  }[];
  unions: { grid: number; boxes: [number[][], number[][]]; values: [Value, Value, Value] }[];
  coco: Scene & { overall: Detected; sizes: Record<string, Detected>; perClass: Record<string, Detected> };
  averagePrecision3d: Scene & { ap: Record<string, { allPoint: number; points: number }> };
  hungarian: Scene & { truePositives: number; iouSum: number };
  froc: Scene & { numImages: number; line: number[]; step: number[] };
  risks: { confidence: number[]; loss: number[]; ties: boolean; aurc: number; best: number }[];
};

const unpack = (hex: string, [depth, height, width]: Shape3): Uint8Array =>
  Uint8Array.from({ length: depth * height * width }, (_, i) => {
    const byte = Number.parseInt(hex.slice((i >> 3) * 2, (i >> 3) * 2 + 2), 16);
    return (byte >> (7 - (i & 7))) & 1;
  });

/** Equal to nine digits; NaN and infinity only to themselves. */
function expectValue(found: number, expected: Value, what: string): void {
  const value = expected === 'nan' ? Number.NaN : expected === 'inf' ? Infinity : expected;
  if (Number.isFinite(value)) expect(Math.abs(found - value), what).toBeLessThanOrEqual(1e-9 * Math.max(1, value));
  else expect(found, what).toBe(value);
}

describe('masks', () => {
  const cases = oracle.masks.map((one, i) => {
    const volume = (hex: string): MaskVolume => ({ ...one, data: unpack(hex, one.shape) });
    return { ...one, name: `pair ${i}`, pair: [volume(one.first), volume(one.second)] as const };
  });

  it.each([
    ['border-voxels', 'borderVoxels'],
    ['surface-elements', 'surfaceElements'],
  ] as const)('have the distances of scipy between %s, in 216 pairs of 2D and 3D', (definition, key) => {
    expect(cases).toHaveLength(216);
    for (const { name, pair, toleranceMm, [key]: expected } of cases) {
      const scores = segmentationScores(...pair, { toleranceMm, definition });
      expectValue(scores.hausdorffMm, expected.hausdorff, `${name} hausdorff`);
      expectValue(scores.hausdorff95Mm, expected.hausdorff95, `${name} hausdorff95`);
      expectValue(scores.assdMm, expected.assd, `${name} assd`);
      expectValue(scores.masdMm, expected.masd, `${name} masd`);
      expectValue(scores.surfaceDice, expected.surfaceDice, `${name} surfaceDice`);
    }
  });

  it('have the overlap of numpy', () => {
    for (const { name, pair, ...expected } of cases) {
      expectValue(dice(pair[0].data, pair[1].data), expected.dice, `${name} dice`);
      const similarity = volumetricSimilarity(pair[0].data, pair[1].data);
      expectValue(similarity, expected.volumetricSimilarity, `${name} volumetric similarity`);
    }
  });

  it('have outlines as long as those that scikit-image follows', () => {
    for (const { shape, mask, length } of oracle.contours) {
      const volume = { data: unpack(mask, shape), shape, spacingMm: [1, 1, 1] as const };
      const { weights } = surfaceDistances(volume, volume).forward;
      expectValue(
        weights.reduce((sum, weight) => sum + weight, 0),
        length,
        'length',
      );
    }
  });
});

it('squared distances are those of comparing every cell with every point', () => {
  for (const { shape, spacingMm, points, squares } of oracle.transforms) {
    const found = squaredDistances(unpack(points, shape), shape, spacingMm);
    squares.forEach((square, i) => expectValue(found[i]!, square, `cell ${i}`));
  }
});

it('areas of all 256 surface elements are those of surface-distance, whatever the spacing', () => {
  for (const { spacingMm, areas } of oracle.elementAreas) {
    const found = surfaceElementAreas(spacingMm);
    areas.forEach((area, code) => expectValue(found[code]!, area, `element ${code}`));
  }
});

describe('boxes', () => {
  it('are paired as scipy pairs them at the least cost', () => {
    for (const { pairs, predictions, truths, imageShape } of oracle.matches) {
      const found = matchBoxPairs({ predictions, truths, imageShape });
      expect(found.pairs.map(({ prediction, truth }) => [prediction, truth])).toEqual(pairs.map(([p, t]) => [p, t]));
      found.pairs.forEach(({ giou, l1 }, i) => {
        expectValue(giou, pairs[i]![2], 'giou');
        expectValue(l1, pairs[i]![3], 'l1');
      });
      expect(found.numMissed).toBe(truths.length - pairs.length);
      expect(found.numExtra).toBe(predictions.length - pairs.length);
    }
  });

  it('cover together what they cover when numpy draws them', () => {
    for (const { grid, boxes, values } of oracle.unions) {
      const { iou, precision, recall } = boxUnionOverlap(...boxes, { gridSize: grid });
      [iou, precision, recall].forEach((value, i) =>
        expectValue(value, values[i]!, ['iou', 'precision', 'recall'][i]!),
      );
    }
  });
});

describe('detections', () => {
  it('have the average precision and recall of pycocotools, per class, by size and over all', () => {
    const { truths, predictions, overall, sizes, perClass } = oracle.coco;
    const found = detectionScores(predictions, truths, {
      maxDetections: [1, 2, 10],
      sizes: { small: [0, 1600], medium: [1600, 6400], large: [6400, 1e10] },
    });
    const expectScores = (scores: DetectionScores, expected: Detected, what: string): void => {
      expectValue(scores.ap, expected.ap, `${what} ap`);
      scores.apByThreshold.forEach((ap, i) => expectValue(ap, expected.apByThreshold[i]!, `${what} ap ${i}`));
      scores.arByMaxDetections.forEach((ar, i) => expectValue(ar, expected.arByMaxDetections[i]!, `${what} ar ${i}`));
    };
    expectScores(found.overall, overall, 'overall');
    for (const [name, scores] of Object.entries(found.overall.bySize)) expectScores(scores, sizes[name]!, name);
    expect(Object.keys(found.perClass).toSorted()).toEqual(Object.keys(perClass).toSorted());
    for (const [label, scores] of Object.entries(found.perClass)) expectScores(scores, perClass[label]!, label);
  });

  it('in 3D have the average precision of its definition, in both forms', () => {
    const { truths, predictions, ap } = oracle.averagePrecision3d;
    for (const [threshold, { allPoint, points }] of Object.entries(ap)) {
      expectValue(boxAveragePrecision(predictions, truths, Number(threshold)).ap, allPoint, `all-point ${threshold}`);
      const images = boxesByImage(predictions, truths, 'test');
      const { outcomes, numTruths } = outcomesOf(images, { threshold: Number(threshold), matching: 'greedy' });
      expectValue(
        averagePrecision(precisionRecall(outcomes, numTruths), '101-point'),
        points,
        `101-point ${threshold}`,
      );
    }
  });

  it('make as many pairs as scipy can, with the greatest sum of IoU', () => {
    const { truths, predictions, truePositives, iouSum } = oracle.hungarian;
    const counts = detectionCounts(predictions, truths, { threshold: 0.2 });
    expect(counts.truePositives).toBe(truePositives);
    expectValue(counts.meanIou, iouSum / truePositives, 'mean IoU');
  });

  it('have the sensitivities that trying every threshold gives', () => {
    const { truths, predictions, numImages, line, step } = oracle.froc;
    for (const [between, expected] of [['line', line] as const, ['step', step] as const]) {
      const found = froc(predictions, truths, { numImages, between });
      found.sensitivities.forEach((value, i) => expectValue(value, expected[i]!, `${between} ${i}`));
    }
  });
});

it('areas under the risk-coverage curve are those of numpy, and of the mean over orders of cases that tie', () => {
  for (const { confidence, loss, ties, aurc, best } of oracle.risks) {
    const found = riskCoverage(confidence.map((value, i) => ({ confidence: value, loss: loss[i]! })));
    expect(Math.abs(found.aurc - aurc)).toBeLessThanOrEqual(ties ? 0.02 : 1e-9);
    expectValue(found.aurc - found.excessAurc, best, 'least area');
  }
});
