import type { MetricResult, Profile, Scores, SkippedMetric } from '@vividmed/metrics';
import type { EvaluationTask } from '../prediction.js';

/** The figures of one task on one data set. */
export interface ScoredSet {
  /** As tables write it: "MIMIC-CXR", "Phantom". */
  dataset: string;
  task: EvaluationTask;
  numSamples: number;
  scores: Readonly<Partial<Record<Profile, Scores>>>;
}

/** What a set has under a metric: its result, or why there is none. */
export function lookUp(set: ScoredSet, profile: Profile, metric: string): MetricResult | SkippedMetric | undefined {
  const { results = [], skipped = [] } = set.scores[profile] ?? {};
  return results.find((result) => result.metric === metric) ?? skipped.find((each) => each.metric === metric);
}
