import { jonkerVolgenantAssign } from '@vividmed/matcher';

/**
 * How predictions find the true boxes of their image.
 *
 * - `greedy`: best score first, each takes the free true box it overlaps most; the later one of equals (COCO).
 * - `hungarian`: as many pairs as there can be, and of these ways the one with the greatest sum of IoU. Scores do not
 *   matter.
 *
 * Either way a pair needs an IoU of the threshold or more.
 */
export type Matching = 'greedy' | 'hungarian';

/** For each prediction its true box, or -1. */
export type Assignment = Int32Array;

function assignGreedily(
  iou: readonly (readonly number[])[],
  threshold: number,
  allowed: readonly boolean[],
): Assignment {
  const taken = allowed.map((isAllowed) => !isAllowed);
  return Int32Array.from(iou, (row) => {
    let best = -1;
    let bestIou = threshold;
    row.forEach((value, truth) => {
      if (!taken[truth] && value >= bestIou) [best, bestIou] = [truth, value];
    });
    if (best >= 0) taken[best] = true;
    return best;
  });
}

function assignAtLeastCost(
  iou: readonly (readonly number[])[],
  threshold: number,
  allowed: readonly boolean[],
): Assignment {
  const isPair = (prediction: number, truth: number): boolean =>
    allowed[truth]! && iou[prediction]![truth]! >= threshold;
  // One forbidden pair costs more than all pairs that are allowed can, so none is taken that could be avoided.
  const forbidden = 1 + Math.min(iou.length, allowed.length);
  const cost = iou.map((row, i) => row.map((value, j) => (isPair(i, j) ? 1 - value : forbidden)));
  const assignment = new Int32Array(iou.length).fill(-1);
  for (const [prediction, truth] of jonkerVolgenantAssign(cost)) {
    if (isPair(prediction, truth)) assignment[prediction] = truth;
  }
  return assignment;
}

/**
 * True boxes of the predictions of one image.
 *
 * @param iou [predictions][true boxes], best score first.
 * @param allowed Which true boxes may be taken; all of them by default.
 */
export function assignBoxes(
  iou: readonly (readonly number[])[],
  threshold: number,
  matching: Matching,
  allowed: readonly boolean[] = (iou[0] ?? []).map(() => true),
): Assignment {
  if (!allowed.includes(true)) return new Int32Array(iou.length).fill(-1);
  return matching === 'greedy' ? assignGreedily(iou, threshold, allowed) : assignAtLeastCost(iou, threshold, allowed);
}
