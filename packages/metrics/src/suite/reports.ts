import type { Synonyms } from '../text/meteor.js';
import { chexpertFive, chexpertLabels, ctRateLabels } from '../clinical/label-sets.js';
import { clinicalEntries, type ScoredReport } from './clinical.js';
import { type MetricEntry, radiographs } from './entry.js';
import { findingEntries } from './findings.js';
import type { Scores } from './result.js';
import { runMetrics, type ScoreOptions } from './run.js';
import { captionEntries, bleuEntry, meteorEntry, rougeEntry } from './lexical.js';
import { checkTexts } from './texts.js';

/** Metrics of reports, METEOR with the synonyms of a dictionary where there is one (`@vividmed/metrics/wordnet`). */
export const reportMetricsWith = (synonyms?: Synonyms): readonly MetricEntry<ScoredReport>[] => [
  ...[1, 2, 3, 4].map(bleuEntry),
  ...(['rouge1', 'rouge2', 'rougeL'] as const).map(rougeEntry),
  meteorEntry(synonyms),
  ...captionEntries,
  ...findingEntries({
    prefix: 'chexpert14',
    label: 'CheXpert 14',
    labelSet: 'chexpert',
    names: chexpertLabels,
    modalities: radiographs,
  }),
  ...findingEntries({
    prefix: 'chexpert5',
    label: 'CheXpert 5',
    labelSet: 'chexpert',
    names: chexpertFive,
    modalities: radiographs,
  }),
  ...findingEntries({
    prefix: 'ctRate',
    label: 'CT-RATE 18',
    labelSet: 'ct-rate',
    names: ctRateLabels,
    modalities: ['CT'],
  }),
  ...findingEntries({ prefix: 'phantom', label: 'Phantom findings', labelSet: 'phantom' }),
  ...clinicalEntries,
];

/** Metrics of reports; METEOR has no synonyms, and says so. */
export const reportMetrics = reportMetricsWith();

export interface ReportOptions extends ScoreOptions {
  /** Of METEOR. */
  synonyms?: Synonyms;
}

/**
 * Scores generated reports.
 *
 * @throws {VividMedError} `data` for no pairs, a repeated id, a prediction that is no text or a reference without words;
 *   `config` for an unknown metric; `unsupported` for a metric that was asked for on another modality.
 */
export const scoreReports = (
  pairs: Iterable<ScoredReport> | AsyncIterable<ScoredReport>,
  { synonyms, ...options }: ReportOptions = {},
): Promise<Scores> => runMetrics(synonyms ? reportMetricsWith(synonyms) : reportMetrics, pairs, options, checkTexts);
