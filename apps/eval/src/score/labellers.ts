import { labelReport } from '@vividmed/datasets';
import type { FindingLabels } from '@vividmed/metrics';
import type { Reference } from '../reference.js';

/** Reads findings out of a text. */
interface Labeller {
  labelSet: string;
  labeller: string;
  label(text: string): Readonly<Record<string, boolean>>;
}

/** Labellers that need no weights, by the data set whose reports they read. */
const labellers: Readonly<Record<string, Labeller>> = {
  phantom: { labelSet: 'phantom', labeller: 'rules of the phantom', label: labelReport },
};

/**
 * Findings of a predicted report and of its reference: those known of the image where the data set has them, else those that
 * the labeller reads in the reference report. Nothing for data sets without a labeller.
 */
export function findingsOf(prediction: string, { dataset, labels, report }: Reference): FindingLabels | undefined {
  const reader = labellers[dataset.toLowerCase()];
  if (!reader || (!labels && report === undefined)) return undefined;
  const said = reader.label(prediction);
  const reference = labels ?? reader.label(report!);
  const names = Object.keys(reference).filter((name) => name in said);
  const only = (all: Readonly<Record<string, boolean>>): Record<string, boolean> =>
    Object.fromEntries(names.map((name) => [name, all[name] === true]));
  return {
    labelSet: reader.labelSet,
    labeller: labels ? `${reader.labeller}; references by the labels of the data set` : reader.labeller,
    prediction: only(said),
    reference: only(reference),
  };
}
