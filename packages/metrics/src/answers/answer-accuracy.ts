import { check } from '@vividmed/core';
import { normaliseAnswer } from './normalise-answer.js';

/** Share of answers that equal the truth, letter case, spaces and the final stop aside; NaN without answers. */
export function answerAccuracy(predicted: readonly string[], truth: readonly string[]): number {
  check(
    predicted.length === truth.length,
    'shape',
    `answerAccuracy: expected as many predictions as truths, found ${predicted.length} and ${truth.length}.`,
  );
  return (
    truth.filter((text, i) => normaliseAnswer(text, 'plain') === normaliseAnswer(predicted[i]!, 'plain')).length /
    truth.length
  );
}
