import { check, createRng } from '@vividmed/core';
import { type ClusterKey, clusterSamples } from './clusters.js';

export interface RandomisationOptions {
  /** Random swaps; 10,000 by default. */
  trials?: number;
  seed?: number;
  /** One key a sample, for example the patient: the samples of a cluster are swapped together. */
  clusters?: readonly ClusterKey[];
}

export interface RandomisationTest {
  /** Statistic of the first system less that of the second, as they are. */
  difference: number;
  /** Two-sided: share of swaps with a difference at least as large, the systems as they are counted among them (+1 rule). */
  pValue: number;
  trials: number;
  seed: number;
}

/** Differences that are equal but for rounding count as equal. */
const slack = 1e-12;

/**
 * Paired approximate randomisation test between two systems that were given the same samples (Noreen 1989; Riezler and
 * Maxwell 2005), for any statistic: under the null hypothesis the two outputs of a sample may change places.
 *
 * `difference(swapped)` is the statistic of the first system less that of the second with the outputs of the samples marked
 * 1 exchanged. p = (c + 1) / (trials + 1), c being the trials whose absolute difference is at least the observed one.
 *
 * @throws {VividMedError} `config` for less than one trial, `shape` for a wrong number of keys, `numeric` where the
 *   difference has no value.
 */
export function pairedRandomisation(
  count: number,
  difference: (swapped: Uint8Array) => number,
  { trials = 10_000, seed = 0, clusters: keys }: RandomisationOptions = {},
): RandomisationTest {
  const where = 'pairedRandomisation';
  check(
    Number.isSafeInteger(trials) && trials > 0,
    'config',
    `${where}: expected a whole number of trials above 0, found ${trials}.`,
  );
  const clusters = clusterSamples(count, keys, where);
  const swapped = new Uint8Array(count);
  const measure = (): number => {
    const value = difference(swapped);
    check(!Number.isNaN(value), 'numeric', `${where}: expected a difference of the two systems, found NaN.`);
    return value;
  };
  const observed = measure();
  const rng = createRng(seed);
  const least = Math.abs(observed) * (1 - slack);
  let asLarge = 0;
  for (let trial = 0; trial < trials; trial++) {
    for (const members of clusters) {
      const swap = rng.chance(0.5) ? 1 : 0;
      for (const i of members) swapped[i] = swap;
    }
    if (Math.abs(measure()) >= least) asLarge++;
  }
  return { difference: observed, pValue: (asLarge + 1) / (trials + 1), trials, seed };
}

/**
 * The same test for the difference of two means, from one value a sample of each system.
 *
 * @throws {VividMedError} `shape` for lists of different lengths, `numeric` for a value that is no number, or none at all.
 */
export function compareMeans(
  first: readonly number[],
  second: readonly number[],
  options: RandomisationOptions = {},
): RandomisationTest {
  check(
    first.length === second.length,
    'shape',
    `compareMeans: expected as many values of both systems, found ${first.length} and ${second.length}.`,
  );
  const differences = first.map((value, i) => value - second[i]!);
  const unknown = differences.findIndex((value) => Number.isNaN(value));
  check(unknown < 0, 'numeric', `compareMeans: expected numbers, found NaN for sample ${unknown}.`);
  const mean = (swapped: Uint8Array): number => {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) sum += swapped[i] ? -differences[i]! : differences[i]!;
    return sum / differences.length;
  };
  return pairedRandomisation(first.length, mean, options);
}
