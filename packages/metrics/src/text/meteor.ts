import { check } from '@vividmed/core';
import { memoise } from './memoise.js';
import { porterStem } from './porter-stemmer.js';
import { addAll, type CorpusMetric, listReferences, type References, type Tokenizer } from './text-metric.js';
import { tokenizeTreebank } from './tokenize-treebank.js';

/** Words that mean the same as a word in one of its senses, lower-case words as WordNet writes them. */
export type Synonyms = (word: string) => ReadonlySet<string>;

export interface MeteorOptions {
  /** Weight of recall in the mean. */
  alpha?: number;
  /** Power of the penalty. */
  beta?: number;
  /** Largest penalty. */
  gamma?: number;
  /** Of `@vividmed/metrics/wordnet`, for example. Without it words match by form and stem alone, and results say so. */
  synonyms?: Synonyms;
  /** NLTK's words by default. They are lower-cased after. */
  tokenize?: Tokenizer;
}

export interface MeteorScore {
  /** (1 - penalty) mean: in [0, 1]. */
  score: number;
  precision: number;
  recall: number;
  /** Words of the candidate that were matched. */
  numMatches: number;
  /** Runs of matches that are adjacent in both texts. */
  numChunks: number;
}

export interface MeteorResult {
  /** Mean of the scores of the texts; NaN without texts. */
  mean: number;
  numTexts: number;
  /** False where METEOR had no synonyms, and is not to be compared with METEOR that has. */
  hasSynonyms: boolean;
}

/** A word and its place in the text. */
type Placed = readonly [word: string, place: number];
type Match = readonly [candidate: number, reference: number];

/** Matches equal words, the last of the candidate with the last free of the reference; what is left keeps its order. */
function matchEqual(
  candidate: readonly Placed[],
  reference: readonly Placed[],
  matches: Match[],
): [Placed[], Placed[]] {
  const free = new Map<string, Placed[]>();
  for (const placed of reference) {
    const same = free.get(placed[0]);
    if (same) same.push(placed);
    else free.set(placed[0], [placed]);
  }
  const left: Placed[] = [];
  const taken = new Set<Placed>();
  for (let i = candidate.length - 1; i >= 0; i--) {
    const [word, place] = candidate[i]!;
    const found = free.get(word)?.pop();
    if (found) {
      taken.add(found);
      matches.push([place, found[1]]);
    } else left.push(candidate[i]!);
  }
  return [left.reverse(), reference.filter((placed) => !taken.has(placed))];
}

/** Matches words with synonyms of them, in the order of `matchEqual`. */
function matchSynonyms(candidate: readonly Placed[], reference: readonly Placed[], synonyms: Synonyms): Match[] {
  const free = [...reference];
  const matches: Match[] = [];
  for (const [word, place] of [...candidate].reverse()) {
    if (free.length === 0) break;
    const same = synonyms(word);
    const at = free.findLastIndex(([other]) => same.has(other));
    if (at >= 0) matches.push([place, free.splice(at, 1)[0]![1]]);
  }
  return matches;
}

function countChunks(matches: readonly Match[]): number {
  const sorted = matches.toSorted((a, b) => a[0] - b[0]);
  return sorted.filter(([a, b], i) => i === 0 || sorted[i - 1]![0] !== a - 1 || sorted[i - 1]![1] !== b - 1).length;
}

/**
 * METEOR over a corpus, text by text, in memory that does not grow: the definition of NLTK (Lavie and Agarwal 2007), which
 * Hugging Face and the paper's evaluation use, not METEOR 1.5. Words match when they are equal, then by Porter stem, then by
 * synonym, where NLTK looks up the stems, so that only words that are their own stem have synonyms. Score (1 - gamma
 * (chunks / matches)^beta) P R / (alpha P + (1 - alpha) R), of the best reference; 0 where nothing matches or a text is empty.
 *
 * Differs: NLTK splits sentences with a trained model, see `splitSentences`.
 *
 * @throws {VividMedError} `config` for alpha or gamma outside [0, 1] or a negative beta; `data` for a text without references.
 */
export function createMeteor(options: MeteorOptions = {}): CorpusMetric<MeteorScore, MeteorResult> {
  const { alpha = 0.9, beta = 3, gamma = 0.5, synonyms, tokenize = tokenizeTreebank } = options;
  check(
    alpha >= 0 && alpha <= 1 && gamma >= 0 && gamma <= 1 && beta >= 0,
    'config',
    `meteor: expected alpha and gamma in [0, 1] and beta of at least 0, found ${alpha}, ${gamma} and ${beta}.`,
  );
  const stem = memoise(porterStem);
  const split = (text: string): Placed[] => tokenize(text).map((word, place) => [word.toLowerCase(), place]);
  const stemmed = (placed: readonly Placed[]): Placed[] => placed.map(([word, place]) => [stem(word), place]);
  const compare = (candidate: readonly Placed[], reference: readonly Placed[]): MeteorScore => {
    const matches: Match[] = [];
    const unequal = matchEqual(candidate, reference, matches);
    const [words, others] = matchEqual(stemmed(unequal[0]), stemmed(unequal[1]), matches);
    if (synonyms) matches.push(...matchSynonyms(words, others, synonyms));
    const numMatches = matches.length;
    if (numMatches === 0) return { score: 0, precision: 0, recall: 0, numMatches, numChunks: 0 };
    const precision = numMatches / candidate.length;
    const recall = numMatches / reference.length;
    const mean = (precision * recall) / (alpha * precision + (1 - alpha) * recall);
    const numChunks = countChunks(matches);
    return { score: (1 - gamma * (numChunks / numMatches) ** beta) * mean, precision, recall, numMatches, numChunks };
  };
  let sum = 0;
  let numTexts = 0;
  return {
    add(candidate, references) {
      const words = split(candidate);
      const scores = listReferences(references, 'meteor').map((reference) => compare(words, split(reference)));
      const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
      sum += best.score;
      numTexts += 1;
      return best;
    },
    result: () => ({ mean: sum / numTexts, numTexts, hasSynonyms: synonyms !== undefined }),
  };
}

/** METEOR of one text: `createMeteor` for one. */
export const sentenceMeteor = (candidate: string, references: References, options: MeteorOptions = {}): MeteorScore =>
  createMeteor(options).add(candidate, references);

/** Mean METEOR of texts. @throws {VividMedError} `shape` for lists of different lengths; as `createMeteor`. */
export function meteor(
  candidates: readonly string[],
  references: readonly References[],
  options: MeteorOptions = {},
): MeteorResult {
  const metric = createMeteor(options);
  addAll(metric, candidates, references, 'meteor');
  return metric.result();
}
