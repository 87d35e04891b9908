import type { ChatMessage } from '../judges/complete.js';

export interface AnswerTriple {
  question: string;
  /** The true answer. */
  answer: string;
  prediction: string;
}

/** The answer that `readAnswerScore` reads. */
export const answerForm = 'an analysis of one to three sentences, then a last line "Score: 1" or "Score: 0"';

/** Asks whether an answer about a medical image is right, in our words. */
export const answerMessages = ({ question, answer, prediction }: AnswerTriple): ChatMessage[] => [
  {
    role: 'system',
    content:
      'You are a physician who marks answers to questions about medical images. You know the true answer and not the image.',
  },
  {
    role: 'user',
    content: `Question: ${question}
True answer: ${answer}
Answer to mark: ${prediction}

Give 1 if the answer to mark means the same as the true answer: other words, abbreviations and more detail that agrees are
fine. Give 0 if it contradicts the true answer, misses a part of it that the question asks for, names another side, place or
number, or does not answer.

Write ${answerForm}.`,
  },
];
