import { check, VividMedError } from '@vividmed/core';
import { bootstrapInterval, type BootstrapOptions } from '../statistics/bootstrap.js';
import type { Accumulator, Definition } from './definition.js';
import type { MetricEntry, ScoredPair } from './entry.js';
import type { MetricResult, Profile, Scores, SkippedMetric } from './result.js';

export interface ScoreOptions {
  /** `reference` by default. */
  profile?: Profile;
  /** Names of the metrics to compute; all that the samples allow by default. */
  metrics?: readonly string[];
  /** Computes metrics on modalities that they are not made for; their results say so. */
  force?: boolean;
  /** Adds one value a sample to each result that has them. */
  perSample?: boolean;
  /**
   * Adds bootstrap intervals; they draw patients where every sample names one. 1000 resamples by default, 200 for metrics that need
   * all samples at once, as average precision does.
   */
  interval?: Omit<BootstrapOptions, 'clusters'>;
}

/** The entries that were asked for, with their definitions. @throws {VividMedError} `config` for an unknown name. */
export function chooseMetrics<P>(
  catalogue: readonly MetricEntry<P>[],
  { profile = 'reference', metrics }: ScoreOptions,
): { entry: MetricEntry<P>; definition: Definition<P> | undefined }[] {
  const names = new Set(catalogue.map(({ name }) => name));
  const unknown = metrics?.filter((name) => !names.has(name)) ?? [];
  check(
    unknown.length === 0,
    'config',
    () => `metrics: expected names of the catalogue, found ${unknown.join(', ')}.`,
    `known are ${[...names].join(', ')}.`,
  );
  return catalogue
    .filter(({ name }) => !metrics || metrics.includes(name))
    .map((entry) => ({ entry, definition: entry.definitions[profile] }));
}

/** Why a pair is not for a metric, where it is not. */
function modalityFault<P extends ScoredPair>({ modalities }: MetricEntry<P>, { modality }: P): string | undefined {
  if (!modalities || (modality !== undefined && modalities.includes(modality))) return undefined;
  return `made for ${modalities.join(', ')}, found ${modality ?? 'samples without a modality'}`;
}

/** How often each thing was said. */
type Tally = Map<string, number>;
const count = (tally: Tally, text: string): void => void tally.set(text, (tally.get(text) ?? 0) + 1);
const tallied = (tally: Tally): string[] => [...tally].map(([text, times]) => `${times} of the samples: ${text}`);

/** One metric at work. */
interface Running<P> {
  entry: MetricEntry<P>;
  definition: Definition<P>;
  accumulator: Accumulator<P>;
  /** Positions of the pairs that count. */
  members: number[];
  left: Tally;
  remarks: Tally;
  forced: Set<string>;
  /** Why the metric is given up. */
  fault?: string;
}

/**
 * Computes every metric of a catalogue in one pass over the pairs. A metric that no pair allows is listed in `skipped`, with
 * its reason; one that some pairs do not allow has a note that says how many.
 *
 * @throws {VividMedError} `data` for no pairs or a repeated id, `unsupported` for a metric that was asked for by name on a
 *   modality that it is not made for (without `force`), `config` for an unknown name; and what `checkPair` throws.
 */
export async function runMetrics<P extends ScoredPair>(
  catalogue: readonly MetricEntry<P>[],
  pairs: Iterable<P> | AsyncIterable<P>,
  options: ScoreOptions,
  checkPair: (pair: P, where: string) => void,
): Promise<Scores> {
  const { profile = 'reference', force = false, perSample = false, interval } = options;
  const keep = perSample || interval !== undefined;
  const skipped: SkippedMetric[] = [];
  const skip = ({ name, label }: MetricEntry<P>, reason: string): void =>
    void skipped.push({ metric: name, label, profile, reason });
  const running: Running<P>[] = [];
  for (const { entry, definition } of chooseMetrics(catalogue, options)) {
    if (definition)
      running.push({
        entry,
        definition,
        accumulator: definition.start(keep),
        members: [],
        left: new Map(),
        remarks: new Map(),
        forced: new Set(),
      });
    else skip(entry, `not part of the profile ${profile}`);
  }
  const ids: string[] = [];
  const seen = new Set<string>();
  const patients: (string | undefined)[] = [];

  for await (const pair of pairs) {
    const where = `sample ${ids.length}`;
    check(!seen.has(pair.id), 'data', `${where}: expected an id of its own, found one that came before.`);
    seen.add(pair.id);
    checkPair(pair, where);
    for (const metric of running) {
      const { entry, definition, accumulator, members } = metric;
      const fault = modalityFault(entry, pair);
      if (fault && !force) {
        if (options.metrics)
          throw new VividMedError('unsupported', `${entry.name}, ${where}: ${fault}.`, {
            hint: 'choose other metrics for these samples, or force it; its results then say so.',
          });
        metric.fault = fault;
      }
      if (metric.fault) continue;
      const without = definition.without?.(pair);
      if (without) {
        count(metric.left, without);
        continue;
      }
      if (fault) metric.forced.add(fault);
      const remark = definition.remark?.(pair);
      if (remark) count(metric.remarks, remark);
      accumulator.add(pair);
      members.push(ids.length);
    }
    ids.push(pair.id);
    patients.push(pair.patient);
  }
  check(ids.length > 0, 'data', 'metrics: expected at least one sample, found none.');

  const results: MetricResult[] = [];
  for (const { entry, definition, accumulator, members, left, remarks, forced, fault } of running) {
    if (fault || members.length === 0) {
      skip(entry, fault ?? [...left.keys()].join('; '));
      continue;
    }
    const { value, perClass, numSamples = members.length } = accumulator.figure();
    const samples = keep ? accumulator.samples() : undefined;
    const notes = [
      ...[...forced].map((text) => `forced: ${text}`),
      ...tallied(left).map((text) => `left out, ${text}`),
      ...tallied(remarks),
    ];
    const numUndefined = members.length - numSamples;
    if (numUndefined > 0) notes.push(`${numUndefined} of the samples: no value, left out`);
    const all = ids.map(() => Number.NaN);
    samples?.forEach((sample, i) => (all[members[i]!] = sample));
    const keys = members.map((i) => patients[i]);
    const clusters = keys.filter((key) => key !== undefined);
    results.push({
      metric: entry.name,
      label: entry.label,
      value,
      ...(perSample && samples ? { perSample: all } : {}),
      ...(perClass ? { perClass } : {}),
      n: numSamples,
      profile,
      definition: definition.text,
      version: definition.version,
      ...(entry.unit === undefined ? {} : { unit: entry.unit }),
      better: entry.better,
      ...(entry.modalities ? { modalities: entry.modalities } : {}),
      ...(interval
        ? {
            interval: bootstrapInterval(members.length, (indices) => accumulator.valueOf(indices), {
              resamples: accumulator.isQuick ? 1000 : 200,
              ...interval,
              ...(clusters.length === keys.length ? { clusters } : {}),
            }),
          }
        : {}),
      notes,
    });
  }
  return { results, skipped, ids };
}
