import { labelReport } from '@vividmed/datasets';
import {
  chexpertLabels,
  ctRateLabels,
  type FindingLabels,
  labelChestReport,
  labelCtReport,
  type LabelState,
} from '@vividmed/metrics';
import type { Reference } from '../reference.js';

type Decisions = Readonly<Record<string, boolean | null>>;

/** Reads findings out of a text. */
interface Labeller {
  labelSet: string;
  labeller: string;
  names?: readonly string[];
  label(text: string): Decisions;
}

/** Uncertain mentions count as positive, as is the practice with CheXbert. */
const asDecisions = (states: Readonly<Record<string, LabelState>>): Decisions =>
  Object.fromEntries(
    Object.entries(states).map(([name, state]) => [name, state === 'positive' || state === 'uncertain']),
  );

const chest: Labeller = {
  labelSet: 'chexpert',
  labeller: 'the rules of @vividmed/metrics, which are not CheXbert',
  names: chexpertLabels,
  label: (text) => asDecisions(labelChestReport(text)),
};

/** Labellers that need no weights, by the data set whose reports they read. */
const labellers: Readonly<Record<string, Labeller>> = {
  phantom: { labelSet: 'phantom', labeller: 'the rules of the phantom', label: labelReport },
  'mimic-cxr': chest,
  'iu-xray': chest,
  'ct-rate': {
    labelSet: 'ct-rate',
    labeller: 'the rules of @vividmed/metrics, which are not RadBERT',
    names: ctRateLabels,
    label: (text) => asDecisions(labelCtReport(text)),
  },
};

/**
 * Findings of a predicted report and of its reference. On the phantom those of the reference are what was drawn; elsewhere they
 * are read out of the reference report, as the paper does with CheXbert. Nothing for data sets without a labeller.
 */
export function findingsOf(prediction: string, { dataset, labels, report }: Reference): FindingLabels | undefined {
  const reader = labellers[dataset];
  if (!reader || report === undefined) return undefined;
  const known = dataset === 'phantom' && labels ? labels : undefined;
  const said = reader.label(prediction);
  const names = reader.names ?? Object.keys(said);
  const of = (all: Decisions): Record<string, boolean | null> =>
    Object.fromEntries(names.map((name) => [name, all[name] ?? null]));
  return {
    labelSet: reader.labelSet,
    labeller: known ? `${reader.labeller}; the reference is what was drawn` : reader.labeller,
    prediction: of(said),
    reference: of(known ?? reader.label(report)),
  };
}
