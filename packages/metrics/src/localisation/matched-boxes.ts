import type { Box } from '@vividmed/core';
import {
  cornersToCentreSize,
  jonkerVolgenantAssign,
  matchingDefaults,
  pairwiseGiou,
  pairwiseIou,
  pairwiseL1,
} from '@vividmed/matcher';
import { groupBy, meanOfDefined } from './group-by.js';
import type { Shape3 } from './mask-volume.js';

export interface MatchedBoxesInput {
  /** Boxes that were found for one phrase or class of one image, in voxels. */
  predictions: readonly Box[];
  truths: readonly Box[];
  /** [D, H, W]; [1, 1, 1] for boxes that are parts of the image. */
  imageShape: Shape3;
  /** Of L1 and 1 - GIoU in the cost of a pair; those of training by default. */
  weights?: { l1: number; giou: number };
}

export interface MatchedPair {
  prediction: number;
  truth: number;
  iou: number;
  giou: number;
  /** Mean difference of centre and size as parts of the image: `boxL1` by default. */
  l1: number;
}

export interface MatchedBoxes {
  pairs: MatchedPair[];
  /** True boxes beyond the number of predictions. */
  numMissed: number;
  /** Predictions beyond the number of true boxes. */
  numExtra: number;
}

/**
 * Pairs of predicted and true boxes of least cost, L1 and GIoU weighted as in training (paper section 3.2.2), and how well
 * each fits. However far apart boxes are they become a pair while there is a partner left: the counts of what is left over
 * belong to the means.
 *
 * @throws {VividMedError} `shape` or `numeric` for a wrong box.
 */
export function matchBoxPairs({ predictions, truths, imageShape, weights }: MatchedBoxesInput): MatchedBoxes {
  const asParts = (box: Box): number[] => Array.from(box, (value, i) => value / imageShape[i % 3]!);
  const [found, there] = [predictions.map(asParts), truths.map(asParts)];
  const iou = pairwiseIou(found, there);
  const giou = pairwiseGiou(found, there);
  const l1 = pairwiseL1(found.map(cornersToCentreSize), there.map(cornersToCentreSize));
  const by = weights ?? matchingDefaults.weights;
  const cost = l1.map((row, i) => row.map((distance, j) => by.l1 * distance + by.giou * (1 - giou[i]![j]!)));
  const pairs = jonkerVolgenantAssign(cost).map(([prediction, truth]) => ({
    prediction,
    truth,
    iou: iou[prediction]![truth]!,
    giou: giou[prediction]![truth]!,
    l1: l1[prediction]![truth]!,
  }));
  return { pairs, numMissed: truths.length - pairs.length, numExtra: predictions.length - pairs.length };
}

export interface MatchedBoxSummary {
  meanIou: number;
  meanGiou: number;
  /** 1 - `meanGiou`, under the name of what the paper prints as "Mean GIoU". */
  meanGiouLoss: number;
  meanL1: number;
  numPairs: number;
  numMissed: number;
  numExtra: number;
}

export interface LabelledMatch {
  label: string;
  matched: MatchedBoxes;
}

function summarise(samples: readonly LabelledMatch[]): MatchedBoxSummary {
  const pairs = samples.flatMap(({ matched }) => matched.pairs);
  const meanGiou = meanOfDefined(pairs.map(({ giou }) => giou));
  return {
    meanIou: meanOfDefined(pairs.map(({ iou }) => iou)),
    meanGiou,
    meanGiouLoss: 1 - meanGiou,
    meanL1: meanOfDefined(pairs.map(({ l1 }) => l1)),
    numPairs: pairs.length,
    numMissed: samples.reduce((sum, { matched }) => sum + matched.numMissed, 0),
    numExtra: samples.reduce((sum, { matched }) => sum + matched.numExtra, 0),
  };
}

/** Means over all pairs of all images, NaN without pairs, and what was left over; of each class and over all. */
export function summariseMatchedBoxes(samples: readonly LabelledMatch[]): {
  overall: MatchedBoxSummary;
  perClass: Record<string, MatchedBoxSummary>;
} {
  const classes = [...groupBy(samples, ({ label }) => label)].map(([label, group]) => [label, summarise(group)]);
  return { overall: summarise(samples), perClass: Object.fromEntries(classes) };
}
