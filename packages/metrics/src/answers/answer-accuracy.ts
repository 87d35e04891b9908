import { check } from '@vividmed/core';

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\s*\.$/, '');

/** Share of answers that equal the truth, letter case, spaces and the final stop aside; NaN without answers. */
export function answerAccuracy(predicted: readonly string[], truth: readonly string[]): number {
  check(
    predicted.length === truth.length,
    'shape',
    `answerAccuracy: expected as many predictions as truths, found ${predicted.length} and ${truth.length}.`,
  );
  return truth.filter((text, i) => plain(text) === plain(predicted[i]!)).length / truth.length;
}
