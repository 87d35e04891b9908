import { check } from '@vividmed/core';
import type { Complete } from '../judges/complete.js';
import { judgeAll, type JudgeOptions } from '../judges/judge-all.js';
import { judgeScores, type JudgeScores } from '../judges/judge-scores.js';
import { answerForm, answerMessages, type AnswerTriple } from './answer-prompt.js';

/** The score in an answer: the last line `Score: 0` or `Score: 1`; undefined where there is none. */
export function readAnswerScore(answer: string): 0 | 1 | undefined {
  const scores = [...answer.matchAll(/^[ \t*_>#-]*score[ \t*_]*:[ \t*_]*([\d.,/-]+)/gim)];
  const said = scores.at(-1)?.[1]?.replace(/\.$/, '');
  return said === '1' ? 1 : said === '0' ? 0 : undefined;
}

export interface AnswerJudgeScores extends JudgeScores {
  /** Answers that could not be read, those that a later one made good included. */
  numUnreadable: number;
}

/**
 * Accuracy of answers as a language model sees it: it writes an analysis, then 0 or 1. An empty prediction is 0 and not
 * asked about.
 *
 * Differs: the paper's code gives 0 to an answer of the judge that it cannot read after four tries; that is `worstCaseMean`.
 *
 * @throws {VividMedError} as `judgeAll`; `data` for an item without a question or a true answer.
 */
export async function answerJudge(
  complete: Complete,
  items: readonly AnswerTriple[],
  options: JudgeOptions = {},
): Promise<AnswerJudgeScores> {
  items.forEach(({ question, answer }, i) =>
    check(
      question.trim() !== '' && answer.trim() !== '',
      'data',
      `answerJudge: expected a question and a true answer in item ${i}, found an empty text.`,
    ),
  );
  const isAnswered = ({ prediction }: AnswerTriple): boolean => prediction.trim() !== '';
  const judged = await judgeAll(
    complete,
    items.filter(isAnswered),
    { name: 'answerJudge', ask: answerMessages, read: readAnswerScore, form: answerForm },
    options,
  );
  let next = 0;
  const perSample = items.map((item) => (isAnswered(item) ? judged.verdicts[next++] : 0));
  return { ...judgeScores(perSample), numUnreadable: judged.numUnreadable };
}
