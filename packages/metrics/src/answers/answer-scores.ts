import { check } from '@vividmed/core';
import { mean } from '../clinical/mean.js';
import { type AnsweredQuestion, type AnswerKind, answerKind } from './answer-kind.js';
import { answerOverlap, type OverlapCounting } from './answer-overlap.js';
import { type AnswerNormalisation, normaliseAnswer } from './normalise-answer.js';

export interface AnswerOptions {
  normalisation?: AnswerNormalisation;
  counting?: OverlapCounting;
}

export interface AnswerScore {
  kind: AnswerKind;
  /** Whether the answers are the same once normalised. */
  isCorrect: boolean;
  /** Of the words of both answers. */
  precision: number;
  recall: number;
  f1: number;
}

/** Means over questions; NaN where there is none. */
export interface AnswerMeans {
  numQuestions: number;
  accuracy: number;
  precision: number;
  recall: number;
  f1: number;
}

export interface AnswerScores {
  all: AnswerMeans;
  open: AnswerMeans;
  closed: AnswerMeans;
  perSample: AnswerScore[];
}

function meansOf(scores: readonly AnswerScore[]): AnswerMeans {
  const meanOf = (key: 'precision' | 'recall' | 'f1'): number => mean(scores.map((score) => score[key]));
  return {
    numQuestions: scores.length,
    accuracy: mean(scores.map(({ isCorrect }) => (isCorrect ? 1 : 0))),
    precision: meanOf('precision'),
    recall: meanOf('recall'),
    f1: meanOf('f1'),
  };
}

/**
 * Accuracy and overlap of words of answers, over all questions and over open and closed ones apart (`answerKind`). An empty
 * prediction is wrong.
 *
 * Differs: LLaVA-Med's script leaves a closed question out when the answer says yes or no and is wrong, and finds "no" inside
 * other words; here every question counts and answers are compared whole.
 *
 * @throws {VividMedError} `shape` for lists of different lengths, `data` for a question without a true answer.
 */
export function answerScores(
  predicted: readonly string[],
  questions: readonly AnsweredQuestion[],
  { normalisation = 'plain', counting = 'clipped' }: AnswerOptions = {},
): AnswerScores {
  check(
    predicted.length === questions.length,
    'shape',
    `answerScores: expected as many predictions as questions, found ${predicted.length} and ${questions.length}.`,
  );
  const perSample = questions.map((question, i): AnswerScore => {
    const said = predicted[i]!;
    check(
      question.answer.trim() !== '',
      'data',
      `answerScores: expected a true answer of question ${i}, found an empty text.`,
    );
    const given = normaliseAnswer(said, normalisation);
    return {
      kind: answerKind(question),
      isCorrect: given !== '' && given === normaliseAnswer(question.answer, normalisation),
      ...answerOverlap(said, question.answer, { counting }),
    };
  });
  return {
    all: meansOf(perSample),
    open: meansOf(perSample.filter(({ kind }) => kind === 'open')),
    closed: meansOf(perSample.filter(({ kind }) => kind === 'closed')),
    perSample,
  };
}
