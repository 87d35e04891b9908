import { mean } from '../clinical/mean.js';

/** Scores that a judge gave. What it could not be made to say is left out of the mean, and counted. */
export interface JudgeScores {
  /** Mean of the scores there are; NaN where there is none. */
  mean: number;
  /** Mean with the worst score for each failure: a lower bound. */
  worstCaseMean: number;
  /** Questions without an answer that could be read. */
  numFailures: number;
  /** In the order of the cases; undefined where no answer could be read. */
  perSample: (number | undefined)[];
}

/** Scores of which 0 is the worst. */
export const judgeScores = (perSample: (number | undefined)[]): JudgeScores => ({
  mean: mean(perSample.filter((score) => score !== undefined)),
  worstCaseMean: mean(perSample.map((score) => score ?? 0)),
  numFailures: perSample.filter((score) => score === undefined).length,
  perSample,
});
