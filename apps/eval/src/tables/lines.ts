import type { Line } from './ours.js';

const falseOmission =
  'The paper prints this as "FNR"; its code divides by all negative statements, which is a false omission rate, FN / (FN + TN).';
const sentenceBleu =
  "Published, and by the paper's rules: the mean of unsmoothed sentence BLEU, not the BLEU of the corpus.";
const rescaled =
  'Published figures are made with BERTScore without rescaling and idf, so they do not compare with RadCliQ elsewhere.';

const finding = (prefix: string, label: string): Line[] => [
  { label: `Macro ${label} F1`, metric: `${prefix}F1Macro`, better: 'higher' },
  { label: `Micro ${label} F1`, metric: `${prefix}F1Micro`, better: 'higher' },
];
const omissions = (prefix: string, label: string): Line[] => [
  { label: `Macro ${label} FOR`, metric: `${prefix}FalseOmissionRateMacro`, better: 'lower', note: falseOmission },
  { label: `Micro ${label} FOR`, metric: `${prefix}FalseOmissionRateMicro`, better: 'lower', note: falseOmission },
];
const misses = (prefix: string, label: string): Line[] => [
  { label: `Macro ${label} false negative rate`, metric: `${prefix}FalseNegativeRateMacro`, better: 'lower' },
  { label: `Micro ${label} false negative rate`, metric: `${prefix}FalseNegativeRateMicro`, better: 'lower' },
];

const lexical: readonly Line[] = [
  { label: 'BLEU-4', metric: 'bleu4', better: 'higher', note: sentenceBleu },
  { label: 'ROUGE-L', metric: 'rougeL', better: 'higher' },
  { label: 'METEOR', metric: 'meteor', better: 'higher' },
];

/** Rows of Table 3 in its order, each with the label that the paper prints, then ours that it lacks. */
export const reportLines: Readonly<Record<'MIMIC-CXR' | 'CT-RATE', readonly (Line & { published?: string })[]>> = {
  'MIMIC-CXR': [
    ...lexical.map((line) => ({ ...line, published: line.label })),
    ...['14', '5'].flatMap((set) =>
      finding(`chexpert${set}`, `CheXpert ${set}`).map((line, i) => ({
        ...line,
        published: `${i === 0 ? 'Macro' : 'Micro'} CheXpert F1 ${set}`,
      })),
    ),
    ...['14', '5'].flatMap((set) =>
      omissions(`chexpert${set}`, `CheXpert ${set}`).map((line, i) => ({
        ...line,
        published: `${i === 0 ? 'Macro' : 'Micro'} CheXpert FNR ${set}`,
      })),
    ),
    ...misses('chexpert14', 'CheXpert 14'),
    { label: 'CheXbert similarity', metric: 'chexbertSimilarity', better: 'higher', published: 'CheXbert Similarity' },
    { label: 'RadGraph F1', metric: 'radgraphF1', better: 'higher', published: 'RadGraph F1' },
    { label: 'RadCliQ v1', metric: 'radcliqV1', better: 'lower', published: 'RadCliQ v1', note: rescaled },
  ],
  'CT-RATE': [
    ...lexical.map((line) => ({ ...line, published: line.label })),
    ...finding('ctRate', 'RadBERT').map((line, i) => ({
      ...line,
      published: `${i === 0 ? 'Macro' : 'Micro'} RadBERT F1`,
    })),
    ...omissions('ctRate', 'RadBERT').map((line, i) => ({
      ...line,
      published: `${i === 0 ? 'Macro' : 'Micro'} RadBERT FNR`,
    })),
    ...misses('ctRate', 'RadBERT'),
  ],
};

/** Rows of reports on other data. */
export const otherReportLines: readonly Line[] = [
  ...lexical,
  ...finding('phantom', 'finding'),
  ...omissions('phantom', 'finding'),
  ...misses('phantom', 'finding'),
];

/** Rows of answers. */
export const answerLines: readonly Line[] = [
  {
    label: 'BLEU-1',
    metric: 'bleu1',
    better: 'higher',
    note: "Published, and by the paper's rules: the mean of sentence BLEU-1, not the BLEU of the corpus.",
  },
  { label: 'ROUGE-1', metric: 'rouge1', better: 'higher' },
  {
    label: 'Accuracy, by a judge',
    metric: 'judgeAccuracy',
    better: 'higher',
    note: 'Published accuracy is the verdict of Llama 3 70B, with answers of the judge that could not be parsed counted as wrong.',
  },
  { label: 'Accuracy, exact', metric: 'accuracy', better: 'higher' },
  { label: 'Accuracy, closed questions', metric: 'closedAccuracy', better: 'higher' },
  { label: 'Accuracy, open questions', metric: 'openAccuracy', better: 'higher' },
];

const giouLoss: Line = {
  label: '1 − GIoU',
  metric: 'giouLoss',
  better: 'lower',
  note: 'The paper prints 1.43 as "Mean GIoU", which cannot be more than 1: its code logs the loss 1 − GIoU under that name.',
};

/** Rows of localisation that the paper has, by data set. */
export const publishedLocalisationLines: Readonly<Record<'Dice (%)' | 'Mean ℓ1' | 'Mean GIoU', Line>> = {
  'Dice (%)': { label: 'Dice (%)', metric: 'dice', better: 'higher', decimals: 1, scale: 100 },
  'Mean ℓ1': {
    label: 'Mean ℓ1 of boxes',
    metric: 'boxL1',
    better: 'lower',
    note: 'How the paper matched predicted and true boxes, and over which coordinates it took the mean, is not known.',
  },
  'Mean GIoU': giouLoss,
};

/** Rows of localisation on any other data. */
export const localisationLines: readonly Line[] = [
  { label: 'Dice (%)', metric: 'dice', better: 'higher', decimals: 1, scale: 100 },
  { label: 'NSD at 2 mm (%)', metric: 'nsd2mm', better: 'higher', decimals: 1, scale: 100 },
  { label: 'HD95 (mm)', metric: 'hd95', better: 'lower', decimals: 2 },
  { label: 'AP at IoU 0.5', metric: 'ap50', better: 'higher' },
  { label: 'Mean ℓ1 of boxes', metric: 'boxL1', better: 'lower' },
  { label: 'GIoU', metric: 'giou', better: 'higher' },
  giouLoss,
  { label: 'FROC', metric: 'froc', better: 'higher' },
  { label: 'Missed targets', metric: 'missRate', better: 'lower' },
  { label: 'False alarms', metric: 'falseAlarmRate', better: 'lower' },
];

/** Rows of phrases that point into the image. */
export const groundingLines: readonly Line[] = [
  { label: 'Logical precision', metric: 'logicalPrecision', better: 'higher' },
  { label: 'Logical recall', metric: 'logicalRecall', better: 'higher' },
  { label: 'Grounding precision', metric: 'groundingPrecision', better: 'higher' },
  { label: 'Grounding recall', metric: 'groundingRecall', better: 'higher' },
  { label: 'Spatial precision', metric: 'spatialPrecision', better: 'higher' },
  { label: 'Spatial recall', metric: 'spatialRecall', better: 'higher' },
  { label: 'Made-up phrases', metric: 'hallucinationRate', better: 'lower' },
  { label: 'Missing phrases', metric: 'missRate', better: 'lower' },
];
