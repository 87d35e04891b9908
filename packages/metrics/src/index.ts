export { type AveragePrecision, boxAveragePrecision, type ScoredBox } from './average-precision.js';
export { bleu } from './bleu.js';
export { type Box, boxGiou, boxIou } from './boxes.js';
export { answerAccuracy, classificationF1, type ClassificationScores, type LabelScores } from './classification.js';
export { dice, maskIou } from './dice.js';
