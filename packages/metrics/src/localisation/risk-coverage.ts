import { check } from '@vividmed/core';
import { groupBy } from './group-by.js';

export interface ScoredLoss {
  /** How sure the model is; larger is surer. */
  confidence: number;
  /** How wrong it is: 0 or 1, 1 - Dice, or any other number that is better when small. */
  loss: number;
}

export interface RiskCoverage {
  /** For each threshold of confidence: share of cases at or above it, and their mean loss. Fewest cases first. */
  curve: { threshold: number; coverage: number; risk: number }[];
  /** Area under the curve: mean over the numbers of cases kept of the mean loss of the surest. NaN without cases. */
  aurc: number;
  /** `aurc` less that of the best order there is, in which the smallest losses are the surest: 0 is perfect. */
  excessAurc: number;
}

/**
 * Mean over n of the mean loss of the n surest cases. Cases of one confidence are taken up evenly: what orders of them give on
 * average.
 */
function areaOf(groups: readonly (readonly ScoredLoss[])[]): number {
  let [kept, sum, area] = [0, 0, 0];
  for (const group of groups) {
    const mean = group.reduce((total, { loss }) => total + loss, 0) / group.length;
    for (let i = 0; i < group.length; i++) {
      kept += 1;
      sum += mean;
      area += sum / kept;
    }
  }
  return area / kept;
}

const surestFirst = (cases: readonly ScoredLoss[], key: (one: ScoredLoss) => number): ScoredLoss[][] =>
  [...groupBy(cases, key)].toSorted(([a], [b]) => b - a).map(([, group]) => group);

/**
 * What abstaining in the least sure cases would buy: the risk of the answers that are left over how many are left, and the area
 * under that curve (Geifman and El-Yaniv 2017; excess over the best order: Geifman et al. 2019).
 *
 * @throws {VividMedError} `numeric` for a confidence or loss that is no finite number.
 */
export function riskCoverage(cases: readonly ScoredLoss[]): RiskCoverage {
  cases.forEach(({ confidence, loss }, i) =>
    check(
      Number.isFinite(confidence) && Number.isFinite(loss),
      'numeric',
      `riskCoverage: expected a finite confidence and loss of case ${i}, found ${confidence} and ${loss}.`,
    ),
  );
  const groups = surestFirst(cases, ({ confidence }) => confidence);
  let [kept, sum] = [0, 0];
  const curve = groups.map((group) => {
    kept += group.length;
    sum += group.reduce((total, { loss }) => total + loss, 0);
    return { threshold: group[0]!.confidence, coverage: kept / cases.length, risk: sum / kept };
  });
  const aurc = areaOf(groups);
  return { curve, aurc, excessAurc: aurc - areaOf(surestFirst(cases, ({ loss }) => -loss)) };
}
