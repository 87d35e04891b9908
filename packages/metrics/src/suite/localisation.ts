import { detectionEntries } from './detections.js';
import type { MetricEntry } from './entry.js';
import { checkLocalisationPair, type LocalisationPair } from './localisation-pair.js';
import { maskEntries } from './masks.js';
import type { Scores } from './result.js';
import { runMetrics, type ScoreOptions } from './run.js';

/** Metrics of masks and boxes. */
export const localisationMetrics: readonly MetricEntry<LocalisationPair>[] = [...maskEntries, ...detectionEntries];

/**
 * Scores where targets were found.
 *
 * @throws {VividMedError} `data` for no pairs or a repeated id, `shape` for masks of another grid, `numeric` for masks with
 *   NaN; `config` for an unknown metric.
 */
export const scoreLocalisation = (
  pairs: Iterable<LocalisationPair> | AsyncIterable<LocalisationPair>,
  options: ScoreOptions = {},
): Promise<Scores> => runMetrics(localisationMetrics, pairs, options, checkLocalisationPair);
