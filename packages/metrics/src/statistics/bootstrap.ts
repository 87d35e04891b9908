import { check, createRng } from '@vividmed/core';
import { type ClusterKey, clusterSamples } from './clusters.js';
import { normalCdf, normalQuantile } from './normal.js';

export interface BootstrapOptions {
  /**
   * `percentile`: quantiles of the resampled values. `bca`: those quantiles corrected for bias and acceleration
   * (Efron 1987); it also needs the statistic without each sample (or cluster) once.
   */
  method?: 'percentile' | 'bca';
  /** Share of intervals that hold the true value, in (0, 1); 0.95 by default. */
  level?: number;
  /** Number of resamples; 1000 by default. */
  resamples?: number;
  seed?: number;
  /** One key a sample, for example the patient: whole clusters are drawn. Each sample is its own cluster by default. */
  clusters?: readonly ClusterKey[];
}

export interface Interval {
  low: number;
  high: number;
  method: 'percentile' | 'bca';
  level: number;
  resamples: number;
  /** Resamples on which the statistic has no value, as F1 of a label that was not drawn; they are left out. */
  numUndefined: number;
  seed: number;
  /** What was drawn: number of samples, or of clusters. */
  numDrawn: number;
  drawn: 'samples' | 'clusters';
}

/** Any figure of a data set, from the positions of the samples that make it up; a position may occur several times. */
export type Statistic = (indices: readonly number[]) => number;

/** The value below which a share of sorted values lies, interpolated between neighbours (definition 7 of Hyndman and Fan). */
function quantile(sorted: Float64Array, share: number): number {
  const at = Math.min(1, Math.max(0, share)) * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (at - Math.floor(at)) * (high - low);
}

/** Shares at which the BCa interval is read from the sorted values (Efron 1987; Efron and Tibshirani 1993, chapter 14.3). */
function correctedShares(
  sorted: Float64Array,
  estimate: number,
  without: readonly number[],
  tail: number,
): [number, number] {
  const below = sorted.filter((value) => value < estimate).length;
  const equal = sorted.filter((value) => value === estimate).length;
  const bias = normalQuantile((below + equal / 2) / sorted.length);
  const mean = without.reduce((sum, value) => sum + value, 0) / without.length;
  const squares = without.reduce((sum, value) => sum + (mean - value) ** 2, 0);
  const cubes = without.reduce((sum, value) => sum + (mean - value) ** 3, 0);
  // A statistic that no sample changes has no acceleration.
  const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
  const shareOf = (probability: number): number => {
    const z = bias + normalQuantile(probability);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return [shareOf(tail), shareOf(1 - tail)];
}

/**
 * Bootstrap confidence interval of any statistic (Efron 1979) over `count` samples, or over clusters of them. Without
 * samples, where the statistic has no value, or where BCa is not defined (no spread on one side), the ends are NaN.
 *
 * @throws {VividMedError} `config` for a level outside (0, 1) or less than one resample, `shape` for a wrong number of keys.
 */
export function bootstrapInterval(count: number, statistic: Statistic, options: BootstrapOptions = {}): Interval {
  const { method = 'percentile', level = 0.95, resamples = 1000, seed = 0 } = options;
  const where = 'bootstrapInterval';
  check(level > 0 && level < 1, 'config', `${where}: expected a level in (0, 1), found ${level}.`);
  check(
    Number.isSafeInteger(resamples) && resamples > 0,
    'config',
    `${where}: expected a whole number of resamples above 0, found ${resamples}.`,
  );
  const clusters = clusterSamples(count, options.clusters, where);
  const rng = createRng(seed);
  const values: number[] = [];
  for (let r = 0; r < resamples && clusters.length > 0; r++) {
    const indices: number[] = [];
    for (let i = 0; i < clusters.length; i++) indices.push(...clusters[rng.int(clusters.length)]!);
    values.push(statistic(indices));
  }
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  const interval = (low: number, high: number): Interval => ({
    low,
    high,
    method,
    level,
    resamples,
    numUndefined: resamples - sorted.length,
    seed,
    numDrawn: clusters.length,
    drawn: options.clusters ? 'clusters' : 'samples',
  });
  if (sorted.length === 0) return interval(Number.NaN, Number.NaN);
  const tail = (1 - level) / 2;
  if (method === 'percentile') return interval(quantile(sorted, tail), quantile(sorted, 1 - tail));
  const without = clusters
    .map((_, left) => statistic(clusters.flatMap((members, i) => (i === left ? [] : members))))
    .filter((value) => !Number.isNaN(value));
  const estimate = statistic(Array.from({ length: count }, (_, i) => i));
  const [low, high] = correctedShares(sorted, estimate, without, tail);
  if (Number.isNaN(low) || Number.isNaN(high)) return interval(Number.NaN, Number.NaN);
  return interval(quantile(sorted, low), quantile(sorted, high));
}
