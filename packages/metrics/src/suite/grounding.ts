import { entailByTarget, type TargetPhrase } from '../localisation/entail-by-target.js';
import {
  type EntailmentVerdict,
  type GroundedPhrase,
  groundingScores,
  type GroundingScores,
  meanGroundingScores,
} from '../localisation/grounding-scores.js';
import { type PhraseErrors, phraseErrors, type PhraseErrorSample } from '../localisation/phrase-errors.js';
import { type Definition, listMetric } from './definition.js';
import type { MetricEntry, ScoredPair } from './entry.js';
import type { Scores } from './result.js';
import { runMetrics, type ScoreOptions } from './run.js';

/** A phrase of a report: what it names and where it points. */
export interface ReportPhrase extends TargetPhrase, GroundedPhrase {}

/** The phrases of a generated report and of its reference. */
export interface GroundingPair extends ScoredPair {
  /** Voxels along depth, height and width. */
  shape: readonly [number, number, number];
  prediction: readonly ReportPhrase[];
  reference: readonly ReportPhrase[];
  /** Whether each phrase follows from the other report; by target, side and negation (`entailByTarget`) when left out. */
  verdicts?: { prediction: readonly EntailmentVerdict[]; reference: readonly EntailmentVerdict[]; judge: string };
}

interface Judged {
  scores: GroundingScores;
  errors: PhraseErrorSample;
}

const known = new WeakMap<GroundingPair, Judged>();

/** Every score of a pair, measured once for all metrics. */
function judge(pair: GroundingPair): Judged {
  const found = known.get(pair);
  if (found) return found;
  const { prediction, reference, shape, verdicts } = pair;
  const candidateVerdicts = verdicts?.prediction ?? entailByTarget(prediction, reference);
  const referenceVerdicts = verdicts?.reference ?? entailByTarget(reference, prediction);
  const judged: Judged = {
    scores: groundingScores({
      candidate: prediction,
      reference,
      candidateVerdicts,
      referenceVerdicts,
      imageShape: shape,
    }),
    errors: {
      candidateLabels: prediction.map(({ target }) => target),
      referenceLabels: reference.map(({ target }) => target),
      candidateVerdicts,
      referenceVerdicts,
    },
  };
  known.set(pair, judged);
  return judged;
}

const remark = ({ verdicts }: GroundingPair): string =>
  verdicts
    ? `phrases compared by ${verdicts.judge}`
    : 'phrases compared by target, side and negation, which is milder than a reader';

type ScoreName = Exclude<keyof GroundingScores, `num${string}`>;

const grounding = (name: ScoreName, text: string): Definition<GroundingPair> =>
  listMetric({
    text: `${text}, in the manner of RadFact; mean over reports that have a value, F1 from the means`,
    version: '1',
    remark,
    item: (pair) => judge(pair).scores,
    figure: (items) => ({
      value: meanGroundingScores(items)[name],
      numSamples: items.filter((scores) => !Number.isNaN(scores[name])).length,
    }),
    sample: (scores) => scores[name],
  });

const groundingEntry = (name: ScoreName, label: string, text: string): MetricEntry<GroundingPair> => ({
  name,
  label,
  better: 'higher',
  definitions: { reference: grounding(name, text) },
});

const errorEntry = (
  name: 'hallucinationRate' | 'missRate',
  label: string,
  text: string,
): MetricEntry<GroundingPair> => ({
  name,
  label,
  better: 'lower',
  definitions: {
    reference: listMetric({
      text,
      version: '1',
      remark,
      item: (pair) => judge(pair).errors,
      figure: (items) => {
        const { overall, perClass } = phraseErrors(items);
        const rate = (errors: PhraseErrors): number => errors[name];
        return {
          value: rate(overall),
          perClass: Object.fromEntries(Object.entries(perClass).map(([target, errors]) => [target, rate(errors)])),
        };
      },
    }),
  },
});

const placed = 'point to a place that their evidence covers by more than half';

/** Metrics of phrases that point into the image. */
export const groundingMetrics: readonly MetricEntry<GroundingPair>[] = [
  groundingEntry('logicalPrecision', 'Logical precision', 'share of generated phrases that follow from the reference'),
  groundingEntry('logicalRecall', 'Logical recall', 'share of phrases of the reference that follow from the report'),
  groundingEntry('logicalF1', 'Logical F1', 'harmonic mean of logical precision and recall'),
  groundingEntry(
    'groundingPrecision',
    'Grounding precision',
    `of generated phrases with a region that follow from the reference, the share that ${placed}`,
  ),
  groundingEntry(
    'groundingRecall',
    'Grounding recall',
    `of phrases of the reference with a region that follow from the report, the share that ${placed}`,
  ),
  groundingEntry('groundingF1', 'Grounding F1', 'harmonic mean of grounding precision and recall'),
  groundingEntry(
    'spatialPrecision',
    'Spatial precision',
    `of generated phrases with a region, the share that follow from the reference and ${placed}`,
  ),
  groundingEntry(
    'spatialRecall',
    'Spatial recall',
    `of phrases of the reference with a region, the share that follow from the report and ${placed}`,
  ),
  groundingEntry('spatialF1', 'Spatial F1', 'harmonic mean of spatial precision and recall'),
  errorEntry(
    'hallucinationRate',
    'Made-up phrases',
    'share of generated phrases that do not follow from the reference',
  ),
  errorEntry('missRate', 'Missing phrases', 'share of phrases of the reference that do not follow from the report'),
];

/**
 * Scores whether the phrases of reports are right and point to the right place.
 *
 * @throws {VividMedError} `data` for no pairs or a repeated id, `shape` or `numeric` for a wrong region; `config` for an
 *   unknown metric.
 */
export const scoreGrounding = (
  pairs: Iterable<GroundingPair> | AsyncIterable<GroundingPair>,
  options: ScoreOptions = {},
): Promise<Scores> => runMetrics(groundingMetrics, pairs, options, () => {});
