import { check } from '@vividmed/core';

export interface InverseDocumentFrequencies {
  numDocuments: number;
  /** log((N + 1) / (n + 1)) of a token in n of N references: 0 for one in all, log(N + 1) for one in none. */
  weight(id: number): number;
  /** True where no token of the references has weight, as with a single reference: scores by these weights say nothing. */
  isDegenerate: boolean;
}

/**
 * Weights of tokens as bert_score has them, from the tokens of every reference. Memory grows with the vocabulary, not with the
 * number of references, which may come one at a time.
 *
 * @throws {VividMedError} `data` without references.
 */
export function inverseDocumentFrequencies(references: Iterable<ArrayLike<number>>): InverseDocumentFrequencies {
  const counts = new Map<number, number>();
  let numDocuments = 0;
  for (const ids of references) {
    for (const id of new Set(Array.from(ids))) counts.set(id, (counts.get(id) ?? 0) + 1);
    numDocuments += 1;
  }
  check(numDocuments > 0, 'data', 'inverseDocumentFrequencies: expected at least one reference, found none.');
  return {
    numDocuments,
    weight: (id) => Math.log((numDocuments + 1) / ((counts.get(id) ?? 0) + 1)),
    isDegenerate: [...counts.values()].every((count) => count === numDocuments),
  };
}
