import { check } from '@vividmed/core';
import { bleu } from '../bleu.js';
import { type Definition, listMetric, meanMetric } from './definition.js';
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
    () => `${where}: expected a reference with words, found ${typeof reference === 'string' ? 'an empty one' : typeof reference}.`,
    'there is nothing to compare with: leave the sample out.',
  );
}

/** Said of empty predictions by metrics that give them 0. */
export const emptyIsZero = ({ prediction }: TextPair): string | undefined =>
  prediction.trim() === '' ? 'the prediction is empty and scores 0' : undefined;

/** BLEU of the corpus; the value of a sample is its own sentence BLEU. */
export const corpusBleu = (maxOrder: number): Definition<TextPair> =>
  listMetric({
    text: `corpus BLEU-${maxOrder}: one geometric mean of the summed n-gram counts, no smoothing, lower-cased 13a tokens`,
    version: '1',
    remark: emptyIsZero,
    item: ({ prediction, reference }) => ({ prediction, reference }),
    figure: (items) => ({
      value: bleu(
        items.map(({ prediction }) => prediction),
        items.map(({ reference }) => reference),
        { maxOrder },
      ),
    }),
    sample: ({ prediction, reference }) => bleu([prediction], [reference], { maxOrder }),
  });

/** What the published evaluation reports as BLEU. */
export const meanSentenceBleu = (maxOrder: number): Definition<TextPair> =>
  meanMetric({
    text: `mean of sentence BLEU-${maxOrder} without smoothing (0 without a common ${maxOrder}-gram), lower-cased 13a tokens`,
    version: '1',
    remark: emptyIsZero,
    value: ({ prediction, reference }) => bleu([prediction], [reference], { maxOrder }),
  });
