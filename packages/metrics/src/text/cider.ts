import { check } from '@vividmed/core';
import { listReferences, type References, type Tokenizer } from './text-metric.js';
import { tokenizePtb } from './tokenize-ptb.js';

const maxOrder = 4;
const sigma = 6;

/** In how many of the texts of a corpus an n-gram is found. Grows with the number of distinct n-grams, not of texts. */
export interface DocumentFrequencies {
  numDocuments: number;
  /** N-grams of orders 1 to 4, tokens joined by spaces. */
  counts: ReadonlyMap<string, number>;
}

export interface CiderOptions {
  /**
   * `cider-d`: counts clipped and other lengths penalised, which pycocoevalcap calls CIDEr; `cider`: plain cosines, as
   * vrama91/cider has it. `cider-d` by default.
   */
  variant?: 'cider-d' | 'cider';
  /** Of another corpus; those of the references given by default. */
  documentFrequencies?: DocumentFrequencies;
  /** The tokens of COCO by default; they are not stemmed, as in both programs. */
  tokenize?: Tokenizer;
}

export interface CiderResult {
  /** Mean over the texts, in [0, 10]; NaN without texts. */
  mean: number;
  /** Of each text, in [0, 10]. */
  scores: number[];
  /** True where every weight is 0, as with a single text: all scores are 0 whatever the texts say. */
  isDegenerate: boolean;
}

/** N-grams of orders 1 to 4 and how often the text has them. */
function countNgrams(tokens: readonly string[]): Map<string, number>[] {
  return Array.from({ length: maxOrder }, (_, i) => {
    const counts = new Map<string, number>();
    for (let at = 0; at + i < tokens.length; at++) {
      const gram = tokens.slice(at, at + i + 1).join(' ');
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
    return counts;
  });
}

/** Counts in how many texts each n-gram is, in any of the references of the text. The first of the two passes of CIDEr. */
export function countDocuments(
  references: Iterable<References>,
  tokenize: Tokenizer = tokenizePtb,
): DocumentFrequencies {
  const counts = new Map<string, number>();
  let numDocuments = 0;
  for (const each of references) {
    const grams = listReferences(each, 'countDocuments').flatMap((reference) =>
      countNgrams(tokenize(reference)).flatMap((byGram) => [...byGram.keys()]),
    );
    for (const gram of new Set(grams)) counts.set(gram, (counts.get(gram) ?? 0) + 1);
    numDocuments += 1;
  }
  return { numDocuments, counts };
}

interface Weighted {
  /** For orders 1 to 4: tf-idf of each n-gram, and the length of that vector. */
  orders: { weights: Map<string, number>; norm: number }[];
  /** Number of tokens; the programs count bigrams, of which every text with tokens has one fewer. */
  length: number;
}

function weigh(tokens: readonly string[], { numDocuments, counts }: DocumentFrequencies): Weighted {
  const logDocuments = Math.log(numDocuments);
  const orders = countNgrams(tokens).map((grams) => {
    let squares = 0;
    for (const [gram, times] of grams) {
      const weight = times * (logDocuments - Math.log(Math.max(1, counts.get(gram) ?? 0)));
      grams.set(gram, weight);
      squares += weight ** 2;
    }
    return { weights: grams, norm: Math.sqrt(squares) };
  });
  return { orders, length: tokens.length };
}

function similarity(candidate: Weighted, reference: Weighted, isClipped: boolean): number {
  const cosines = candidate.orders.map(({ weights, norm }, i) => {
    const other = reference.orders[i]!;
    if (norm === 0 || other.norm === 0) return 0;
    let dot = 0;
    for (const [gram, weight] of weights) {
      const known = other.weights.get(gram) ?? 0;
      dot += (isClipped ? Math.min(weight, known) : weight) * known;
    }
    return dot / (norm * other.norm);
  });
  const mean = cosines.reduce((a, b) => a + b, 0) / maxOrder;
  const difference = candidate.length - reference.length;
  return isClipped ? mean * Math.exp(-(difference ** 2) / (2 * sigma ** 2)) : mean;
}

/**
 * CIDEr (Vedantam et al. 2015) of one text, in [0, 10], by document frequencies counted before: ten times the mean over the
 * references, and over orders 1 to 4, of the cosine of tf-idf vectors; `cider-d` as `CiderOptions` says, sigma 6.
 *
 * @throws {VividMedError} `config` without document frequencies of at least one text; `data` for a text without references.
 */
export function sentenceCider(
  candidate: string,
  references: References,
  options: CiderOptions & { documentFrequencies: DocumentFrequencies },
): number {
  const { variant = 'cider-d', documentFrequencies, tokenize = tokenizePtb } = options;
  check(
    documentFrequencies.numDocuments > 0,
    'config',
    `cider: expected document frequencies of at least one text, found ${documentFrequencies.numDocuments}.`,
  );
  const own = weigh(tokenize(candidate), documentFrequencies);
  const scores = listReferences(references, 'cider').map((reference) =>
    similarity(own, weigh(tokenize(reference), documentFrequencies), variant === 'cider-d'),
  );
  return (10 * scores.reduce((a, b) => a + b, 0)) / scores.length;
}

/**
 * CIDEr or CIDEr-D of a corpus (pycocoevalcap@ad63453 `cider`; vrama91/cider). Two passes: document frequencies of the
 * references, then `sentenceCider`. A caller who streams makes them itself, with `countDocuments`.
 *
 * @throws {VividMedError} `shape` for lists of different lengths; `data` for a text without references.
 */
export function cider(
  candidates: readonly string[],
  references: readonly References[],
  options: CiderOptions = {},
): CiderResult {
  check(
    candidates.length === references.length,
    'shape',
    `cider: expected as many predictions as references, found ${candidates.length} and ${references.length}.`,
  );
  const documentFrequencies = options.documentFrequencies ?? countDocuments(references, options.tokenize);
  const scores = candidates.map((candidate, i) =>
    sentenceCider(candidate, references[i]!, { ...options, documentFrequencies }),
  );
  const { numDocuments, counts } = documentFrequencies;
  return {
    mean: scores.reduce((a, b) => a + b, 0) / scores.length,
    scores,
    isDegenerate: numDocuments <= 1 || [...counts.values()].every((count) => count >= numDocuments),
  };
}
