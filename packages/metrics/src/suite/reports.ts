import { radiographs, type MetricEntry } from './entry.js';
import { findingEntries, type LabelledReport } from './findings.js';
import type { Scores } from './result.js';
import { runMetrics, type ScoreOptions } from './run.js';
import { checkTexts, corpusBleu, meanSentenceBleu } from './texts.js';

/** A generated report beside the written one, with what labellers and models made of both. */
export type ReportPair = LabelledReport;

/** The five findings that CheXpert's authors compare on (Irvin et al. 2019). */
const chexpert5 = ['Cardiomegaly', 'Edema', 'Consolidation', 'Atelectasis', 'Pleural Effusion'];
const chexpert14 = [
  'Enlarged Cardiomediastinum',
  'Cardiomegaly',
  'Lung Opacity',
  'Lung Lesion',
  'Edema',
  'Consolidation',
  'Pneumonia',
  'Atelectasis',
  'Pneumothorax',
  'Pleural Effusion',
  'Pleural Other',
  'Fracture',
  'Support Devices',
  'No Finding',
];

/** Metrics of reports. */
export const reportMetrics: readonly MetricEntry<ReportPair>[] = [
  ...[1, 2, 3, 4].map(
    (order): MetricEntry<ReportPair> => ({
      name: `bleu${order}`,
      label: `BLEU-${order}`,
      better: 'higher',
      definitions: { reference: corpusBleu(order), paper: meanSentenceBleu(order) },
    }),
  ),
  ...findingEntries({
    prefix: 'chexpert14',
    label: 'CheXpert 14',
    labelSet: 'chexpert',
    names: chexpert14,
    modalities: radiographs,
  }),
  ...findingEntries({
    prefix: 'chexpert5',
    label: 'CheXpert 5',
    labelSet: 'chexpert',
    names: chexpert5,
    modalities: radiographs,
  }),
  ...findingEntries({ prefix: 'ctRate', label: 'CT-RATE 18', labelSet: 'ct-rate', modalities: ['CT'] }),
  ...findingEntries({ prefix: 'phantom', label: 'Phantom findings', labelSet: 'phantom' }),
];

/**
 * Scores generated reports.
 *
 * @throws {VividMedError} `data` for no pairs, a repeated id, a prediction that is no text or a reference without words;
 *   `config` for an unknown metric; `unsupported` for a metric that was asked for on another modality.
 */
export const scoreReports = (
  pairs: Iterable<ReportPair> | AsyncIterable<ReportPair>,
  options: ScoreOptions = {},
): Promise<Scores> => runMetrics(reportMetrics, pairs, options, checkTexts);
