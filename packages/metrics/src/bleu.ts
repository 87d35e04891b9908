import { check } from '@vividmed/core';
import { tokenize13a } from './tokenize-13a.js';

export interface BleuOptions {
  /** Length of the longest n-grams: 4 for BLEU-4. */
  maxOrder?: number;
  /**
   * `corpus` sums the counts of all texts (Papineni et al. 2002). `sentence` is the mean of the BLEU of each text, which is
   * what the published evaluation reports: 0 for every text without a common n-gram of each length.
   */
  average?: 'corpus' | 'sentence';
}

interface Counts {
  matched: number[];
  possible: number[];
  length: number;
  referenceLength: number;
}

function countNgrams(tokens: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + order <= tokens.length; i++) {
    const gram = tokens.slice(i, i + order).join(' ');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function count(text: string, reference: string, maxOrder: number): Counts {
  const [candidate, truth] = [text, reference].map((t) => tokenize13a(t.toLowerCase())) as [string[], string[]];
  const matched = Array.from({ length: maxOrder }, () => 0);
  const possible = Array.from({ length: maxOrder }, () => 0);
  for (let order = 1; order <= maxOrder; order++) {
    const known = countNgrams(truth, order);
    for (const [gram, times] of countNgrams(candidate, order)) {
      matched[order - 1]! += Math.min(times, known.get(gram) ?? 0);
      possible[order - 1]! += times;
    }
  }
  return { matched, possible, length: candidate.length, referenceLength: truth.length };
}

function score({ matched, possible, length, referenceLength }: Counts): number {
  if (matched.some((times) => times === 0)) return 0;
  const precision = matched.reduce((sum, times, i) => sum + Math.log(times / possible[i]!), 0) / matched.length;
  return Math.exp(precision + Math.min(0, 1 - referenceLength / length));
}

const add = (a: Counts, b: Counts): Counts => ({
  matched: a.matched.map((value, i) => value + b.matched[i]!),
  possible: a.possible.map((value, i) => value + b.possible[i]!),
  length: a.length + b.length,
  referenceLength: a.referenceLength + b.referenceLength,
});

/**
 * BLEU (Papineni et al. 2002) with one reference a text, in [0, 1]: the geometric mean of the clipped n-gram precisions up
 * to `maxOrder` times the brevity penalty, without smoothing, on lower-cased tokens of rule 13a. NaN without texts.
 *
 * @throws {VividMedError} `shape` for lists of different lengths.
 */
export function bleu(predicted: readonly string[], references: readonly string[], options: BleuOptions = {}): number {
  const { maxOrder = 4, average = 'corpus' } = options;
  check(
    predicted.length === references.length,
    'shape',
    `bleu: expected as many predictions as references, found ${predicted.length} and ${references.length}.`,
  );
  if (predicted.length === 0) return Number.NaN;
  const counts = predicted.map((text, i) => count(text, references[i]!, maxOrder));
  if (average === 'corpus') return score(counts.reduce(add));
  return counts.reduce((sum, each) => sum + score(each), 0) / counts.length;
}
