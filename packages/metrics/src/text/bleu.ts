import { check } from '@vividmed/core';
import { matchNgrams, type NgramMatches } from './match-ngrams.js';
import { type Smoothing, smoothPrecisions } from './smoothing.js';
import { addAll, type CorpusMetric, listReferences, type References, type Tokenizer } from './text-metric.js';
import { tokenize13a } from './tokenize-13a.js';
import { tokenizePtb } from './tokenize-ptb.js';
import { tokenizeRadcliq } from './tokenize-radcliq.js';
import { tokenizeTreebank } from './tokenize-treebank.js';

/**
 * Whose BLEU it is. `nmt`: tensorflow/nmt and Hugging Face evaluate; the length of the shortest reference, 0 where an order
 * has no match. `coco`: pycocoevalcap; the closest length (the shorter of two equally close), 1e-15 and 1e-9 added to the
 * counts. `nltk`: the closest length, and smoothing by name. `fast-bleu`: the package of that name, as RadCliQ's reference
 * uses it: NLTK's with `epsilon`.
 */
export type BleuDefinition = 'nmt' | 'coco' | 'nltk' | 'fast-bleu';

export interface CorpusBleuOptions {
  /** Length of the longest n-grams: 4 for BLEU-4; by default 4, and 2 for `fast-bleu`. */
  maxOrder?: number;
  /** `nmt` by default. */
  definition?: BleuDefinition;
  /** Of the definition `nltk` alone; `none` by default. */
  smoothing?: Smoothing;
  /**
   * By default what the definition is used with: lower-cased tokens of rule 13a (`nmt`), the tokens of COCO (`coco`), NLTK's words
   * (`nltk`), RadCliQ's (`fast-bleu`).
   */
  tokenize?: Tokenizer;
}

export interface BleuOptions extends CorpusBleuOptions {
  /**
   * `corpus` sums the counts of all texts (Papineni et al. 2002). `sentence` is the mean of the BLEU of each text, which is
   * what the published evaluation reports: 0 for every text without a common n-gram of each length.
   */
  average?: 'corpus' | 'sentence';
}

/** What BLEU is computed from, of one text or summed over many. */
export interface BleuCounts extends NgramMatches {
  /** Tokens of the candidates. */
  length: number;
  /** Tokens of the references that the lengths are compared with. */
  referenceLength: number;
}

export interface BleuResult {
  /** BLEU-1 to BLEU-n of the corpus: counts of all texts summed. */
  corpus: number[];
  /** BLEU-1 to BLEU-n: means over the texts. */
  sentence: number[];
  counts: BleuCounts;
  numTexts: number;
}

interface Definition {
  tokenize: Tokenizer;
  maxOrder: number;
  /** N-grams that a text counts for where it has fewer tokens than their order. */
  fewestNgrams: number;
  referenceLength(lengths: readonly number[], length: number): number;
  /** BLEU-1 to BLEU-n. */
  score(counts: BleuCounts, smoothing: Smoothing): number[];
}

const closest = (lengths: readonly number[], length: number): number =>
  lengths.reduce((best, each) => {
    const [distance, least] = [Math.abs(each - length), Math.abs(best - length)];
    return distance < least || (distance === least && each < best) ? each : best;
  });

/** Geometric means of the first 1, 2, … precisions, times the brevity penalty. */
function geometric(precisions: readonly number[], penalty: number): number[] {
  let logs = 0;
  return precisions.map((precision, i) => {
    logs += Math.log(precision);
    return penalty * Math.exp(logs / (i + 1));
  });
}

function nmtScore({ matched, possible, length, referenceLength }: BleuCounts): number[] {
  const penalty = length === 0 ? 0 : Math.exp(Math.min(0, 1 - referenceLength / length));
  return geometric(
    matched.map((matches, i) => (matches === 0 ? 0 : matches / possible[i]!)),
    penalty,
  );
}

function nltkScore({ matched, possible, length, referenceLength }: BleuCounts, smoothing: Smoothing): number[] {
  if (matched[0] === 0) return matched.map(() => 0);
  return geometric(
    smoothPrecisions(matched, possible, length, smoothing),
    Math.exp(Math.min(0, 1 - referenceLength / length)),
  );
}

function cocoScore({ matched, possible, length, referenceLength }: BleuCounts): number[] {
  const [tiny, small] = [1e-15, 1e-9];
  const penalty = Math.exp(Math.min(0, 1 - (referenceLength + small) / (length + tiny)));
  let product = 1;
  return matched.map((matches, i) => {
    product *= (matches + tiny) / (possible[i]! + small);
    return penalty * product ** (1 / (i + 1));
  });
}

const nltk: Definition = {
  tokenize: tokenizeTreebank,
  maxOrder: 4,
  fewestNgrams: 1,
  referenceLength: closest,
  score: nltkScore,
};

const definitions: Readonly<Record<BleuDefinition, Definition>> = {
  nmt: {
    tokenize: (text) => tokenize13a(text.toLowerCase()),
    maxOrder: 4,
    fewestNgrams: 0,
    referenceLength: (lengths) => Math.min(...lengths),
    score: nmtScore,
  },
  coco: { tokenize: tokenizePtb, maxOrder: 4, fewestNgrams: 0, referenceLength: closest, score: cocoScore },
  nltk,
  'fast-bleu': {
    ...nltk,
    tokenize: tokenizeRadcliq,
    maxOrder: 2,
    score: (counts) => nltkScore(counts, 'epsilon'),
  },
};

/**
 * BLEU over a corpus, text by text, in memory that does not grow; `add` gives BLEU-1 to BLEU-n of one text.
 *
 * @throws {VividMedError} `config` for an order that is no whole number from 1 on, or smoothing of another definition than
 * `nltk`; `data` for a text without references.
 */
export function createBleu(options: CorpusBleuOptions = {}): CorpusMetric<number[], BleuResult> {
  const definition = definitions[options.definition ?? 'nmt'];
  const { maxOrder = definition.maxOrder, smoothing = 'none', tokenize = definition.tokenize } = options;
  check(
    Number.isInteger(maxOrder) && maxOrder > 0,
    'config',
    `bleu: expected a whole number from 1 on as maxOrder, found ${maxOrder}.`,
  );
  check(
    smoothing === 'none' || options.definition === 'nltk',
    'config',
    `bleu: expected no smoothing with the definition ${options.definition ?? 'nmt'}, found ${smoothing}.`,
    'Smoothing is part of the definition nltk.',
  );
  const zeros = () => Array.from({ length: maxOrder }, () => 0);
  const total: BleuCounts = { matched: zeros(), possible: zeros(), length: 0, referenceLength: 0 };
  const sentence = zeros();
  let numTexts = 0;
  return {
    add(candidate, references) {
      const tokens = tokenize(candidate);
      const referenceTokens = listReferences(references, 'bleu').map((reference) => tokenize(reference));
      const { matched, possible } = matchNgrams(tokens, referenceTokens, maxOrder);
      const counts: BleuCounts = {
        matched,
        possible: possible.map((count) => Math.max(definition.fewestNgrams, count)),
        length: tokens.length,
        referenceLength: definition.referenceLength(
          referenceTokens.map(({ length }) => length),
          tokens.length,
        ),
      };
      const scores = definition.score(counts, smoothing);
      for (let i = 0; i < maxOrder; i++) {
        total.matched[i]! += counts.matched[i]!;
        total.possible[i]! += counts.possible[i]!;
        sentence[i]! += scores[i]!;
      }
      total.length += counts.length;
      total.referenceLength += counts.referenceLength;
      numTexts += 1;
      return scores;
    },
    result: () => ({
      corpus: numTexts === 0 ? zeros().map(() => Number.NaN) : definition.score(total, smoothing),
      sentence: sentence.map((sum) => sum / numTexts),
      counts: { ...total, matched: [...total.matched], possible: [...total.possible] },
      numTexts,
    }),
  };
}

/** BLEU-1 to BLEU-n of counts by the definition `nmt`: what `createBleu` gives for texts whose counts add up to these. */
export const bleuOfCounts = (counts: BleuCounts): number[] => nmtScore(counts);

/** BLEU of one text, in [0, 1]. @throws {VividMedError} As `createBleu`. */
export const sentenceBleu = (candidate: string, references: References, options: CorpusBleuOptions = {}): number =>
  createBleu(options).add(candidate, references).at(-1)!;

/**
 * BLEU (Papineni et al. 2002), in [0, 1]: the geometric mean of the clipped n-gram precisions up to `maxOrder` times the
 * brevity penalty. By default of the corpus, without smoothing, on lower-cased tokens of rule 13a. NaN without texts.
 *
 * Differs: `coco` gives about 1e-17 to 1e-4 where an order has no match, as pycocoevalcap does; NLTK without smoothing gives
 * about 1e-78 to 1e-231, here 0.
 *
 * @throws {VividMedError} `shape` for lists of different lengths; as `createBleu`.
 */
export function bleu(
  predicted: readonly string[],
  references: readonly References[],
  options: BleuOptions = {},
): number {
  const { average = 'corpus', ...rest } = options;
  const metric = createBleu(rest);
  addAll(metric, predicted, references, 'bleu');
  return metric.result()[average].at(-1)!;
}
