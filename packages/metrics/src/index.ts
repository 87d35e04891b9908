export { answerAccuracy } from './answer-accuracy.js';
export { type AveragePrecision, boxAveragePrecision, type ScoredBox } from './average-precision.js';
export { bleu, type BleuOptions } from './bleu.js';
export { boxGiou, boxIou } from './boxes.js';
export type { Box } from '@vividmed/core';
export {
  type ClassificationOptions,
  classificationF1,
  type ClassificationScores,
  type LabelScores,
} from './classification-f1.js';
export { dice } from './dice.js';
export { maskIou } from './mask-iou.js';
export type { Mask } from './mask-overlap.js';
export { tokenize13a } from './tokenize-13a.js';

export { type AnswerPair, answerMetrics, scoreAnswers } from './suite/answers.js';
export { bootstrapInterval, type BootstrapOptions, type Interval, type Statistic } from './statistics/bootstrap.js';
export type { ClusterKey } from './statistics/clusters.js';
export { type CompareOptions, type Comparison, type Comparisons, compareSystems } from './suite/compare.js';
export type { Accumulator, Definition, Figure, PairedAccumulator } from './suite/definition.js';
export { classMeanMetric, listMetric, meanMetric, sumsMetric } from './suite/definition.js';
export type { MetricEntry, ScoredPair } from './suite/entry.js';
export type { FindingLabels } from './suite/findings.js';
export { type LocalisationPair, localisationMetrics, scoreLocalisation } from './suite/localisation.js';
export { pairById } from './suite/pairing.js';
export {
  compareMeans,
  pairedRandomisation,
  type RandomisationOptions,
  type RandomisationTest,
} from './statistics/randomisation.js';
export { type ReportPair, reportMetrics, scoreReports } from './suite/reports.js';
export type { MetricResult, Profile, Scores, SkippedMetric } from './suite/result.js';
export { runMetrics, type ScoreOptions } from './suite/run.js';
