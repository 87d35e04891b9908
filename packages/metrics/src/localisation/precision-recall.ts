import type { Outcome } from './image-boxes.js';

/**
 * How the curve of precision over recall becomes one number, made non-increasing first.
 *
 * - `all-point`: its area, step by step (PASCAL VOC 2010).
 * - `101-point`: the mean of its values at recalls 0, 0.01 to 1 (COCO).
 */
export type Interpolation = 'all-point' | '101-point';

export interface PrecisionRecall {
  /** After each prediction, best score first. */
  precision: number[];
  /** NaN without true boxes. */
  recall: number[];
}

/** Precision and recall after each prediction, best score first. */
export function precisionRecall(outcomes: readonly Outcome[], numTruths: number): PrecisionRecall {
  let hits = 0;
  const curve: PrecisionRecall = { precision: [], recall: [] };
  outcomes.forEach(({ isHit }, i) => {
    if (isHit) hits += 1;
    curve.precision.push(hits / (i + 1));
    curve.recall.push(numTruths === 0 ? Number.NaN : hits / numTruths);
  });
  return curve;
}

/** Average precision of a curve that has true boxes. */
export function averagePrecision({ precision, recall }: PrecisionRecall, interpolation: Interpolation): number {
  const ceiling = precision.toReversed();
  for (let i = 1; i < ceiling.length; i++) ceiling[i] = Math.max(ceiling[i]!, ceiling[i - 1]!);
  ceiling.reverse();
  if (interpolation === 'all-point') {
    return ceiling.reduce((sum, value, i) => sum + (recall[i]! - (recall[i - 1] ?? 0)) * value, 0);
  }
  let sum = 0;
  for (let step = 0, at = 0; step <= 100; step++) {
    // The multiples of 0.01 as floating-point numbers are what COCO compares with, 0.07 above 7 / 100 included.
    while (at < recall.length && recall[at]! < (step === 100 ? 1 : step * 0.01)) at++;
    sum += ceiling[at] ?? 0;
  }
  return sum / 101;
}
