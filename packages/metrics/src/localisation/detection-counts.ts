import { check } from '@vividmed/core';
import { checkThreshold } from './average-precision.js';
import { assignBoxes, type Matching } from './box-matching.js';
import { boxesByImage, type ScoredBox, type TrueBox } from './image-boxes.js';

export interface DetectionCountOptions {
  /** IoU that a pair needs. */
  threshold?: number;
  matching?: Matching;
  /** Predictions with a lower score are left out. */
  minScore?: number;
}

export interface DetectionCounts {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  /** NaN without predictions. */
  precision: number;
  /** NaN without true boxes. */
  recall: number;
  /** NaN without either. */
  f1: number;
  /** Mean IoU of the pairs; NaN without any. */
  meanIou: number;
  /** Mean IoU of the pairs times F1 (panoptic quality, Kirillov et al. 2019); NaN without either list. */
  panopticQuality: number;
}

/**
 * Precision, recall and F1 of boxes at one IoU, over all images together; of the boxes of one image for a score by sample.
 * Pairs are made by the Hungarian method by default.
 *
 * @throws {VividMedError} `config` for a threshold outside (0, 1]; `numeric` for a score that is no number; `shape` or
 *   `numeric` for a wrong box.
 */
export function detectionCounts(
  predictions: readonly ScoredBox[],
  truths: readonly TrueBox[],
  { threshold = 0.5, matching = 'hungarian', minScore = -Infinity }: DetectionCountOptions = {},
): DetectionCounts {
  checkThreshold(threshold, 'detectionCounts');
  check(!Number.isNaN(minScore), 'config', `detectionCounts: expected a number as least score, found ${minScore}.`);
  let [pairs, kept, iouSum] = [0, 0, 0];
  for (const image of boxesByImage(predictions, truths, 'detectionCounts')) {
    const rows = image.iou.filter((_, i) => image.predictions[i]!.score >= minScore);
    kept += rows.length;
    assignBoxes(rows, threshold, matching).forEach((truth, i) => {
      if (truth < 0) return;
      pairs += 1;
      iouSum += rows[i]![truth]!;
    });
  }
  return {
    truePositives: pairs,
    falsePositives: kept - pairs,
    falseNegatives: truths.length - pairs,
    precision: pairs / kept,
    recall: pairs / truths.length,
    f1: (2 * pairs) / (kept + truths.length),
    meanIou: iouSum / pairs,
    panopticQuality: (2 * iouSum) / (kept + truths.length),
  };
}
