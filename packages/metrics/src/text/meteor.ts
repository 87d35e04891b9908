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

/** Which word of the reference each word of the candidate is matched with, -1 for none, and which are taken. */
interface Alignment {
  partners: Int32Array;
  isTaken: Uint8Array;
}

/** Matches equal words that are free, the last of the candidate with the last of the reference. */
function matchEqual(candidate: readonly string[], reference: readonly string[], alignment: Alignment): void {
  const { partners, isTaken } = alignment;
  const last = new Map<string, number>();
  // The place before of the same word.
  const before = new Int32Array(reference.length);
  for (let j = 0; j < reference.length; j++) {
    if (isTaken[j]) continue;
    before[j] = last.get(reference[j]!) ?? -1;
    last.set(reference[j]!, j);
  }
  for (let i = candidate.length - 1; i >= 0; i--) {
    const j = partners[i]! < 0 ? (last.get(candidate[i]!) ?? -1) : -1;
    if (j < 0) continue;
    partners[i] = j;
    isTaken[j] = 1;
    last.set(candidate[i]!, before[j]!);
  }
}

/** Matches words that are free with synonyms of them, in the order of `matchEqual`. */
function matchSynonyms(
  candidate: readonly string[],
  reference: readonly string[],
  { partners, isTaken }: Alignment,
  synonyms: Synonyms,
): void {
  for (let i = candidate.length - 1; i >= 0; i--) {
    if (partners[i]! >= 0) continue;
    const same = synonyms(candidate[i]!);
    const j = same.size === 0 ? -1 : reference.findLastIndex((word, at) => !isTaken[at] && same.has(word));
    if (j < 0) continue;
    partners[i] = j;
    isTaken[j] = 1;
  }
}

/** Runs of matches, each of words that follow each other in both texts. */
function countChunks(partners: Int32Array): number {
  let chunks = 0;
  for (let i = 0; i < partners.length; i++) {
    const partner = partners[i]!;
    if (partner >= 0 && !(i > 0 && partners[i - 1]! >= 0 && partners[i - 1]! + 1 === partner)) chunks += 1;
  }
  return chunks;
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
  const split = (text: string): string[] => tokenize(text).map((word) => word.toLowerCase());
  const compare = (candidate: readonly string[], reference: readonly string[]): MeteorScore => {
    const alignment = {
      partners: new Int32Array(candidate.length).fill(-1),
      isTaken: new Uint8Array(reference.length),
    };
    const { partners, isTaken } = alignment;
    matchEqual(candidate, reference, alignment);
    const stems = candidate.map((word, i) => (partners[i]! < 0 ? stem(word) : word));
    const others = reference.map((word, j) => (isTaken[j] ? word : stem(word)));
    matchEqual(stems, others, alignment);
    if (synonyms) matchSynonyms(stems, others, alignment, synonyms);
    const numMatches = isTaken.reduce((sum, taken) => sum + taken, 0);
    if (numMatches === 0) return { score: 0, precision: 0, recall: 0, numMatches, numChunks: 0 };
    const precision = numMatches / candidate.length;
    const recall = numMatches / reference.length;
    const mean = (precision * recall) / (alpha * precision + (1 - alpha) * recall);
    const numChunks = countChunks(partners);
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
