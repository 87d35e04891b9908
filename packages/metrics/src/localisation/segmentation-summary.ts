import { groupBy, meanOfDefined } from './group-by.js';
import type { SegmentationScores } from './segmentation-scores.js';

/** One metric over many pairs of masks. */
export interface MetricSummary {
  /** Mean of the values that are finite; NaN without any. */
  mean: number;
  numFinite: number;
  /** Pairs of which one mask is empty, where the metric is a distance. A mean over the others alone hides them. */
  numInfinite: number;
  /** Pairs that have no value: both masks are empty. */
  numUndefined: number;
}

export type SegmentationSummary = Record<keyof SegmentationScores, MetricSummary>;

export interface LabelledSegmentation {
  label: string;
  scores: SegmentationScores;
}

const names = [
  'dice',
  'iou',
  'volumetricSimilarity',
  'surfaceDice',
  'hausdorffMm',
  'hausdorff95Mm',
  'assdMm',
  'masdMm',
] as const satisfies readonly (keyof SegmentationScores)[];

function summarise(values: readonly number[]): MetricSummary {
  const finite = values.filter(Number.isFinite);
  return {
    mean: meanOfDefined(finite),
    numFinite: finite.length,
    numInfinite: values.filter((value) => value === Infinity).length,
    numUndefined: values.filter(Number.isNaN).length,
  };
}

const summariseAll = (scores: readonly SegmentationScores[]): SegmentationSummary => {
  const entries = names.map((name) => [name, summarise(scores.map((each) => each[name]))]);
  return Object.fromEntries(entries) as SegmentationSummary; // Built from every name of it.
};

/**
 * Metrics of many pairs of masks: of each class, of all pairs alike, and the mean over the classes, in which a rare class
 * counts as much as a common one.
 */
export function summariseSegmentations(samples: readonly LabelledSegmentation[]): {
  perClass: Record<string, SegmentationSummary>;
  overall: SegmentationSummary;
  meanOverClasses: SegmentationScores;
} {
  const classes = [...groupBy(samples, ({ label }) => label)].map(
    ([label, group]) => [label, summariseAll(group.map(({ scores }) => scores))] as const,
  );
  const means = names.map((name) => [name, meanOfDefined(classes.map(([, summary]) => summary[name].mean))]);
  return {
    perClass: Object.fromEntries(classes),
    overall: summariseAll(samples.map(({ scores }) => scores)),
    meanOverClasses: Object.fromEntries(means) as SegmentationScores, // Built from every name of it.
  };
}
