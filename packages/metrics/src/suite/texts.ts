import { check } from '@vividmed/core';
import type { ScoredPair } from './entry.js';

/** A text to score beside the one that is right. */
export interface TextPair extends ScoredPair {
  /** May be empty: that is an answer, and scores what each metric gives it. */
  prediction: string;
  reference: string;
}

/** @throws {VividMedError} `data` for a prediction that is no text, and for a reference without words. */
export function checkTexts({ prediction, reference }: TextPair, where: string): void {
  check(
    typeof prediction === 'string',
    'data',
    () => `${where}: expected a text as prediction, found ${typeof prediction}.`,
    'a model that said nothing has an empty prediction.',
  );
  check(
    typeof reference === 'string' && reference.trim() !== '',
    'data',
    () =>
      `${where}: expected a reference with words, found ${typeof reference === 'string' ? 'an empty one' : typeof reference}.`,
    'there is nothing to compare with: leave the sample out.',
  );
}

/** Said of empty predictions by metrics that give them 0. */
export const emptyIsZero = ({ prediction }: TextPair): string | undefined =>
  prediction.trim() === '' ? 'the prediction is empty and scores 0' : undefined;
