import { check } from '@vividmed/core';
import type { Decision } from '../clinical/classification-f1.js';
import { countDecision, type DecisionCounts, meanRates, noDecisions, ratesOf, withZeros } from '../clinical/rates.js';
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

const kinds = ['truePositives', 'falsePositives', 'falseNegatives', 'trueNegatives'] as const;

/** Decisions on each finding of one report. */
type CaseDecisions = ReadonlyMap<string, DecisionCounts>;

/** @throws {VividMedError} `data` for a finding without a decision. */
function decisionsOf({ prediction, reference }: FindingLabels, names: readonly string[]): CaseDecisions {
  return new Map(
    names.map((name) => {
      const [said, isTrue] = [prediction[name], reference[name]];
      check(
        said !== undefined && isTrue !== undefined,
        'data',
        `findings: expected true, false or null for ${name} in prediction and reference, found nothing.`,
      );
      const counts = noDecisions();
      if (said !== null && isTrue !== null) countDecision(counts, said, isTrue);
      return [name, counts];
    }),
  );
}

function sumDecisions(all: Iterable<DecisionCounts>): DecisionCounts {
  const sum = noDecisions();
  for (const counts of all) for (const kind of kinds) sum[kind] += counts[kind];
  return sum;
}

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
  const { name: suffix, label, text } = rates[rate];
  const means =
    average === 'macro'
      ? 'mean over findings, where F1 of a finding that is nowhere is 0 and other rates without a value are left out'
      : 'over all findings together';
  const definition = listMetric<LabelledReport, CaseDecisions>({
    text: `${text}; ${means}; ${names ? names.join(', ') : `every finding of the set ${labelSet}`}`,
    version: '1',
    without: ({ findings }) => (findings?.labelSet === labelSet ? undefined : `needs findings of the set ${labelSet}`),
    remark: ({ findings }) => findings && `labelled by ${findings.labeller}`,
    // `without` left out the pairs that have none.
    item: ({ findings }) => decisionsOf(findings!, names ?? Object.keys(findings!.reference)),
    figure: (items) => {
      const counted = names ?? [...(items[0]?.keys() ?? [])];
      check(
        items.every((item) => item.size === counted.length && counted.every((name) => item.has(name))),
        'data',
        `${prefix}: expected the same findings of each report, found reports that differ in them.`,
        'a finding that is not known of a report is null.',
      );
      const byName = counted.map((name) => sumDecisions(items.map((item) => item.get(name)!)));
      const each = byName.map(ratesOf);
      const value = average === 'macro' ? meanRates(each, 'zero') : withZeros(ratesOf(sumDecisions(byName)));
      return { value: value[rate], perClass: Object.fromEntries(counted.map((name, i) => [name, each[i]![rate]])) };
    },
  });
  return {
    name: `${prefix}${suffix}${average === 'macro' ? 'Macro' : 'Micro'}`,
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
