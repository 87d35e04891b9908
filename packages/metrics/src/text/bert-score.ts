import { check } from '@vividmed/core';
import type { InverseDocumentFrequencies } from './inverse-document-frequency.js';
import type { OverlapScore } from './overlap.js';

/** A text as an encoder gives it. */
export interface EmbeddedText {
  /** A vector a token, [T, C], tokens of start and end included. */
  embeddings: Float32Array;
  /** The token of each vector, [T]. */
  ids: ArrayLike<number>;
}

/** BERTScore of unrelated texts, by which scores are rescaled to (score - baseline) / (1 - baseline). */
export type BertScoreBaseline = Readonly<OverlapScore>;

/** Baselines of English (Tiiiger/bert_score, `rescale_baseline/en`), by model and layer. */
export const bertScoreBaselines = {
  'distilroberta-base/5': { precision: 0.84732, recall: 0.84759504, f1: 0.8473319 },
  'roberta-large/17': { precision: 0.83150584, recall: 0.8314941, f1: 0.83122575 },
} as const satisfies Record<string, BertScoreBaseline>;

export interface BertScoreOptions {
  /** Tokens of start and end: they weigh nothing, though other tokens may be most similar to them, as in bert_score. */
  specialIds?: readonly number[];
  /** Weights of tokens, `inverseDocumentFrequencies` of all references; without, all weigh the same. */
  idf?: InverseDocumentFrequencies;
  /** Rescales the scores; without, they stay cosines. */
  baseline?: BertScoreBaseline;
  /**
   * F1, before it is rescaled, of a text of which no token has weight: NaN, or 0 as in bert_score, which gives an identical
   * pair -5.55 with the baseline of distilroberta-base.
   */
  degenerateF1?: 'nan' | 'zero';
}

export interface BertScore extends OverlapScore {
  /**
   * `empty`: a text has no token but special ones; its scores are 0 before they are rescaled. `idf`: no token of a text has
   * weight, as with the idf of a single reference; its precision or recall is NaN, its F1 what `degenerateF1` says.
   */
  problem: 'none' | 'empty' | 'idf';
}

/** @throws {VividMedError} `shape` or `numeric` for vectors that do not go with the tokens, are not finite or 0 long. */
function unitVectors({ embeddings, ids }: EmbeddedText, where: string): { vectors: Float32Array; width: number } {
  const width = ids.length === 0 ? 0 : embeddings.length / ids.length;
  check(
    ids.length === 0 ? embeddings.length === 0 : Number.isInteger(width) && width > 0,
    'shape',
    `bertScore: expected a vector for each of the ${ids.length} tokens of the ${where}, found ${embeddings.length} numbers.`,
  );
  const vectors = new Float32Array(embeddings.length);
  for (let token = 0; token < ids.length; token++) {
    const row = embeddings.subarray(token * width, (token + 1) * width);
    let squares = 0;
    for (const value of row) squares += value * value;
    const norm = Math.sqrt(squares);
    check(
      Number.isFinite(norm) && norm > 0,
      'numeric',
      `bertScore: expected a finite vector that is not 0 for token ${token} of the ${where}, found length ${norm}.`,
    );
    for (let i = 0; i < width; i++) vectors[token * width + i] = row[i]! / norm;
  }
  return { vectors, width };
}

/** Mean of the best similarities of the tokens by their weights; NaN where they weigh nothing. */
function weightedMean(similarities: Float64Array, ids: ArrayLike<number>, weight: (id: number) => number): number {
  let [sum, total] = [0, 0];
  similarities.forEach((similarity, i) => {
    sum += similarity * weight(ids[i]!);
    total += weight(ids[i]!);
  });
  return sum / total;
}

function compare(candidate: EmbeddedText, reference: EmbeddedText, options: BertScoreOptions): BertScore {
  const { idf, degenerateF1 = 'nan' } = options;
  const special = new Set(options.specialIds);
  const [a, b] = [unitVectors(candidate, 'candidate'), unitVectors(reference, 'reference')];
  const hasWords = [candidate, reference].every(({ ids }) => Array.from(ids).some((id) => !special.has(id)));
  if (!hasWords) return { precision: 0, recall: 0, f1: 0, problem: 'empty' };
  const { width } = a;
  check(
    width === b.width,
    'shape',
    `bertScore: expected vectors of one size, found ${width} in the candidate and ${b.width} in the reference.`,
  );
  const best = [candidate, reference].map(({ ids }) => new Float64Array(ids.length).fill(-1)) as [
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < candidate.ids.length; i++) {
    for (let j = 0; j < reference.ids.length; j++) {
      let dot = 0;
      for (let c = 0; c < width; c++) dot += a.vectors[i * width + c]! * b.vectors[j * width + c]!;
      if (dot > best[0][i]!) best[0][i] = dot;
      if (dot > best[1][j]!) best[1][j] = dot;
    }
  }
  const weight = (id: number): number => (special.has(id) ? 0 : idf ? idf.weight(id) : 1);
  const precision = weightedMean(best[0], candidate.ids, weight);
  const recall = weightedMean(best[1], reference.ids, weight);
  if (Number.isNaN(precision + recall))
    return { precision, recall, f1: degenerateF1 === 'zero' ? 0 : Number.NaN, problem: 'idf' };
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1, problem: 'none' };
}

/**
 * BERTScore (Zhang et al. 2020; Tiiiger/bert_score) of one text from the embeddings of its tokens: precision is the mean over
 * the candidate's tokens, by their weights, of the cosine with the most similar token of the reference; recall the same the
 * other way round; F1 their harmonic mean. Of several references precision, recall and F1 are each the best.
 *
 * @throws {VividMedError} `shape` for embeddings [T, C] that do not go with the ids [T] or with each other; `numeric` for a
 * vector that is not finite or 0; `data` without a reference.
 */
export function bertScore(
  candidate: EmbeddedText,
  references: EmbeddedText | readonly EmbeddedText[],
  options: BertScoreOptions = {},
): BertScore {
  const list = 'ids' in references ? [references] : references;
  check(list.length > 0, 'data', 'bertScore: expected at least one reference, found none.');
  const scores = list.map((reference) => compare(candidate, reference, options));
  const rescaled = (name: keyof OverlapScore): number => {
    const score = Math.max(...scores.map((each) => each[name]));
    const baseline = options.baseline?.[name];
    return baseline === undefined ? score : (score - baseline) / (1 - baseline);
  };
  const [precision, recall, f1] = (['precision', 'recall', 'f1'] as const).map(rescaled) as [number, number, number];
  return { precision, recall, f1, problem: scores.find(({ problem }) => problem !== 'none')?.problem ?? 'none' };
}
