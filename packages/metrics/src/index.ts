export { answerAccuracy } from './answers/answer-accuracy.js';
export type { Box } from '@vividmed/core';
export {
  type ClassificationOptions,
  classificationF1,
  type ClassificationScores,
  type LabelScores,
} from './clinical/classification-f1.js';

// Clinical metrics, answers and judges.
export { type AnswerKind, type AnsweredQuestion, answerKind } from './answers/answer-kind.js';
export { type AnswerJudgeScores, answerJudge, readAnswerScore } from './answers/answer-judge.js';
export { answerOverlap, type AnswerOverlap, type OverlapCounting } from './answers/answer-overlap.js';
export { answerMessages, type AnswerTriple } from './answers/answer-prompt.js';
export {
  type AnswerMeans,
  type AnswerOptions,
  type AnswerScore,
  type AnswerScores,
  answerScores,
} from './answers/answer-scores.js';
export { type AnswerNormalisation, normaliseAnswer } from './answers/normalise-answer.js';
export { balancedAccuracy, cohenKappa, matthewsCorrelation } from './clinical/agreement.js';
export { chexpertF1, stateF1, type StateOptions, type UncertainPolicy } from './clinical/chexpert-f1.js';
export type { Decision } from './clinical/classification-f1.js';
export { chexbertSimilarity, cosineSimilarity } from './clinical/cosine-similarity.js';
export {
  chexpertFive,
  type ChexpertLabel,
  chexpertLabels,
  type CtRateLabel,
  ctRateLabels,
} from './clinical/label-sets.js';
export { type LabelState, stateOfChexbertClass, stateOfChexpertCell } from './clinical/label-state.js';
export { labelChestReport, labelCtReport } from './clinical/labeller/label-report.js';
export {
  radcliq,
  type RadcliqFeatures,
  type RadcliqOptions,
  type RadcliqScores,
  radcliqScores,
  type RadcliqVersion,
} from './clinical/radcliq.js';
export { type RadgraphAnnotation, type RadgraphEntity, readRadgraph } from './clinical/radgraph-annotation.js';
export {
  type RadgraphCase,
  radgraphCombined,
  radgraphF1,
  type RadgraphScores,
  radgraphScores,
} from './clinical/radgraph-f1.js';
export { auroc, averagePrecisionOfScores } from './clinical/rank-scores.js';
export type { AbsentLabels, DecisionCounts, Rates } from './clinical/rates.js';
export { labelsAtThreshold, type ThresholdOptions, withNoFinding } from './clinical/threshold-labels.js';
export { type ChatClientOptions, createChatClient } from './judges/chat-client.js';
export type { ChatMessage, Complete, CompleteOptions } from './judges/complete.js';
export {
  type CrimsonFindings,
  crimsonScore,
  type CrimsonSignificance,
  crimsonWeights,
} from './judges/crimson-score.js';
export {
  type Entailment,
  entailmentJudge,
  type EntailmentQuestion,
  type EntailmentScores,
  type PhrasePair,
  readEntailment,
} from './judges/entailment.js';
export { entailmentMessages } from './judges/entailment-prompt.js';
export { type GreenCounts, greenErrors, greenJudge, greenScore, type GreenScores, readGreen } from './judges/green.js';
export { greenMessages } from './judges/green-prompt.js';
export { type Judge, judgeAll, type Judged, type JudgeOptions, type JudgeProgress } from './judges/judge-all.js';
export type { JudgeScores } from './judges/judge-scores.js';
export { labelJudge, readLabels } from './judges/label-judge.js';
export { labelMessages } from './judges/label-prompt.js';
export type { ReportPair } from './judges/report-pairs.js';

// Statistics, and the catalogue of metrics.
export { answerMetrics, scoreAnswers, type ScoredAnswer } from './suite/answers.js';
export { bootstrapInterval, type BootstrapOptions, type Interval, type Statistic } from './statistics/bootstrap.js';
export type { ClusterKey } from './statistics/clusters.js';
export { type CompareOptions, type Comparison, type Comparisons, compareSystems } from './suite/compare.js';
export type { Accumulator, Definition, Figure, PairedAccumulator } from './suite/definition.js';
export { classMeanMetric, listMetric, meanMetric, sumsMetric } from './suite/definition.js';
export type { MetricEntry, ScoredPair } from './suite/entry.js';
export type { FindingLabels } from './suite/findings.js';
export { type GroundingPair, groundingMetrics, type ReportPhrase, scoreGrounding } from './suite/grounding.js';
export { localisationMetrics, scoreLocalisation } from './suite/localisation.js';
export type { LocalisationPair } from './suite/localisation-pair.js';
export { pairById } from './suite/pairing.js';
export {
  compareMeans,
  pairedRandomisation,
  type RandomisationOptions,
  type RandomisationTest,
} from './statistics/randomisation.js';
export type { ScoredReport } from './suite/clinical.js';
export { reportMetrics, reportMetricsWith, type ReportOptions, scoreReports } from './suite/reports.js';
export type { MetricResult, Profile, Scores, SkippedMetric } from './suite/result.js';
export { runMetrics, type ScoreOptions } from './suite/run.js';

// Text.
export {
  type BertScore,
  bertScore,
  type BertScoreBaseline,
  bertScoreBaselines,
  type BertScoreOptions,
  type EmbeddedText,
} from './text/bert-score.js';
export {
  bleu,
  type BleuCounts,
  type BleuDefinition,
  type BleuOptions,
  type BleuResult,
  type CorpusBleuOptions,
  createBleu,
  sentenceBleu,
} from './text/bleu.js';
export {
  cider,
  type CiderOptions,
  type CiderResult,
  countDocuments,
  type DocumentFrequencies,
  sentenceCider,
} from './text/cider.js';
export { cocoRougeL, type CocoRougeOptions } from './text/coco-rouge.js';
export { type InverseDocumentFrequencies, inverseDocumentFrequencies } from './text/inverse-document-frequency.js';
export { createMean, type MeanResult } from './text/mean-metric.js';
export {
  createMeteor,
  meteor,
  type MeteorOptions,
  type MeteorResult,
  type MeteorScore,
  sentenceMeteor,
  type Synonyms,
} from './text/meteor.js';
export type { OverlapScore } from './text/overlap.js';
export { porterStem } from './text/porter-stemmer.js';
export {
  createRouge,
  rouge,
  type RougeName,
  type RougeOptions,
  type RougeResult,
  sentenceRouge,
} from './text/rouge.js';
export type { Smoothing } from './text/smoothing.js';
export { englishSentences, type SentenceModel, splitSentences } from './text/split-sentences.js';
export type { CorpusMetric, References, Tokenizer } from './text/text-metric.js';
export { exactMatch, tokenF1, type TokenF1Normalisation, type TokenF1Options } from './text/token-f1.js';
export { tokenize13a } from './text/tokenize-13a.js';
export { tokenizePtb } from './text/tokenize-ptb.js';
export { tokenizeRadcliq } from './text/tokenize-radcliq.js';
export { tokenizeRouge } from './text/tokenize-rouge.js';
export { tokenizeTreebank } from './text/tokenize-treebank.js';
export { splitWhiteSpace } from './text/white-space.js';

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
