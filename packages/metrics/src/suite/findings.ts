import { classificationF1, type LabelScores } from '../classification-f1.js';
import { type Figure, listMetric } from './definition.js';
import { inBoth, type MetricEntry } from './entry.js';
import type { TextPair } from './texts.js';

/** Findings that a labeller read out of a prediction and of its reference (or that are known of the reference). */
export interface FindingLabels {
  /** Which findings these are: `chexpert`, `ct-rate`, or a name of your own. */
  labelSet: string;
  /** Who labelled: "CheXbert", "rules", "RadBERT". Part of what the figure means, so it stands in its notes. */
  labeller: string;
  prediction: Readonly<Record<string, boolean>>;
  reference: Readonly<Record<string, boolean>>;
}

/** A report to score beside the one that is right. */
export interface LabelledReport extends TextPair {
  findings?: FindingLabels;
}

type Rate = 'f1' | 'falseNegativeRate' | 'falseOmissionRate';
type Mean = 'macro' | 'micro';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The rate over all decisions together. */
function micro(labels: readonly LabelScores[], rate: Rate): number {
  const [tp, fp, fn, tn] = (['truePositives', 'falsePositives', 'falseNegatives', 'trueNegatives'] as const).map((key) =>
    sum(labels.map((label) => label[key])),
  ) as [number, number, number, number];
  if (rate === 'f1') return (2 * tp) / (2 * tp + fp + fn);
  return fn / (fn + (rate === 'falseNegativeRate' ? tp : tn));
}

/** The mean rate of the labels. F1 of a label that is nowhere is 0, as in scikit-learn; other rates without value are left out. */
function macro(labels: readonly LabelScores[], rate: Rate): number {
  const values = labels.map((label) => label[rate]).map((value) => (rate === 'f1' && Number.isNaN(value) ? 0 : value));
  const known = values.filter((value) => !Number.isNaN(value));
  return sum(known) / known.length;
}

const meanings: Record<Rate, { name: string; label: string; text: string }> = {
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

/** F1, false negative rate and false omission rate of the findings of one set, macro and micro. */
export function findingEntries<P extends LabelledReport>(set: FindingMetrics): MetricEntry<P>[] {
  const entry = (rate: Rate, mean: Mean): MetricEntry<P> => {
    const { name, label, text } = meanings[rate];
    const means = mean === 'macro' ? 'mean over labels, F1 of a label that is nowhere counting 0' : 'over all labels together';
    const definition = listMetric<P, FindingLabels>({
      text: `${text}; ${means}; ${set.names ? set.names.join(', ') : `every finding of the set ${set.labelSet}`}`,
      version: '1',
      without: ({ findings }) =>
        findings?.labelSet === set.labelSet ? undefined : `needs findings of the set ${set.labelSet}`,
      remark: ({ findings }) => findings && `labelled by ${findings.labeller}`,
      item: ({ findings }) => findings as FindingLabels, // `without` left out the pairs that have none.
      figure: (items): Figure => {
        const names = set.names ?? Object.keys(items[0]?.reference ?? {});
        const { labels } = classificationF1(
          items.map(({ prediction }) => prediction),
          items.map(({ reference }) => reference),
          names,
        );
        const scores = names.map((finding) => labels[finding]!);
        return {
          value: mean === 'macro' ? macro(scores, rate) : micro(scores, rate),
          perClass: Object.fromEntries(names.map((finding, i) => [finding, scores[i]![rate]])),
        };
      },
    });
    return {
      name: `${set.prefix}${name}${mean === 'macro' ? 'Macro' : 'Micro'}`,
      label: `${set.label} ${label}, ${mean}`,
      better: rate === 'f1' ? 'higher' : 'lower',
      ...(set.modalities ? { modalities: set.modalities } : {}),
      definitions: rate === 'falseNegativeRate' ? { reference: definition } : inBoth(definition),
    };
  };
  return (['f1', 'falseNegativeRate', 'falseOmissionRate'] as const).flatMap((rate) => [
    entry(rate, 'macro'),
    entry(rate, 'micro'),
  ]);
}
