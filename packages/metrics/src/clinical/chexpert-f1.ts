import { check } from '@vividmed/core';
import {
  type ClassificationOptions,
  classificationF1,
  type ClassificationScores,
  type Decision,
} from './classification-f1.js';
import { type ChexpertLabel, chexpertLabels } from './label-sets.js';
import type { LabelState } from './label-state.js';

/**
 * What an uncertain mention counts as: `positive` (the published practice with CheXbert), `negative`, `ignore` (the case is
 * left out of that label where either side is uncertain), or `own-class` (each label has a second one, `NAME (uncertain)`).
 */
export type UncertainPolicy = 'positive' | 'negative' | 'ignore' | 'own-class';

export interface StateOptions extends ClassificationOptions {
  uncertain?: UncertainPolicy;
}

type States = Readonly<Partial<Record<string, LabelState>>>;

const isState = (value: unknown): value is LabelState =>
  value === 'blank' || value === 'positive' || value === 'negative' || value === 'uncertain';

const uncertainName = (name: string): string => `${name} (uncertain)`;

function decisionOf(state: LabelState, policy: UncertainPolicy): Decision {
  if (state !== 'uncertain') return state === 'positive';
  return policy === 'ignore' ? null : policy === 'positive';
}

function decisions(
  cases: readonly States[],
  names: readonly string[],
  policy: UncertainPolicy,
  where: string,
): Record<string, Decision>[] {
  return cases.map((said, i) => {
    const out: Record<string, Decision> = {};
    for (const name of names) {
      const state = said[name];
      check(isState(state), 'data', `stateF1: expected a state of ${name} in ${where} ${i}, found ${typeof state}.`);
      out[name] = decisionOf(state, policy);
      if (policy === 'own-class') out[uncertainName(name)] = state === 'uncertain';
    }
    return out;
  });
}

/**
 * F1 of states of labels: blank and negative are no, positive is yes, uncertain is what the policy says. Labels that are
 * neither true nor predicted count 0 by default, as in scikit-learn and the published evaluations.
 *
 * @throws {VividMedError} `shape` for lists of different lengths, `data` for a case without the state of one of the labels.
 */
export function stateF1(
  predicted: readonly States[],
  truth: readonly States[],
  names: readonly string[],
  { uncertain = 'positive', absentLabels = 'zero' }: StateOptions = {},
): ClassificationScores<string> {
  return classificationF1(
    decisions(predicted, names, uncertain, 'prediction'),
    decisions(truth, names, uncertain, 'truth'),
    uncertain === 'own-class' ? names.flatMap((name) => [name, uncertainName(name)]) : names,
    { absentLabels },
  );
}

/**
 * CheXpert F1 from the states that CheXbert, a radiologist or rules gave: over the 14 labels, or over `chexpertFive`. Blank
 * and negative are one class, as in CheXbert's evaluation. For reports of chest radiographs.
 *
 * @throws {VividMedError} as `stateF1`.
 */
export function chexpertF1(
  predicted: readonly Readonly<Record<ChexpertLabel, LabelState>>[],
  truth: readonly Readonly<Record<ChexpertLabel, LabelState>>[],
  { labels = chexpertLabels, ...options }: StateOptions & { labels?: readonly ChexpertLabel[] } = {},
): ClassificationScores<string> {
  return stateF1(predicted, truth, labels, options);
}
