import { normaliseAnswer } from './normalise-answer.js';

export interface AnsweredQuestion {
  /** The true answer. */
  answer: string;
  /** What VQA-RAD and SLAKE write in `answer_type`: `CLOSED` or `OPEN`. Other words are as good as none. */
  answerType?: string;
  /** The answers to choose from. */
  choices?: readonly string[];
}

export type AnswerKind = 'open' | 'closed';

/**
 * Whether a question is closed: by its `answerType` where the data set has one (as VQA-RAD and SLAKE), else if it offers
 * choices, else if its true answer is yes or no (as for VQA-Med).
 */
export function answerKind({ answer, answerType, choices }: AnsweredQuestion): AnswerKind {
  const said = answerType?.trim().toLowerCase();
  if (said === 'closed' || said === 'open') return said;
  if (choices !== undefined && choices.length > 0) return 'closed';
  const words = normaliseAnswer(answer, 'words');
  return words === 'yes' || words === 'no' ? 'closed' : 'open';
}
