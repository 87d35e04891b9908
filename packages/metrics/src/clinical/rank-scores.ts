import { check } from '@vividmed/core';

interface RankedGroup {
  positives: number;
  negatives: number;
}

/** Cases of equal score together, best score first. */
function ranked(scores: readonly number[], truth: readonly boolean[], where: string): RankedGroup[] {
  check(
    scores.length === truth.length,
    'shape',
    `${where}: expected as many scores as truths, found ${scores.length} and ${truth.length}.`,
  );
  scores.forEach((score, i) =>
    check(!Number.isNaN(score), 'numeric', `${where}: expected a number as score of case ${i}, found NaN.`),
  );
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || 0);
  const groups: RankedGroup[] = [];
  order.forEach((at, i) => {
    if (i === 0 || scores[at] !== scores[order[i - 1]!]) groups.push({ positives: 0, negatives: 0 });
    groups.at(-1)![truth[at] ? 'positives' : 'negatives'] += 1;
  });
  return groups;
}

/**
 * Area under the ROC curve: the chance that a true case has a higher score than a false one, ties counting half. NaN unless
 * there are both.
 *
 * @throws {VividMedError} `shape` for lists of different lengths, `numeric` for a score that is no number.
 */
export function auroc(scores: readonly number[], truth: readonly boolean[]): number {
  let [above, negatives, wins] = [0, 0, 0];
  for (const group of ranked(scores, truth, 'auroc')) {
    wins += group.negatives * (above + group.positives / 2);
    above += group.positives;
    negatives += group.negatives;
  }
  return wins / (above * negatives);
}

/**
 * Average precision of scored cases: precision at each threshold weighted by the step of recall, without interpolation, as
 * scikit-learn's `average_precision_score`. NaN without true cases.
 *
 * @throws {VividMedError} `shape` for lists of different lengths, `numeric` for a score that is no number.
 */
export function averagePrecisionOfScores(scores: readonly number[], truth: readonly boolean[]): number {
  let [positives, seen, sum] = [0, 0, 0];
  for (const group of ranked(scores, truth, 'averagePrecisionOfScores')) {
    positives += group.positives;
    seen += group.positives + group.negatives;
    sum += group.positives * (positives / seen);
  }
  return sum / positives;
}
