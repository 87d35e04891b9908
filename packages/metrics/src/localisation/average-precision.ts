import { check } from '@vividmed/core';
import { boxesByImage, outcomesOf, type ScoredBox, type TrueBox } from './image-boxes.js';
import { averagePrecision, type PrecisionRecall, precisionRecall } from './precision-recall.js';

export interface AveragePrecision extends PrecisionRecall {
  /** Area under the precision-recall curve; NaN without true boxes. */
  ap: number;
  numTruths: number;
}

/** @throws {VividMedError} `config` for an IoU outside (0, 1]. */
export function checkThreshold(threshold: number, where: string): void {
  check(threshold > 0 && threshold <= 1, 'config', `${where}: expected a threshold in (0, 1], found ${threshold}.`);
}

/**
 * Average precision of boxes at one IoU threshold: predictions in order of score each take the best free true box of their
 * image; precision is made non-increasing and summed over every step of recall (all-point form of PASCAL VOC 2010). An IoU of
 * the threshold is enough, and predictions of one score keep their order, both as in COCO.
 *
 * @throws {VividMedError} `config` for a threshold outside (0, 1]; `numeric` for a score that is no number, or a wrong box.
 */
export function boxAveragePrecision(
  predictions: readonly ScoredBox[],
  truths: readonly TrueBox[],
  threshold = 0.5,
): AveragePrecision {
  checkThreshold(threshold, 'boxAveragePrecision');
  const images = boxesByImage(predictions, truths, 'boxAveragePrecision');
  const { outcomes, numTruths } = outcomesOf(images, { threshold, matching: 'greedy' });
  const curve = precisionRecall(outcomes, numTruths);
  return { ap: numTruths === 0 ? Number.NaN : averagePrecision(curve, 'all-point'), ...curve, numTruths };
}
