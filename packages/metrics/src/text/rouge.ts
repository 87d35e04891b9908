import { commonPlaces, longestCommonLength } from './longest-common.js';
import { matchNgrams, numNgrams } from './match-ngrams.js';
import { memoise } from './memoise.js';
import { type OverlapScore, overlapScore } from './overlap.js';
import { porterStem } from './porter-stemmer.js';
import { addAll, type CorpusMetric, listReferences, type References, type Tokenizer } from './text-metric.js';
import { tokenizeRouge } from './tokenize-rouge.js';

const names = ['rouge1', 'rouge2', 'rougeL', 'rougeLsum'] as const;

/** `rougeLsum` takes each line of a text for a sentence and joins what they have in common; `rougeL` takes no notice of lines. */
export type RougeName = (typeof names)[number];

export interface RougeOptions {
  /** Words of more than three letters by their stems (`porter`, as RadEval has it), or as they are (`none`, Hugging Face's default). */
  stemmer?: 'none' | 'porter';
  /** By default runs of ASCII letters and digits, lower-cased; the stemmer follows. */
  tokenize?: Tokenizer;
}

/** Means over the texts. */
export interface RougeResult {
  scores: Record<RougeName, OverlapScore>;
  numTexts: number;
}

const countTokens = (texts: readonly (readonly string[])[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const tokens of texts) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
};

/** Summary level (Lin 2004, section 3.2), where no token counts more often than both texts have it, as in Google's code. */
function sharedBySentences(candidate: readonly string[][], reference: readonly string[][]): number {
  const left = [countTokens(candidate), countTokens(reference)];
  let shared = 0;
  for (const sentence of reference) {
    const places = new Set(candidate.flatMap((other) => commonPlaces(sentence, other)));
    for (const place of places) {
      const token = sentence[place]!;
      if (left.every((counts) => (counts.get(token) ?? 0) > 0)) {
        for (const counts of left) counts.set(token, counts.get(token)! - 1);
        shared += 1;
      }
    }
  }
  return shared;
}

interface Words {
  all: string[];
  sentences: string[][];
}

function score(candidate: Words, reference: Words): Record<RougeName, OverlapScore> {
  const [a, b] = [candidate.all, reference.all];
  const { matched } = matchNgrams(a, [b], 2);
  const overlap = (shared: number, order = 1) =>
    overlapScore(shared, numNgrams(a.length, order), numNgrams(b.length, order));
  const rougeL = overlap(longestCommonLength(a, b));
  const isOneLine = candidate.sentences.length === 1 && reference.sentences.length === 1;
  return {
    rouge1: overlap(matched[0]!),
    rouge2: overlap(matched[1]!, 2),
    rougeL,
    rougeLsum: isOneLine ? rougeL : overlap(sharedBySentences(candidate.sentences, reference.sentences)),
  };
}

/**
 * ROUGE over a corpus, text by text, in memory that does not grow: Google's rouge_score (google-research, rouge), beta 1. Of
 * several references each score is that of the best by its own F1. The result is the mean over the texts.
 *
 * Differs: Hugging Face's aggregator gives the middle of random resamples instead of the mean.
 *
 * @throws {VividMedError} `data` for a text without references.
 */
export function createRouge(options: RougeOptions = {}): CorpusMetric<Record<RougeName, OverlapScore>, RougeResult> {
  const { stemmer = 'none', tokenize = tokenizeRouge } = options;
  const stem = memoise((word) => (word.length > 3 ? porterStem(word) : word));
  const split = (text: string): string[] => (stemmer === 'porter' ? tokenize(text).map(stem) : tokenize(text));
  const words = (text: string): Words => {
    const lines = text.split('\n').filter((line) => line !== '');
    const all = split(text);
    return { all, sentences: lines.length === 1 ? [all] : lines.map(split) };
  };
  const sum = Object.fromEntries(names.map((name) => [name, [0, 0, 0]])) as Record<RougeName, number[]>;
  let numTexts = 0;
  return {
    add(candidate, references) {
      const own = words(candidate);
      const all = listReferences(references, 'rouge').map((reference) => score(own, words(reference)));
      const best = all.reduce((a, b) => byName((name) => (b[name].f1 > a[name].f1 ? b[name] : a[name])));
      for (const name of names) {
        const { precision, recall, f1 } = best[name];
        [precision, recall, f1].forEach((value, i) => (sum[name][i]! += value));
      }
      numTexts += 1;
      return best;
    },
    result: () => ({
      scores: byName((name) => {
        const [precision, recall, f1] = sum[name].map((value) => value / numTexts) as [number, number, number];
        return { precision, recall, f1 };
      }),
      numTexts,
    }),
  };
}

const byName = (value: (name: RougeName) => OverlapScore): Record<RougeName, OverlapScore> => ({
  rouge1: value('rouge1'),
  rouge2: value('rouge2'),
  rougeL: value('rougeL'),
  rougeLsum: value('rougeLsum'),
});

/** ROUGE-1, 2, L and Lsum of one text: `createRouge` for one. */
export const sentenceRouge = (
  candidate: string,
  references: References,
  options: RougeOptions = {},
): Record<RougeName, OverlapScore> => createRouge(options).add(candidate, references);

/** Mean ROUGE-1, 2, L and Lsum of texts. @throws {VividMedError} `shape` for lists of different lengths; as `createRouge`. */
export function rouge(
  candidates: readonly string[],
  references: readonly References[],
  options: RougeOptions = {},
): RougeResult {
  const metric = createRouge(options);
  addAll(metric, candidates, references, 'rouge');
  return metric.result();
}
