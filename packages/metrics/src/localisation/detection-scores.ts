import { check } from '@vividmed/core';
import { checkThreshold } from './average-precision.js';
import type { Matching } from './box-matching.js';
import { meanOfDefined } from './group-by.js';
import {
  boxesByImage,
  checkDetections,
  type ImageBoxes,
  outcomesOf,
  type ScoredBox,
  type TrueBox,
} from './image-boxes.js';
import { averagePrecision, type Interpolation, precisionRecall } from './precision-recall.js';
import { scorePerClass } from './score-per-class.js';

export interface DetectionOptions {
  /** IoU that a hit needs; 0.5 to 0.95 in steps of 0.05 by default. */
  thresholds?: readonly number[];
  /** Predictions of an image and class that count, for recall; 1, 10 and 100 by default. Precision takes the most. */
  maxDetections?: readonly number[];
  matching?: Matching;
  interpolation?: Interpolation;
  /** Ranges of volume in which truths are scored apart, by name; in 2D, with a depth of 1, ranges of area. */
  sizes?: Readonly<Record<string, readonly [number, number]>>;
}

/** Average precision and recall; NaN where there are no true boxes. */
export interface DetectionScores {
  /** Mean over the thresholds. */
  ap: number;
  apByThreshold: number[];
  /** Mean over the thresholds, for each number of predictions. */
  arByMaxDetections: number[];
}

export interface ClassDetectionScores extends DetectionScores {
  numPredictions: number;
  numTruths: number;
  /** Of true boxes in each range of volume. */
  bySize: Record<string, DetectionScores>;
}

export interface DetectionReport {
  /** Mean over the classes that have true boxes. */
  overall: DetectionScores & { bySize: Record<string, DetectionScores> };
  perClass: Record<string, ClassDetectionScores>;
}

type Settings = Required<Omit<DetectionOptions, 'sizes'>>;

function scoresOf(
  images: readonly ImageBoxes[],
  { thresholds, maxDetections, matching, interpolation }: Settings,
  volumes: readonly [number, number] = [-Infinity, Infinity],
): DetectionScores {
  const most = Math.max(...maxDetections);
  const at = (threshold: number, limit: number) =>
    outcomesOf(images, { threshold, matching, maxDetections: limit, volumes });
  const apByThreshold = thresholds.map((threshold) => {
    const { outcomes, numTruths } = at(threshold, most);
    return numTruths === 0 ? Number.NaN : averagePrecision(precisionRecall(outcomes, numTruths), interpolation);
  });
  const recallAt = (threshold: number, limit: number): number => {
    const { outcomes, numTruths } = at(threshold, limit);
    return outcomes.filter(({ isHit }) => isHit).length / numTruths;
  };
  return {
    ap: meanOfDefined(apByThreshold),
    apByThreshold,
    arByMaxDetections: maxDetections.map((limit) =>
      meanOfDefined(thresholds.map((threshold) => recallAt(threshold, limit))),
    ),
  };
}

/** Mean over classes, each number with its like. */
function meanScores(classes: readonly DetectionScores[], { thresholds, maxDetections }: Settings): DetectionScores {
  return {
    ap: meanOfDefined(classes.map(({ ap }) => ap)),
    apByThreshold: thresholds.map((_, i) => meanOfDefined(classes.map(({ apByThreshold }) => apByThreshold[i]!))),
    arByMaxDetections: maxDetections.map((_, i) =>
      meanOfDefined(classes.map(({ arByMaxDetections }) => arByMaxDetections[i]!)),
    ),
  };
}

/**
 * Average precision and recall of detections in 2D or 3D, per class and over classes, as COCO computes them with the defaults
 * (Lin et al. 2014; cocodataset/cocoapi, cocoeval.py). COCO has no true boxes that may be ignored but by their size here.
 *
 * @throws {VividMedError} `config` for a threshold outside (0, 1], or for no number of detections; `numeric` for a score that
 *   is no number; `shape` or `numeric` for a wrong box.
 */
export function detectionScores(
  predictions: readonly (ScoredBox & { label: string })[],
  truths: readonly (TrueBox & { label: string })[],
  { sizes = {}, ...options }: DetectionOptions = {},
): DetectionReport {
  const settings: Settings = {
    thresholds: [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95],
    maxDetections: [1, 10, 100],
    matching: 'greedy',
    interpolation: '101-point',
    ...options,
  };
  for (const threshold of settings.thresholds) checkThreshold(threshold, 'detectionScores');
  for (const limit of [...settings.maxDetections, settings.maxDetections.length]) {
    check(limit > 0, 'config', `detectionScores: expected numbers of detections above 0, found ${limit}.`);
  }
  checkDetections(predictions, truths, 'detectionScores');
  const classes = scorePerClass(predictions, truths, (boxes, trueBoxes): ClassDetectionScores => {
    const images = boxesByImage(boxes, trueBoxes, 'detectionScores');
    const ranges = Object.entries(sizes).map(([name, range]) => [name, scoresOf(images, settings, range)]);
    const counts = { numPredictions: boxes.length, numTruths: trueBoxes.length };
    return { ...scoresOf(images, settings), ...counts, bySize: Object.fromEntries(ranges) };
  });
  const all = Object.values(classes);
  const bySize = Object.keys(sizes).map((name) => {
    const ofSize = all.map((scores) => scores.bySize[name]!);
    return [name, meanScores(ofSize, settings)];
  });
  return { overall: { ...meanScores(all, settings), bySize: Object.fromEntries(bySize) }, perClass: classes };
}
