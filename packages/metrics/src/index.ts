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
export { rocAuc } from './clinical/roc-auc.js';
