export { answerAccuracy } from './answer-accuracy.js';
export { bleu, type BleuOptions } from './bleu.js';
export type { Box } from '@vividmed/core';
export {
  type ClassificationOptions,
  classificationF1,
  type ClassificationScores,
  type LabelScores,
} from './classification-f1.js';
export { tokenize13a } from './tokenize-13a.js';

// Localisation
export { abstentionScores, type AbstentionScores, type PhraseDecision } from './localisation/abstention.js';
export { type AveragePrecision, boxAveragePrecision } from './localisation/average-precision.js';
export type { Matching } from './localisation/box-matching.js';
export { boxUnionOverlap, type UnionOverlap, type UnionOverlapOptions } from './localisation/box-union.js';
export { boxGiou, boxIou, boxL1, type BoxL1Options, giouLoss } from './localisation/boxes.js';
export { type DetectionCountOptions, type DetectionCounts, detectionCounts } from './localisation/detection-counts.js';
export {
  type ClassDetectionScores,
  type DetectionOptions,
  type DetectionReport,
  type DetectionScores,
  detectionScores,
} from './localisation/detection-scores.js';
export { dice } from './localisation/dice.js';
export { entailByTarget, type TargetPhrase } from './localisation/entail-by-target.js';
export { froc, type Froc, type FrocOptions } from './localisation/froc.js';
export {
  type EntailmentVerdict,
  type GroundedPhrase,
  type GroundingOptions,
  type GroundingSample,
  type GroundingScores,
  groundingScores,
  meanGroundingScores,
} from './localisation/grounding-scores.js';
export type { ScoredBox, TrueBox } from './localisation/image-boxes.js';
export { maskIou } from './localisation/mask-iou.js';
export type { BothEmpty, Mask } from './localisation/mask-overlap.js';
export type { MaskVolume } from './localisation/mask-volume.js';
export {
  type LabelledMatch,
  type MatchedBoxes,
  type MatchedBoxesInput,
  type MatchedBoxSummary,
  type MatchedPair,
  matchBoxPairs,
  summariseMatchedBoxes,
} from './localisation/matched-boxes.js';
export { type PhraseErrors, phraseErrors, type PhraseErrorSample } from './localisation/phrase-errors.js';
export type { Interpolation } from './localisation/precision-recall.js';
export type { Region } from './localisation/region.js';
export { type RiskCoverage, riskCoverage, type ScoredLoss } from './localisation/risk-coverage.js';
export { scorePerClass } from './localisation/score-per-class.js';
export {
  type SegmentationOptions,
  type SegmentationScores,
  segmentationScores,
} from './localisation/segmentation-scores.js';
export {
  type LabelledSegmentation,
  type MetricSummary,
  type SegmentationSummary,
  summariseSegmentations,
} from './localisation/segmentation-summary.js';
export {
  type DirectedDistances,
  type SurfaceDefinition,
  type SurfaceDistances,
  surfaceDistances,
} from './localisation/surface-distances.js';
export {
  averageSymmetricSurfaceDistance,
  hausdorffDistance,
  meanAverageSurfaceDistance,
  surfaceDice,
} from './localisation/surface-metrics.js';
export { volumetricSimilarity } from './localisation/volumetric-similarity.js';
