export { answerAccuracy } from './answer-accuracy.js';
export { type AveragePrecision, boxAveragePrecision, type ScoredBox } from './average-precision.js';
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
export { type AnswerNormalisation, type AnswerOptions, exactMatch, tokenF1 } from './text/token-f1.js';
export { tokenize13a } from './text/tokenize-13a.js';
export { tokenizePtb } from './text/tokenize-ptb.js';
export { tokenizeRadcliq } from './text/tokenize-radcliq.js';
export { tokenizeRouge } from './text/tokenize-rouge.js';
export { tokenizeTreebank } from './text/tokenize-treebank.js';
export { splitWhiteSpace } from './text/white-space.js';
