import { classificationF1, type Decision } from '../clinical/classification-f1.js';
import type { Rates } from '../clinical/rates.js';
import { listMetric } from './definition.js';
import { inBoth, type MetricEntry } from './entry.js';
import type { TextPair } from './texts.js';

/** Findings that a labeller read out of a prediction and of its reference (or that are known of the reference). */
export interface FindingLabels {
  /** Which findings these are: `chexpert`, `ct-rate`, or a name of your own. */
  labelSet: string;
  /** Who labelled: "CheXbert", "rules", "RadBERT". Part of what the figure means, so it stands in its notes. */
  labeller: string;
  /** Whether each finding is there; null leaves the report out of that finding. */
  prediction: Readonly<Record<string, Decision>>;
  reference: Readonly<Record<string, Decision>>;
}

/** A report to score beside the one that is right. */
export interface LabelledReport extends TextPair {
  findings?: FindingLabels;
}

type Rate = 'f1' | 'falseNegativeRate' | 'falseOmissionRate';

const rates: Record<Rate, { name: string; label: string; text: string }> = {
  f1: { name: 'F1', label: 'F1', text: 'F1' },
  falseNegativeRate: {
    name: 'FalseNegativeRate',
    label: 'false negative rate',
    text: 'FN / (FN + TP), the missed share of what is there',
  },
  falseOmissionRate: {
    name: 'FalseOmissionRate',
    label: 'false omission rate',
    text: 'FN / (FN + TN), the wrong share of negative statements, which the paper prints as "FNR"',
  },
};

interface FindingMetrics {
  /** Start of the names: `chexpert14`. */
  prefix: string;
  /** As tables write it: "CheXpert 14". */
  label: string;
  labelSet: string;
  /** Findings of the set that count; all when left out. */
  names?: readonly string[];
  modalities?: readonly string[];
}

function rateEntry(set: FindingMetrics, rate: Rate, average: 'macro' | 'micro'): MetricEntry<LabelledReport> {
  const { prefix, labelSet, names, modalities } = set;
  const { name, label, text } = rates[rate];
  const means =
    average === 'macro'
      ? 'mean over findings, where F1 of a finding that is nowhere is 0 and other rates without a value are left out'
      : 'over all findings together';
  const definition = listMetric<LabelledReport, FindingLabels>({
    text: `${text}; ${means}; ${names ? names.join(', ') : `every finding of the set ${labelSet}`}`,
    version: '1',
    without: ({ findings }) => (findings?.labelSet === labelSet ? undefined : `needs findings of the set ${labelSet}`),
    remark: ({ findings }) => findings && `labelled by ${findings.labeller}`,
    item: ({ findings }) => findings as FindingLabels, // `without` left out the pairs that have none.
    figure: (items) => {
      const counted = names ?? Object.keys(items[0]?.reference ?? {});
      const { labels, [average]: value } = classificationF1<string>(
        items.map(({ prediction }) => prediction),
        items.map(({ reference }) => reference),
        counted,
        { absentLabels: 'zero' },
      );
      return {
        value: value[rate satisfies keyof Rates],
        perClass: Object.fromEntries(counted.map((finding) => [finding, labels[finding]![rate]])),
      };
    },
  });
  return {
    name: `${prefix}${name}${average === 'macro' ? 'Macro' : 'Micro'}`,
    label: `${set.label} ${label}, ${average}`,
    better: rate === 'f1' ? 'higher' : 'lower',
    ...(modalities ? { modalities } : {}),
    // The published code has no false negative rate, whatever it calls the other.
    definitions: rate === 'falseNegativeRate' ? { reference: definition } : inBoth(definition),
  };
}

/** F1, false negative rate and false omission rate of the findings of one set, macro and micro. */
export const findingEntries = (set: FindingMetrics): MetricEntry<LabelledReport>[] =>
  (['f1', 'falseNegativeRate', 'falseOmissionRate'] as const).flatMap((rate) => [
    rateEntry(set, rate, 'macro'),
    rateEntry(set, rate, 'micro'),
  ]);
