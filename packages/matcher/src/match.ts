import { check } from '@vividmed/core';
import { type Assign, munkresAssign } from './assign.js';
import { type Box, centreSizeToCorners, checkBoxes, pairwiseGiou, pairwiseL1, type Profile } from './boxes.js';

export interface MatchingCostInput {
  /** Predicted boxes of the m queries, centre-size. */
  boxes: readonly Box[];
  /** Presence logits of the queries. */
  presenceLogits: readonly number[];
  /** True boxes, centre-size. */
  targets: readonly Box[];
  profile?: Profile;
  /** Weights of the terms; those of `matchingDefaults` by default. */
  weights?: { l1: number; giou: number; classification: number };
  /** Focal parameters of profile `paper`; those of `matchingDefaults` by default. */
  focal?: { gamma: number; alpha: number };
}

/** Weights of the terms (original-implementation section 3), and focal parameters, which are those of the presence loss. */
export const matchingDefaults = {
  weights: { l1: 5, giou: 2, classification: 2 },
  focal: { gamma: 2, alpha: 0.85 },
} as const;

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/**
 * What it costs a query to take a box rather than none, in the presence term: the difference of its two focal losses, so
 * that the assignment of least cost is that of least loss.
 */
function focalCost(logit: number, { gamma, alpha }: { gamma: number; alpha: number }): number {
  const p = 1 / (1 + Math.exp(-logit));
  return alpha * (1 - p) ** gamma * softplus(-logit) - (1 - alpha) * p ** gamma * softplus(logit);
}

/**
 * Cost of giving each box to each query: [m][n], 5 L1 + 2 (1 - GIoU) + 2 presence (paper 3.2.2, Eq. 2).
 *
 * Profile `paper` uses the focal loss for presence, with the parameters of the training loss; `original` is linear in the
 * probability: 1 - p for a box, against p for none.
 *
 * @throws {VividMedError} `shape`, or `numeric` naming the box and coordinate, or the logit, that is not finite.
 */
export function matchingCost(input: MatchingCostInput): number[][] {
  const { boxes, presenceLogits, targets, profile = 'paper' } = input;
  const { weights, focal } = { ...matchingDefaults, ...input };
  checkBoxes(boxes, 'centreSize', 'matchingCost: boxes');
  checkBoxes(targets, 'centreSize', 'matchingCost: targets');
  check(
    presenceLogits.length === boxes.length,
    'shape',
    `matchingCost: expected a presence logit for each of ${boxes.length} boxes, found ${presenceLogits.length}.`,
  );
  presenceLogits.forEach((logit, q) =>
    check(Number.isFinite(logit), 'numeric', `matchingCost: expected a finite presence logit ${q}, found ${logit}.`),
  );
  const l1 = pairwiseL1(boxes, targets);
  const giou = pairwiseGiou(boxes.map(centreSizeToCorners), targets.map(centreSizeToCorners), profile);
  return presenceLogits.map((logit, q) => {
    const p = 1 / (1 + Math.exp(-logit));
    // The published code adds dummy columns of cost 2 p for queries without a box; taking them off leaves the same optimum.
    const presence = profile === 'paper' ? focalCost(logit, focal) : 1 - 2 * p;
    return targets.map(
      (_, t) => weights.l1 * l1[q]![t]! + weights.giou * (1 - giou[q]![t]!) + weights.classification * presence,
    );
  });
}

export interface Match {
  /** [query, target], by query. */
  pairs: [number, number][];
  /** Targets left over where there are more than queries. */
  unmatchedTargets: number[];
}

/**
 * Assigns true boxes to the instance queries of one phrase (paper 3.2.2: Hungarian matching). Every box has a query of its
 * own while there are enough; without boxes nothing is matched.
 *
 * @param input `assign` solves the assignment: munkres-js by default, `jonkerVolgenantAssign` for hundreds of queries.
 */
export function matchBoxes({ assign = munkresAssign, ...input }: MatchingCostInput & { assign?: Assign }): Match {
  const pairs = assign(matchingCost(input));
  const matched = new Set(pairs.map(([, target]) => target));
  return { pairs, unmatchedTargets: input.targets.map((_, i) => i).filter((i) => !matched.has(i)) };
}
