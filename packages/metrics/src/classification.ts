import { check } from '@vividmed/core';

export interface LabelScores {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
  precision: number;
  recall: number;
  /** Harmonic mean of precision and recall; NaN where the label is neither true nor predicted anywhere. */
  f1: number;
  /** Missed share of what is there, FN / (FN + TP). */
  falseNegativeRate: number;
}

export interface ClassificationScores<L extends string> {
  labels: Record<L, LabelScores>;
  /** Mean F1 over the labels that have one. */
  macroF1: number;
  /** F1 of all decisions together. */
  microF1: number;
}

function scores(tp: number, fp: number, fn: number, tn: number): LabelScores {
  return {
    truePositives: tp,
    falsePositives: fp,
    falseNegatives: fn,
    trueNegatives: tn,
    precision: tp / (tp + fp),
    recall: tp / (tp + fn),
    f1: (2 * tp) / (2 * tp + fp + fn),
    falseNegativeRate: fn / (fn + tp),
  };
}

/** F1 and its parts for each label of a multi-label task, one record a case. */
export function classificationF1<L extends string>(
  predicted: readonly Readonly<Record<L, boolean>>[],
  truth: readonly Readonly<Record<L, boolean>>[],
  names: readonly L[],
): ClassificationScores<L> {
  check(
    predicted.length === truth.length,
    'shape',
    `classificationF1: expected as many predictions as truths, found ${predicted.length} and ${truth.length}.`,
  );
  const total = [0, 0, 0, 0] as [number, number, number, number];
  const labels = {} as Record<L, LabelScores>;
  for (const name of names) {
    const counts = [0, 0, 0, 0] as [number, number, number, number];
    truth.forEach((labelled, i) => {
      const said = predicted[i]![name];
      counts[labelled[name] ? (said ? 0 : 2) : said ? 1 : 3] += 1;
    });
    counts.forEach((count, i) => (total[i as 0] += count));
    labels[name] = scores(...counts);
  }
  const known = names.map((name) => labels[name].f1).filter((f1) => !Number.isNaN(f1));
  return {
    labels,
    macroF1: known.reduce((a, b) => a + b, 0) / known.length,
    microF1: scores(...total).f1,
  };
}

/** Share of answers that equal the truth, letter case, spaces and the final stop aside; NaN without answers. */
export function answerAccuracy(predicted: readonly string[], truth: readonly string[]): number {
  check(
    predicted.length === truth.length,
    'shape',
    `answerAccuracy: expected as many predictions as truths, found ${predicted.length} and ${truth.length}.`,
  );
  const plain = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  return truth.filter((text, i) => plain(text) === plain(predicted[i]!)).length / truth.length;
}
