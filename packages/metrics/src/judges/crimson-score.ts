import { check } from '@vividmed/core';

/** How much a finding matters, and what it weighs. */
export const crimsonWeights = {
  urgent: 1,
  'actionable, not urgent': 0.5,
  'not actionable': 0.25,
  'benign or expected': 0,
} as const;
export type CrimsonSignificance = keyof typeof crimsonWeights;

export interface CrimsonFindings {
  /** Findings of the reference; those that the prediction has list how wrong their details are. */
  reference: readonly {
    significance: CrimsonSignificance;
    isMatched: boolean;
    /** Errors of place, degree, size and so on of a matched finding. */
    attributeErrors?: readonly ('significant' | 'negligible')[];
  }[];
  /** Findings of the prediction that the reference has not. */
  falseFindings: readonly CrimsonSignificance[];
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const isSignificance = (value: unknown): value is CrimsonSignificance =>
  typeof value === 'string' && Object.hasOwn(crimsonWeights, value);

function weightOf(significance: unknown): number {
  check(
    isSignificance(significance),
    'data',
    `crimsonScore: expected a significance (${Object.keys(crimsonWeights).join('; ')}), found another value.`,
  );
  return crimsonWeights[significance];
}

/**
 * CRIMSON of judged findings, in (-1, 1]: weighted credit for what is right less the weight of what is false, per weight of the
 * reference; below 0 it saturates. A reference without weight has 1 when nothing false of weight is said
 * (rajpurkarlab/CRIMSON@07e3331, generate_score.py).
 *
 * @throws {VividMedError} `data` for an unknown significance.
 */
export function crimsonScore({ reference, falseFindings }: CrimsonFindings): number {
  const total = sum(reference.map(({ significance }) => weightOf(significance)));
  const wrong = sum(falseFindings.map(weightOf));
  const right = sum(
    reference.map(({ significance, isMatched, attributeErrors = [] }) => {
      const weight = weightOf(significance);
      const penalty = 0.5 * attributeErrors.filter((error) => error === 'significant').length;
      // Benign findings weigh nothing, with or without errors.
      return isMatched && weight > 0 ? (weight * weight) / (weight + penalty) : 0;
    }),
  );
  if (total === 0 && wrong === 0) return 1;
  const excess = wrong - right;
  return excess <= 0 ? -excess / total : -excess / (1 + excess);
}
