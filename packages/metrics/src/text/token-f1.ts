import { type OverlapScore, overlapScore } from './overlap.js';
import { listReferences, type References } from './text-metric.js';
import { splitWhiteSpace } from './white-space.js';

/**
 * How answers are made comparable. `squad`: lower case, without ASCII punctuation, without the articles a, an and the, single
 * spaces (Rajpurkar et al. 2016, evaluation script). `none`: as they are.
 */
export type TokenF1Normalisation = 'squad' | 'none';

export interface TokenF1Options {
  /** `squad` by default. */
  normalise?: TokenF1Normalisation;
}

const letter = String.raw`[\p{L}\p{N}_]`;
const article = new RegExp(`(?<!${letter})(?:a|an|the)(?!${letter})`, 'gu');

const normalised = (text: string, { normalise = 'squad' }: TokenF1Options): string =>
  normalise === 'none'
    ? text
    : splitWhiteSpace(
        text
          .toLowerCase()
          .replaceAll(/[!-/:-@[-`{-~]/g, '')
          .replaceAll(article, ' '),
      ).join(' ');

/** Whether a text equals one of its references once both are normalised. @throws {VividMedError} `data` without references. */
export function exactMatch(candidate: string, references: References, options: TokenF1Options = {}): boolean {
  const own = normalised(candidate, options);
  return listReferences(references, 'exactMatch').some((reference) => normalised(reference, options) === own);
}

/**
 * Words that a text shares with its references, repeated words as often as both have them; the score of the best by F1
 * (SQuAD 2.0: 1 for two texts without words, 0 for one).
 *
 * @throws {VividMedError} `data` without references.
 */
export function tokenF1(candidate: string, references: References, options: TokenF1Options = {}): OverlapScore {
  const own = splitWhiteSpace(normalised(candidate, options));
  return listReferences(references, 'tokenF1')
    .map((reference) => compare(own, splitWhiteSpace(normalised(reference, options))))
    .reduce((a, b) => (b.f1 > a.f1 ? b : a));
}

function compare(candidate: readonly string[], reference: readonly string[]): OverlapScore {
  if (candidate.length === 0 && reference.length === 0) return { precision: 1, recall: 1, f1: 1 };
  const left = new Map<string, number>();
  for (const word of reference) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of candidate) {
    const times = left.get(word) ?? 0;
    if (times > 0) {
      left.set(word, times - 1);
      shared += 1;
    }
  }
  return overlapScore(shared, candidate.length, reference.length);
}
