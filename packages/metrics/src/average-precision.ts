import { type Box, check } from '@vividmed/core';
import { boxIou } from './boxes.js';

export interface ScoredBox {
  /** What the box is searched in: boxes are only compared within one image. */
  image: string | number;
  box: Box;
  score: number;
}

export interface AveragePrecision {
  /** Area under the precision-recall curve; NaN without true boxes. */
  ap: number;
  /** After each prediction, best score first. */
  precision: number[];
  recall: number[];
  numTruths: number;
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
  truths: readonly Omit<ScoredBox, 'score'>[],
  threshold = 0.5,
): AveragePrecision {
  check(
    threshold > 0 && threshold <= 1,
    'config',
    `boxAveragePrecision: expected a threshold in (0, 1], found ${threshold}.`,
  );
  predictions.forEach(({ score }, i) =>
    check(!Number.isNaN(score), 'numeric', `boxAveragePrecision: expected a score of prediction ${i}, found ${score}.`),
  );
  const byImage = new Map<string | number, { box: Box; taken: boolean }[]>();
  for (const { image, box } of truths) {
    const boxes = byImage.get(image) ?? [];
    boxes.push({ box, taken: false });
    byImage.set(image, boxes);
  }
  let hits = 0;
  const precision: number[] = [];
  const recall: number[] = [];
  [...predictions]
    .sort((a, b) => b.score - a.score)
    .forEach(({ image, box }, i) => {
      let best: { box: Box; taken: boolean } | undefined;
      let bestIou = threshold;
      for (const truth of byImage.get(image) ?? []) {
        const iou = truth.taken ? -1 : boxIou(box, truth.box);
        if (iou >= bestIou) [best, bestIou] = [truth, iou];
      }
      if (best) {
        best.taken = true;
        hits += 1;
      }
      precision.push(hits / (i + 1));
      recall.push(truths.length === 0 ? Number.NaN : hits / truths.length);
    });
  let ap = 0;
  let ceiling = 0;
  for (let i = precision.length - 1; i >= 0; i--) {
    ceiling = Math.max(ceiling, precision[i]!);
    ap += (recall[i]! - (i > 0 ? recall[i - 1]! : 0)) * ceiling;
  }
  return { ap: truths.length === 0 ? Number.NaN : ap, precision, recall, numTruths: truths.length };
}
