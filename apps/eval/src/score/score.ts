import { check } from '@vividmed/core';
import {
  pairById,
  type Profile,
  type ReportOptions,
  type Scores,
  scoreAnswers,
  scoreGrounding,
  scoreLocalisation,
  type ScoredReport,
  scoreReports,
} from '@vividmed/metrics';
import type { EvalConfig } from '../config.js';
import type { EvaluationTask, Prediction } from '../prediction.js';
import type { Reference } from '../reference.js';
import { collect } from './collect.js';
import { groundingPair } from './grounding-pair.js';
import { type ReportReading, readReports } from './model-readings.js';
import type { Joined } from './joined.js';
import { answerPair, localisationPairs, reportPair, type Verdicts } from './pairs.js';
import type { ScoredSet } from './scored-set.js';

export interface ScoreSetsOptions extends Omit<ReportOptions, 'profile' | 'metrics'> {
  profiles: readonly Profile[];
  /** What a reference without prediction does. */
  missing?: 'fail' | 'skip';
  verdicts?: Verdicts | undefined;
  /** Weights of models that read reports; none by default. */
  weights?: EvalConfig['weights'];
}

/**
 * Samples one at a time, so that their masks are unpacked when it is their turn.
 *
 * @yields what `each` makes of each
 */
function* lazily<T>(joined: readonly Joined[], each: (pair: Joined) => Iterable<T>): Generator<T> {
  for (const pair of joined) yield* each(pair);
}

/** What others say about samples. */
interface Opinions {
  verdicts: Verdicts | undefined;
  readings: ReadonlyMap<Joined, ReportReading>;
}

type Scorer = (joined: readonly Joined[], options: ReportOptions, opinions: Opinions) => Promise<Scores>;

const reportPairs = (joined: readonly Joined[], { readings }: Opinions): ScoredReport[] =>
  joined.map((pair) => reportPair(pair, readings.get(pair)));

const scorers: Readonly<Record<EvaluationTask, Scorer>> = {
  localisation: (joined, options) => scoreLocalisation(lazily(joined, localisationPairs), options),
  vqa: (joined, options, { verdicts }) =>
    scoreAnswers(
      joined.map((pair) => answerPair(pair, verdicts)),
      options,
    ),
  report: (joined, options, opinions) => scoreReports(reportPairs(joined, opinions), options),
  groundedReport: async (joined, options, opinions) => {
    const [texts, grounding] = [
      await scoreReports(reportPairs(joined, opinions), options),
      await scoreGrounding(
        lazily(joined, (pair) => [groundingPair(pair)]),
        options,
      ),
    ];
    return {
      ids: texts.ids,
      results: [...texts.results, ...grounding.results],
      skipped: [...texts.skipped, ...grounding.skipped],
    };
  },
};

/** Names of data sets as tables write them. */
const names: Readonly<Record<string, string>> = {
  'vqa-rad': 'VQA-RAD',
  slake: 'SLAKE',
  'vqa-med-2019': 'VQA-Med',
  'mimic-cxr': 'MIMIC-CXR',
  'ct-rate': 'CT-RATE',
  'totalsegmentator-v1': 'TotalSegmentator',
  'totalsegmentator-v2': 'TotalSegmentator',
  'vindr-cxr': 'VinDr-CXR',
  phantom: 'Phantom',
};
export const nameOf = (dataset: string): string => names[dataset.toLowerCase()] ?? dataset;

/** Records by task and data set. */
export function groupRecords<T extends { task: EvaluationTask; dataset: string }>(
  records: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const record of records) {
    const key = `${record.task} ${record.dataset}`;
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return groups;
}

/**
 * Scores predictions against references, each task and data set by itself, under each profile.
 *
 * @throws {VividMedError} `data` for ids without partner (see `pairById`), and what the metrics throw.
 */
export async function scoreSets(
  predictions: readonly Prediction[],
  references: readonly Reference[],
  { profiles, missing = 'fail', verdicts, weights = {}, ...options }: ScoreSetsOptions,
): Promise<ScoredSet[]> {
  const said = groupRecords(predictions);
  const known = groupRecords(references);
  const strangers = [...said.keys()].filter((key) => !known.has(key));
  check(
    strangers.length === 0,
    'data',
    () => `predictions: expected tasks and data sets of the references, found ${strangers.join(', ')}.`,
  );
  const sets: ScoredSet[] = [];
  for (const [key, truths] of known) {
    const { task, dataset } = truths[0]!;
    const joined = await collect(pairById(said.get(key) ?? [], truths, { missing }));
    const isReport = task === 'report' || task === 'groundedReport';
    const readings = isReport ? await readReports(joined, weights) : new Map<Joined, ReportReading>();
    const scores: Partial<Record<Profile, Scores>> = {};
    for (const profile of profiles)
      scores[profile] = await scorers[task](joined, { ...options, profile }, { verdicts, readings });
    sets.push({ dataset: nameOf(dataset), task, numSamples: truths.length, scores });
  }
  return sets;
}
