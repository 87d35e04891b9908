import {
  answerMetrics,
  type Comparison,
  type Comparisons,
  compareSystems,
  groundingMetrics,
  localisationMetrics,
  pairById,
  reportMetrics,
} from '@vividmed/metrics';
import type { EvaluationTask, Prediction } from '../prediction.js';
import { readPredictions } from '../predict/read-predictions.js';
import type { Reference } from '../reference.js';
import { readReferences } from '../samples/references.js';
import type { Joined } from '../score/joined.js';
import { answerPair, localisationPairs, reportPair } from '../score/pairs.js';
import { collect } from '../score/collect.js';
import { groundingPair } from '../score/grounding-pair.js';
import { groupRecords, nameOf } from '../score/score.js';

/** Files of an evaluation. */
export interface EvaluationFiles {
  predictions: string;
  references: string;
}

const join = (predictions: readonly Prediction[] = [], references: readonly Reference[]): Promise<Joined[]> =>
  collect(pairById(predictions, references));

type Both = readonly [first: Joined, second: Joined];
type Options = Parameters<typeof compareSystems>[2];

/** Pairs of both systems, sample by sample. */
function zip<P>(both: readonly Both[], pairs: (joined: Joined) => Iterable<P>): [P, P][] {
  return both.flatMap(([first, second]) => {
    const others = [...pairs(second)];
    return [...pairs(first)].map((pair, i): [P, P] => [pair, others[i]!]);
  });
}

const comparers: Readonly<Record<EvaluationTask, (both: readonly Both[], options: Options) => Promise<Comparisons>>> = {
  localisation: (both, options) => compareSystems(localisationMetrics, zip(both, localisationPairs), options),
  vqa: (both, options) =>
    compareSystems(
      answerMetrics,
      zip(both, (joined) => [answerPair(joined)]),
      options,
    ),
  report: (both, options) =>
    compareSystems(
      reportMetrics,
      zip(both, (joined) => [reportPair(joined)]),
      options,
    ),
  groundedReport: async (both, options) => {
    const [texts, grounding] = [
      await compareSystems(
        reportMetrics,
        zip(both, (joined) => [reportPair(joined)]),
        options,
      ),
      await compareSystems(
        groundingMetrics,
        zip(both, (joined) => [groundingPair(joined)]),
        options,
      ),
    ];
    return {
      results: [...texts.results, ...grounding.results],
      skipped: [...texts.skipped, ...grounding.skipped],
    };
  },
};

/**
 * Compares the predictions of two evaluations of the same samples, task by task, under the reference rules. The references are
 * those of the first.
 *
 * @throws {VividMedError} `data` for samples that only one of them has.
 */
export async function compareFolders(
  first: EvaluationFiles,
  second: EvaluationFiles,
  randomisation: { seed: number; trials?: number },
): Promise<(Comparison & { dataset: string; task: EvaluationTask })[]> {
  const said = [
    groupRecords(await collect(readPredictions(first.predictions))),
    groupRecords(await collect(readPredictions(second.predictions))),
  ] as const;
  const out: (Comparison & { dataset: string; task: EvaluationTask })[] = [];
  for (const [key, references] of groupRecords(await collect(readReferences(first.references)))) {
    // Both are in the order of the references, of which none is left out.
    const [mine, others] = [await join(said[0].get(key), references), await join(said[1].get(key), references)];
    const both = mine.map((joined, i): Both => [joined, others[i]!]);
    const { task, dataset } = references[0]!;
    const { results } = await comparers[task](both, { randomisation });
    out.push(...results.map((result) => ({ ...result, dataset: nameOf(dataset), task })));
  }
  return out;
}
