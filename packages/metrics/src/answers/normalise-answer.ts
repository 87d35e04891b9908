/**
 * How answers are made alike before they are compared. `exact`: not at all. `plain`: letter case, spaces and the final stop
 * aside. `words`: words and numbers alone, in lower case, without articles, numbers to ten as digits, as in the evaluation of
 * VQA v2 (Antol et al. 2015; our own rules).
 */
export type AnswerNormalisation = 'exact' | 'plain' | 'words';

const articles = new Set(['a', 'an', 'the']);
const digits = new Map(
  ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'].map((word, i) => [
    word,
    `${i}`,
  ]),
);

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\s*\.$/, '');

/** Words and numbers of an answer, in lower case: what `words` compares, and what the overlap of open answers counts. */
export function answerWords(text: string): string[] {
  const words = text.toLowerCase().match(/\d+(?:[.,]\d+)*|[\p{L}\p{M}\d]+/gu) ?? [];
  const telling = words.filter((word) => !articles.has(word));
  // "A" alone is a choice.
  return (telling.length > 0 ? telling : words).map((word) => digits.get(word) ?? word);
}

export function normaliseAnswer(text: string, normalisation: AnswerNormalisation): string {
  if (normalisation === 'exact') return text;
  return normalisation === 'plain' ? plain(text) : answerWords(text).join(' ');
}
