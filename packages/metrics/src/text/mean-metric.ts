import type { CorpusMetric, References } from './text-metric.js';

/** Mean over texts. */
export interface MeanResult {
  /** NaN without texts. */
  mean: number;
  numTexts: number;
}

/**
 * The corpus metric that is the mean of a score of each text, in memory that does not grow:
 * `createMean((text, references) => tokenF1(text, references).f1)`.
 */
export function createMean(
  score: (candidate: string, references: References) => number,
): CorpusMetric<number, MeanResult> {
  let sum = 0;
  let numTexts = 0;
  return {
    add(candidate, references) {
      const value = score(candidate, references);
      sum += value;
      numTexts += 1;
      return value;
    },
    result: () => ({ mean: sum / numTexts, numTexts }),
  };
}
