import { check } from '@vividmed/core';
import {
  type AbsentLabels,
  countDecision,
  type DecisionCounts,
  meanRates,
  noDecisions,
  type Rates,
  ratesOf,
  withZeros,
} from './rates.js';

export interface LabelScores extends DecisionCounts, Rates {}

/** Whether a label holds; null leaves the case out of this label. */
export type Decision = boolean | null;

export interface ClassificationScores<L extends string> {
  labels: Record<L, LabelScores>;
  /** Mean F1 over the labels that have one; or over all, as 0 where there is none, with `absentLabels: 'zero'`. */
  macroF1: number;
  /** F1 of all decisions together. */
  microF1: number;
  /** Means over labels. */
  macro: Rates;
  /** Rates of all decisions together. */
  micro: Rates;
  /** Means over labels, each weighted by how often it is true. */
  weighted: Rates;
  /** Means over cases. */
  samples: Rates;
  /** The rates of each case over its labels, in the order of the cases. */
  perSample: Rates[];
}

export interface ClassificationOptions {
  /**
   * What a label that is neither true nor predicted anywhere counts in the mean: nothing by default, `zero` as
   * scikit-learn and the published evaluation have it. The same holds for each case in `samples`, and for precision and
   * recall that have no denominator.
   */
  absentLabels?: AbsentLabels;
}

/**
 * F1 and its parts for each label of a multi-label task, one record a case. Rates of one label of which the denominator is 0
 * are NaN. Averages are defined as in scikit-learn's `precision_recall_fscore_support`.
 *
 * @throws {VividMedError} `shape` for lists of different lengths, `data` for a case without one of the labels.
 */
export function classificationF1<L extends string>(
  predicted: readonly Readonly<Record<L, Decision>>[],
  truth: readonly Readonly<Record<L, Decision>>[],
  names: readonly L[],
  { absentLabels = 'skip' }: ClassificationOptions = {},
): ClassificationScores<L> {
  check(
    predicted.length === truth.length,
    'shape',
    `classificationF1: expected as many predictions as truths, found ${predicted.length} and ${truth.length}.`,
  );
  const total = noDecisions();
  const byLabel = names.map(noDecisions);
  const perSample = truth.map((labelled, i) => {
    const ofCase = noDecisions();
    names.forEach((name, k) => {
      const [said, isTrue] = [predicted[i]![name], labelled[name]];
      check(
        isDecision(said) && isDecision(isTrue),
        'data',
        `classificationF1: expected true or false for ${name} of case ${i}, found ${typeof said} and ${typeof isTrue}.`,
      );
      if (said === null || isTrue === null) return;
      for (const counts of [ofCase, byLabel[k]!, total]) countDecision(counts, said, isTrue);
    });
    return ratesOf(ofCase);
  });
  const rates = byLabel.map(ratesOf);
  const support = byLabel.map(({ truePositives, falseNegatives }) => truePositives + falseNegatives);
  const macro = meanRates(rates, absentLabels);
  const micro = absentLabels === 'zero' ? withZeros(ratesOf(total)) : ratesOf(total);
  // Each key is one of the names.
  const labels = Object.fromEntries(names.map((name, k) => [name, { ...byLabel[k]!, ...rates[k]! }])) as Record<
    L,
    LabelScores
  >;
  return {
    labels,
    macroF1: macro.f1,
    microF1: micro.f1,
    macro,
    micro,
    weighted: meanRates(rates, absentLabels, support),
    samples: meanRates(perSample, absentLabels),
    perSample,
  };
}

const isDecision = (value: unknown): value is Decision => typeof value === 'boolean' || value === null;
