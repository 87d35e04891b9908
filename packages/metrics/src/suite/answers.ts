import { answerAccuracy } from '../answers/answer-accuracy.js';
import { answerKind } from '../answers/answer-kind.js';
import { answerOverlap } from '../answers/answer-overlap.js';
import { type Definition, meanMetric } from './definition.js';
import { inBoth, type MetricEntry } from './entry.js';
import type { Scores } from './result.js';
import { runMetrics, type ScoreOptions } from './run.js';
import { bleuEntry, rougeEntry } from './lexical.js';
import { checkTexts, type TextPair } from './texts.js';

/** An answer beside the right one. */
export interface ScoredAnswer extends TextPair {
  question?: string;
  /** `closed` or `open` where the data set says so; otherwise a question with the answer yes or no is closed. */
  answerType?: string;
  /** 1 or 0, what a judge said of the prediction; null where nothing could be read in what it said. */
  verdict?: number | null;
  /** Who the judge was: part of what the figure means, so it stands in its notes. */
  judge?: string;
}

const isRight = ({ prediction, reference }: ScoredAnswer): number => answerAccuracy([prediction], [reference]);
const rule = 'letter case, spaces and final stop aside';

const accuracyOf = (type: 'closed' | 'open'): MetricEntry<ScoredAnswer> => ({
  name: `${type}Accuracy`,
  label: `Accuracy, ${type}`,
  better: 'higher',
  definitions: {
    reference: meanMetric({
      text: `share of ${type} questions (by the data set, else closed are those answered yes or no) with an answer that equals the reference, ${rule}`,
      version: '1',
      without: ({ answerType, reference: answer }) =>
        answerKind({ answer, ...(answerType === undefined ? {} : { answerType }) }) === type
          ? undefined
          : `the question is not ${type}`,
      value: isRight,
    }),
  },
});

/** Mean verdict, where a judge that says nothing that can be read leaves the answer out, or makes it wrong. */
const judged = (failures: 'left out' | 'wrong'): Definition<ScoredAnswer> =>
  meanMetric({
    text: `mean verdict (0 or 1) of a language model that was asked whether the answer means the same as the reference; answers on which it said nothing that can be read are `,
    version: '1',
    without: ({ verdict }) =>
      verdict === undefined
        ? 'needs the verdict of a judge'
        : verdict === null && failures === 'left out'
          ? 'nothing could be read in what the judge said'
          : undefined,
    remark: ({ judge }) => (judge === undefined ? undefined : `judged by `),
    value: ({ verdict }) => verdict ?? 0,
  });

/** Metrics of answers to questions. */
export const answerMetrics: readonly MetricEntry<ScoredAnswer>[] = [
  bleuEntry(1),
  rougeEntry('rouge1'),
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
    name: 'answerF1',
    label: 'Token F1',
    better: 'higher',
    definitions: {
      reference: meanMetric({
        text: 'F1 of the words of answer and reference, each as often as both have it (SQuAD); mean over questions',
        version: '1',
        value: ({ prediction, reference }) => answerOverlap(prediction, reference).f1,
      }),
    },
  },
  {
    name: 'answerRecall',
    label: 'Token recall',
    better: 'higher',
    definitions: {
      reference: meanMetric({
        text: 'share of the words of the reference that the answer has (SQuAD counting); mean over questions',
        version: '1',
        value: ({ prediction, reference }) => answerOverlap(prediction, reference).recall,
      }),
    },
  },
  {
    name: 'judgeAccuracy',
    label: 'Accuracy, by a judge',
    better: 'higher',
    definitions: { reference: judged('left out'), paper: judged('wrong') },
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
