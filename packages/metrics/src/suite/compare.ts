import { check } from '@vividmed/core';
import { pairedRandomisation, type RandomisationOptions } from '../statistics/randomisation.js';
import type { MetricEntry, ScoredPair } from './entry.js';
import type { Profile, SkippedMetric } from './result.js';
import { chooseMetrics, type ScoreOptions } from './run.js';

/** Two systems under one metric. */
export interface Comparison {
  metric: string;
  label: string;
  profile: Profile;
  better: 'higher' | 'lower';
  /** Value of the first system less that of the second. */
  difference: number;
  /** Two-sided, by paired approximate randomisation. */
  pValue: number;
  trials: number;
  seed: number;
  /** Samples that count for both systems. */
  n: number;
}

export interface Comparisons {
  results: readonly Comparison[];
  skipped: readonly SkippedMetric[];
}

export interface CompareOptions extends Pick<ScoreOptions, 'profile' | 'metrics' | 'force'> {
  /** 10,000 trials by default, 1000 for metrics that need all samples at once, as average precision does. */
  randomisation?: Omit<RandomisationOptions, 'clusters'>;
}

/**
 * Compares two systems on the same samples under every metric of a catalogue that the samples of both allow. The outputs of
 * one patient are swapped together where every sample names a patient.
 *
 * @throws {VividMedError} `data` where the two samples of a pair have different ids, `config` for an unknown metric.
 */
export async function compareSystems<P extends ScoredPair>(
  catalogue: readonly MetricEntry<P>[],
  samples: Iterable<readonly [first: P, second: P]> | AsyncIterable<readonly [first: P, second: P]>,
  options: CompareOptions = {},
): Promise<Comparisons> {
  const { profile = 'reference', force = false, randomisation } = options;
  const skipped: SkippedMetric[] = [];
  const skip = ({ name, label }: MetricEntry<P>, reason: string): void =>
    void skipped.push({ metric: name, label, profile, reason });
  const running = chooseMetrics(catalogue, options).flatMap(({ entry, definition }) => {
    if (definition)
      return [{ entry, definition, paired: definition.startPaired(), patients: [] as (string | undefined)[] }];
    skip(entry, `not part of the profile ${profile}`);
    return [];
  });
  let position = 0;
  for await (const [first, second] of samples) {
    check(
      first.id === second.id,
      'data',
      `compareSystems: expected one sample of both systems at ${position}, found two ids.`,
    );
    for (const { entry, definition, paired, patients } of running) {
      const isMadeFor = !entry.modalities || entry.modalities.includes(first.modality ?? '');
      if (!(isMadeFor || force) || definition.without?.(first) || definition.without?.(second)) continue;
      paired.add(first, second);
      patients.push(first.patient);
    }
    position++;
  }
  const results: Comparison[] = [];
  for (const { entry, paired, patients } of running) {
    if (patients.length === 0) {
      skip(entry, 'no sample allows it for both systems');
      continue;
    }
    const clusters = patients.filter((patient) => patient !== undefined);
    const difference = (swapped: ArrayLike<number>): number => paired.difference(swapped);
    if (Number.isNaN(difference(new Uint8Array(patients.length)))) {
      skip(entry, 'it has no value for one of the systems');
      continue;
    }
    const test = pairedRandomisation(patients.length, difference, {
      trials: paired.isQuick ? 10_000 : 1000,
      ...randomisation,
      ...(clusters.length === patients.length ? { clusters } : {}),
    });
    const { name: metric, label, better } = entry;
    results.push({ metric, label, profile, better, ...test, n: patients.length });
  }
  return { results, skipped };
}
