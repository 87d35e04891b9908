import { check } from '@vividmed/core';

/**
 * Area under the ROC curve: the chance that a positive case is scored above a negative one, ties counting one half (Mann and
 * Whitney 1947). NaN where one kind is missing.
 *
 * @throws {VividMedError} `shape` for lists of different lengths, `data` for a score that is not a number.
 */
export function rocAuc(scores: readonly number[], isPositive: readonly boolean[]): number {
  check(
    scores.length === isPositive.length,
    'shape',
    `rocAuc: expected as many scores as labels, found ${scores.length} and ${isPositive.length}.`,
  );
  const numBad = scores.filter(Number.isNaN).length;
  check(
    numBad === 0,
    'data',
    `rocAuc: expected scores that are numbers, found ${numBad} of ${scores.length} that are not.`,
  );
  const order = scores.map((score, i) => ({ score, positive: isPositive[i]! })).sort((a, b) => a.score - b.score);
  let [rankSum, positives] = [0, 0];
  for (let first = 0; first < order.length;) {
    let end = first;
    while (end < order.length && order[end]!.score === order[first]!.score) end++;
    // Ranks count from 1; equal scores share their mean.
    const rank = (first + 1 + end) / 2;
    for (const { positive } of order.slice(first, end)) {
      if (!positive) continue;
      positives++;
      rankSum += rank;
    }
    first = end;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
