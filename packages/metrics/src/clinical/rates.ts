/** Decisions of a yes-or-no question, counted. */
export interface DecisionCounts {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
}

export interface Rates {
  precision: number;
  recall: number;
  /** Harmonic mean of precision and recall; NaN where nothing is true and nothing predicted. */
  f1: number;
  /** Missed share of what is there, FN / (FN + TP). */
  falseNegativeRate: number;
  /** Wrong share of the negative answers, FN / (FN + TN): what the paper prints as "FNR". */
  falseOmissionRate: number;
}

/** What a rate without a denominator counts in a mean: nothing, or 0 for precision, recall and F1 as scikit-learn has it. */
export type AbsentLabels = 'skip' | 'zero';

export const noDecisions = (): DecisionCounts => ({
  truePositives: 0,
  falsePositives: 0,
  falseNegatives: 0,
  trueNegatives: 0,
});

export function countDecision(counts: DecisionCounts, said: boolean, isTrue: boolean): void {
  if (isTrue) counts[said ? 'truePositives' : 'falseNegatives'] += 1;
  else counts[said ? 'falsePositives' : 'trueNegatives'] += 1;
}

/** Rates of counted decisions; NaN where the denominator is 0. */
export function ratesOf({ truePositives, falsePositives, falseNegatives, trueNegatives }: DecisionCounts): Rates {
  return {
    precision: truePositives / (truePositives + falsePositives),
    recall: truePositives / (truePositives + falseNegatives),
    f1: (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
    falseNegativeRate: falseNegatives / (falseNegatives + truePositives),
    falseOmissionRate: falseNegatives / (falseNegatives + trueNegatives),
  };
}

/**
 * Precision, recall and F1 with 0 for what has no denominator. The rates of misses stay NaN: 0 would say that nothing was
 * missed.
 */
export const withZeros = (rates: Rates): Rates => ({
  ...rates,
  precision: rates.precision || 0,
  recall: rates.recall || 0,
  f1: rates.f1 || 0,
});

/** Weighted mean of each rate over those that have one; NaN where none has. */
export function meanRates(all: readonly Rates[], absent: AbsentLabels, weights?: readonly number[]): Rates {
  const filled = absent === 'zero' ? all.map(withZeros) : all;
  const meanOf = (key: keyof Rates): number => {
    let [sum, weight] = [0, 0];
    filled.forEach((rates, i) => {
      if (Number.isNaN(rates[key])) return;
      sum += rates[key] * (weights?.[i] ?? 1);
      weight += weights?.[i] ?? 1;
    });
    return sum / weight;
  };
  const rates = {
    precision: meanOf('precision'),
    recall: meanOf('recall'),
    f1: meanOf('f1'),
    falseNegativeRate: meanOf('falseNegativeRate'),
    falseOmissionRate: meanOf('falseOmissionRate'),
  };
  return absent === 'zero' && all.length > 0 ? withZeros(rates) : rates;
}
