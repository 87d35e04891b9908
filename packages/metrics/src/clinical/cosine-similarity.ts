import { check } from '@vividmed/core';
import { mean } from './mean.js';

/**
 * Cosine of the angle between two vectors.
 *
 * @throws {VividMedError} `shape` for vectors of different lengths, `numeric` for one that is zero or not finite.
 */
export function cosineSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  check(
    a.length === b.length && a.length > 0,
    'shape',
    `cosineSimilarity: expected vectors of one length, found ${a.length} and ${b.length}.`,
  );
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    squareA += a[i]! ** 2;
    squareB += b[i]! ** 2;
  }
  const scale = Math.sqrt(squareA) * Math.sqrt(squareB);
  check(
    scale > 0 && Number.isFinite(scale) && Number.isFinite(dot),
    'numeric',
    'cosineSimilarity: expected finite vectors with a length above 0, found one without.',
  );
  return dot / scale;
}

/**
 * CheXbert similarity ("s_emb"): the cosine between CheXbert's [CLS] vectors of a predicted and a true report, of each pair
 * and their mean; NaN without pairs. Vectors are [768] in the published model, taken before the heads, without dropout.
 *
 * @throws {VividMedError} `shape` for lists or vectors of different lengths, `numeric` for a vector without a direction.
 */
export function chexbertSimilarity(
  predicted: readonly ArrayLike<number>[],
  truth: readonly ArrayLike<number>[],
): { mean: number; perSample: number[] } {
  check(
    predicted.length === truth.length,
    'shape',
    `chexbertSimilarity: expected as many predictions as truths, found ${predicted.length} and ${truth.length}.`,
  );
  const perSample = truth.map((vector, i) => cosineSimilarity(predicted[i]!, vector));
  return { mean: mean(perSample), perSample };
}
