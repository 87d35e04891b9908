import { check } from '@vividmed/core';
import { section44 } from '../tables/published.js';
import type { Table } from '../tables/table.js';
import { type JudgedCase, type Judgements, type Verdict, verdicts } from './judgement.js';

/** What one reader said in all, counted as in Section 4.4 of the paper. Cases that are not done are left out. */
export interface JudgementSummary {
  reader: string;
  reports: number;
  sentences: number;
  acceptable: number;
  /** Sentences with any other verdict. */
  corrected: number;
  byVerdict: Readonly<Record<Verdict, number>>;
  criticalOmissions: number;
  /** Reports with at most one sentence to correct or omission to add. */
  atMostOneCorrection: number;
  /** Phrases with a region that name a finding which is there. */
  correctFindings: number;
  /** Those whose region fits. */
  wellGrounded: number;
  /** Cases that the reader did not mark as done. */
  unfinished: number;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const wrongOf = ({ sentences }: JudgedCase): number =>
  Object.values(sentences).filter((verdict) => verdict !== 'acceptable').length;

/** @throws {VividMedError} `data` for a case that is marked as done with sentences that were not judged. */
export function summarise({ reader, cases }: Judgements): JudgementSummary {
  const done = cases.filter((each) => each.done);
  done.forEach(({ numSentences, sentences }, i) =>
    check(
      Object.keys(sentences).length === numSentences,
      'data',
      `judgements: expected a verdict on each of the ${numSentences} sentences of finished case ${i}, found ${Object.keys(sentences).length}.`,
    ),
  );
  const said = done.flatMap(({ sentences }) => Object.values(sentences));
  const phrases = done.flatMap((each) => Object.values(each.phrases));
  const counted = (Object.keys(verdicts) as Verdict[]).map((verdict) => [
    verdict,
    said.filter((v) => v === verdict).length,
  ]);
  return {
    reader,
    reports: done.length,
    sentences: said.length,
    acceptable: said.filter((verdict) => verdict === 'acceptable').length,
    corrected: said.filter((verdict) => verdict !== 'acceptable').length,
    // The keys are those of `verdicts`, one count each.
    byVerdict: Object.fromEntries(counted) as Record<Verdict, number>,
    criticalOmissions: sum(done.map(({ criticalOmissions }) => criticalOmissions)),
    atMostOneCorrection: done.filter((each) => wrongOf(each) + each.criticalOmissions <= 1).length,
    correctFindings: phrases.filter((grounding) => grounding !== 'notThere').length,
    wellGrounded: phrases.filter((grounding) => grounding === 'right').length,
    unfinished: cases.length - done.length,
  };
}

const lines = [
  ['reports', 'Reports judged', 'higher'],
  ['sentences', 'Sentences', 'higher'],
  ['acceptable', 'Sentences acceptable as they are', 'higher'],
  ['corrected', 'Sentences that need a correction', 'lower'],
  ['criticalOmissions', 'Critical omissions', 'lower'],
  ['atMostOneCorrection', 'Reports with at most one correction', 'higher'],
  ['correctFindings', 'Correct findings with a region', 'higher'],
  ['wellGrounded', 'Correct findings whose region fits', 'higher'],
] as const;

/** The counts of readers beside those of the paper, which one reader made on 12 cases of MIMIC-CXR. */
export function judgementTable(dataset: string, summaries: readonly JudgementSummary[]): Table {
  const keys = summaries.map((_, i) => `reader-${i}`);
  return {
    id: 'judgements',
    title: 'Error analysis by readers',
    caption:
      'Section 4.4 of the paper beside ours. Figures of different data sets do not compare: each row names its own.',
    columns: [
      { key: 'paper', label: 'VividMed', source: 'paper' },
      ...summaries.map(({ reader }, i) => ({
        key: keys[i]!,
        label: reader.trim() === '' ? `Reader ${i + 1}` : reader,
        source: 'ours' as const,
      })),
    ],
    rows: [
      ...lines.map(([key, label, better]) => ({
        dataset: 'MIMIC-CXR, 12 cases',
        label,
        better,
        decimals: 0,
        cells: { paper: { value: section44[key] } },
      })),
      ...lines.map(([key, label, better]) => ({
        dataset,
        label,
        better,
        decimals: 0,
        cells: Object.fromEntries(summaries.map((summary, i) => [keys[i]!, { value: summary[key] }])),
      })),
    ],
  };
}
