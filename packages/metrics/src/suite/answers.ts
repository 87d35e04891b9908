import { answerAccuracy } from '../answers/answer-accuracy.js';
import { meanMetric } from './definition.js';
import { inBoth, type MetricEntry } from './entry.js';
import type { Scores } from './result.js';
import { runMetrics, type ScoreOptions } from './run.js';
import { checkTexts, corpusBleu, meanSentenceBleu, type TextPair } from './texts.js';

/** An answer beside the right one. */
export interface ScoredAnswer extends TextPair {
  question?: string;
  /** `closed`: yes or no, or a choice; `open`: anything else. */
  answerType?: string;
  /** 1 or 0, what a judge said of the prediction; left out where there was none, or where it failed. */
  verdict?: number;
}

const isRight = ({ prediction, reference }: ScoredAnswer): number => answerAccuracy([prediction], [reference]);
const rule = 'letter case, spaces and final stop aside';

const accuracyOf = (type: 'closed' | 'open'): MetricEntry<ScoredAnswer> => ({
  name: `${type}Accuracy`,
  label: `Accuracy, ${type}`,
  better: 'higher',
  definitions: {
    reference: meanMetric({
      text: `share of ${type} questions with an answer that equals the reference, ${rule}`,
      version: '1',
      without: ({ answerType }) =>
        answerType?.toLowerCase() === type ? undefined : `the question is not known to be ${type}`,
      value: isRight,
    }),
  },
});

/** Metrics of answers to questions. */
export const answerMetrics: readonly MetricEntry<ScoredAnswer>[] = [
  {
    name: 'bleu1',
    label: 'BLEU-1',
    better: 'higher',
    definitions: { reference: corpusBleu(1), paper: meanSentenceBleu(1) },
  },
  {
    name: 'accuracy',
    label: 'Accuracy, exact',
    better: 'higher',
    definitions: inBoth(
      meanMetric({
        text: `share of answers that equal the reference, ${rule}`,
        version: '1',
        value: isRight,
      }),
    ),
  },
  accuracyOf('closed'),
  accuracyOf('open'),
  {
    name: 'judgeAccuracy',
    label: 'Accuracy, by a judge',
    better: 'higher',
    definitions: inBoth(
      meanMetric({
        text: 'mean verdict (0 or 1) of a language model that was asked whether the answer means the same as the reference',
        version: '1',
        without: ({ verdict }) => (verdict === undefined ? 'needs the verdict of a judge' : undefined),
        value: ({ verdict = Number.NaN }) => verdict,
      }),
    ),
  },
];

/**
 * Scores answers to questions.
 *
 * @throws {VividMedError} `data` for no pairs, a repeated id, a prediction that is no text or a reference without words;
 *   `config` for an unknown metric.
 */
export const scoreAnswers = (
  pairs: Iterable<ScoredAnswer> | AsyncIterable<ScoredAnswer>,
  options: ScoreOptions = {},
): Promise<Scores> => runMetrics(answerMetrics, pairs, options, checkTexts);
