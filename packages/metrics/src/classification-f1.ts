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
  /** Wrong share of the negative answers, FN / (FN + TN): what the paper prints as "FNR". */
  falseOmissionRate: number;
}

export interface ClassificationScores<L extends string> {
  labels: Record<L, LabelScores>;
  /** Mean F1 over the labels that have one; or over all, as 0 where there is none, with `absentLabels: 'zero'`. */
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
    falseOmissionRate: fn / (fn + tn),
  };
}

export interface ClassificationOptions {
  /**
   * What a label that is neither true nor predicted anywhere counts in the mean: nothing by default, `zero` as
   * scikit-learn and the published evaluation have it.
   */
  absentLabels?: 'skip' | 'zero';
}

/**
 * F1 and its parts for each label of a multi-label task, one record a case. Rates of which the denominator is 0 are NaN.
 *
 * @throws {VividMedError} `shape` for lists of different lengths, `data` for a case without one of the labels.
 */
export function classificationF1<L extends string>(
  predicted: readonly Readonly<Record<L, boolean>>[],
  truth: readonly Readonly<Record<L, boolean>>[],
  names: readonly L[],
  { absentLabels = 'skip' }: ClassificationOptions = {},
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
      check(
        typeof said === 'boolean' && typeof labelled[name] === 'boolean',
        'data',
        `classificationF1: expected true or false for ${name} of case ${i}, found ${typeof said} and ${typeof labelled[name]}.`,
      );
      counts[labelled[name] ? (said ? 0 : 2) : said ? 1 : 3] += 1;
    });
    counts.forEach((count, i) => (total[i as 0] += count));
    labels[name] = scores(...counts);
  }
  const known = names
    .map((name) => labels[name].f1)
    .map((f1) => (absentLabels === 'zero' && Number.isNaN(f1) ? 0 : f1))
    .filter((f1) => !Number.isNaN(f1));
  return {
    labels,
    macroF1: known.reduce((a, b) => a + b, 0) / known.length,
    microF1: scores(...total).f1,
  };
}
