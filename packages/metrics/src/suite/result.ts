import type { Interval } from '../statistics/bootstrap.js';

/**
 * Which rules a figure follows: `reference`, those of the metric's authors or of the field; `paper`, what the published
 * evaluation of the VividMed paper computes, under the name of what that is.
 */
export type Profile = 'reference' | 'paper';

/** One figure with all that is needed to know what it is. */
export interface MetricResult {
  /** Name in the catalogue: `bleu4`. */
  metric: string;
  /** As a table writes it: "BLEU-4". */
  label: string;
  value: number;
  /** One value a sample in the order of `ids`; NaN where the metric has none for that sample. */
  perSample?: readonly number[];
  perClass?: Readonly<Record<string, number>>;
  /** Samples that the value is made of. */
  n: number;
  profile: Profile;
  /** What is computed, with every choice that changes the value. */
  definition: string;
  /** Changes whenever the same samples would give another value. */
  version: string;
  unit?: string;
  better: 'higher' | 'lower';
  /** Modalities (of DICOM) that the metric is made for; all when left out. */
  modalities?: readonly string[];
  interval?: Interval;
  /** What a reader of the figure has to know: samples left out, empty texts, a modality that was forced. */
  notes: readonly string[];
}

/** A metric without a figure, and why. */
export interface SkippedMetric {
  metric: string;
  label: string;
  profile: Profile;
  reason: string;
}

export interface Scores {
  results: readonly MetricResult[];
  skipped: readonly SkippedMetric[];
  /** Of all samples, in the order in which they came. */
  ids: readonly string[];
}
