import { readFileSync } from 'node:fs';
import { createRng } from '@vividmed/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, compareMeans, pairedRandomisation } from '../src/index.js';
import { normalCdf, normalQuantile } from '../src/statistics/normal.js';

interface Golden {
  bootstrap: {
    values: number[];
    statistic: 'mean' | 'median' | 'meanOfSquares';
    seed: number;
    resamples: number;
    percentile: [number, number];
    bca: [number, number];
  }[];
  permutation: { first: number[]; second: number[]; difference: number; pValue: number }[];
  cdf: [number, number][];
  quantile: [number, number][];
}
const golden = JSON.parse(readFileSync(new URL('oracle/statistics.json', import.meta.url), 'utf8')) as Golden;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const statistics = {
  mean,
  median: (values: readonly number[]) => {
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length / 2;
    return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
  },
  meanOfSquares: (values: readonly number[]) => mean(values.map((value) => value ** 2)),
};
const of =
  (values: readonly number[], statistic: (chosen: readonly number[]) => number = mean) =>
  (indices: readonly number[]): number =>
    statistic(indices.map((i) => values[i]!));

describe('the normal distribution', () => {
  it('is that of scipy', () => {
    for (const [x, share] of golden.cdf) expect(normalCdf(x), `cdf ${x}`).toBeCloseTo(share, 14);
    for (const [share, x] of golden.quantile)
      expect(Math.abs(normalQuantile(share) - x), `quantile ${share}`).toBeLessThan(share < 1e-9 ? 1e-3 : 1e-8);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

describe('bootstrapInterval', () => {
  it.each(golden.bootstrap)(
    'has the ends of scipy for the $statistic of the same draws, seed $seed',
    ({ values, statistic, seed, resamples, ...ends }) => {
      for (const method of ['percentile', 'bca'] as const) {
        const options = { method, seed, resamples, level: 0.9 };
        const { low, high } = bootstrapInterval(values.length, of(values, statistics[statistic]), options);
        expect(low, method).toBeCloseTo(ends[method][0], 9);
        expect(high, method).toBeCloseTo(ends[method][1], 9);
      }
    },
  );

  it('draws whole clusters, and is wider where the samples of a cluster are alike', () => {
    const patients = Array.from({ length: 60 }, (_, i) => Math.floor(i / 6));
    const values = patients.map((patient) => (patient * 37) % 10);
    const alone = bootstrapInterval(60, of(values), { seed: 1 });
    const together = bootstrapInterval(60, of(values), { seed: 1, clusters: patients });
    expect([alone.drawn, alone.numDrawn]).toEqual(['samples', 60]);
    expect([together.drawn, together.numDrawn]).toEqual(['clusters', 10]);
    expect(together.high - together.low).toBeGreaterThan(1.8 * (alone.high - alone.low));
    bootstrapInterval(
      60,
      (indices) => {
        const drawn = new Map<number, number>();
        for (const i of indices) drawn.set(i, (drawn.get(i) ?? 0) + 1);
        for (const [i, times] of drawn) expect(drawn.get(6 * Math.floor(i / 6))).toBe(times);
        return 0;
      },
      { resamples: 5, clusters: patients },
    );
  });

  it('is the same for the same seed, holds the mean of its resamples, and narrows with the level', () => {
    const sample = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(sample, fc.nat(), (values, seed) => {
        const [wide, narrow] = [0.95, 0.5].map((level) =>
          bootstrapInterval(values.length, of(values), { seed, level, resamples: 60 }),
        ) as [ReturnType<typeof bootstrapInterval>, ReturnType<typeof bootstrapInterval>];
        expect(bootstrapInterval(values.length, of(values), { seed, level: 0.95, resamples: 60 })).toEqual(wide);
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(narrow.low).toBeLessThanOrEqual(narrow.high);
        expect(narrow.high).toBeLessThanOrEqual(wide.high);
        expect(wide.low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(wide.high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }),
      { seed: 11, numRuns: 40 },
    );
  });

  it('leaves out resamples without a value and counts them; without any the ends are NaN', () => {
    const rare = [Number.NaN, Number.NaN, 1];
    const known = (indices: readonly number[]): number => mean(indices.map((i) => rare[i]!).filter((v) => v === 1));
    const some = bootstrapInterval(3, known, { resamples: 100 });
    expect([some.low, some.high]).toEqual([1, 1]);
    expect(some.numUndefined).toBeGreaterThan(10);
    expect(some.numUndefined).toBeLessThan(60);
    const none = bootstrapInterval(0, known, { resamples: 10 });
    expect([none.low, none.high, none.numDrawn]).toEqual([Number.NaN, Number.NaN, 0]);
  });

  it('refuses wrong options', () => {
    expect(() => bootstrapInterval(3, mean, { level: 1 })).toThrow('expected a level in (0, 1), found 1');
    expect(() => bootstrapInterval(3, mean, { resamples: 0 })).toThrow('resamples above 0, found 0');
    expect(() => bootstrapInterval(3, mean, { clusters: [1] })).toThrow(
      'expected 3 cluster keys, one a sample, found 1',
    );
  });
});

describe('pairedRandomisation', () => {
  it.each(golden.permutation)('comes near the exact p of scipy, $pValue', ({ first, second, difference, pValue }) => {
    const test = compareMeans(first, second, { seed: 3 });
    expect(test.difference).toBeCloseTo(difference, 12);
    // Five standard deviations of a share of 10,000 trials.
    expect(Math.abs(test.pValue - pValue)).toBeLessThan(5 * Math.sqrt((pValue * (1 - pValue)) / 10_000) + 1e-4);
  });

  it('gives 1 for equal systems and the least possible p for very different ones', () => {
    const values = Array.from({ length: 30 }, (_, i) => i % 7);
    expect(compareMeans(values, values).pValue).toBe(1);
    const better = values.map((value) => value + 1);
    expect(compareMeans(better, values)).toEqual({ difference: 1, pValue: 1 / 10_001, trials: 10_000, seed: 0 });
    expect(compareMeans(values, better).pValue).toBe(1 / 10_001);
  });

  it('holds its level: equal systems look different in about one of twenty data sets', () => {
    let wrong = 0;
    for (let set = 0; set < 200; set++) {
      const rng = createRng(set);
      const values = (): number[] => Array.from({ length: 20 }, () => rng.uniform());
      if (compareMeans(values(), values(), { trials: 200, seed: set }).pValue <= 0.05) wrong++;
    }
    expect(wrong).toBeGreaterThan(1);
    expect(wrong).toBeLessThan(22);
  });

  it('swaps the samples of a cluster together, so that many samples of one patient prove little', () => {
    const values = Array.from({ length: 12 }, () => 0);
    const better = values.map(() => 1);
    const clusters = values.map((_, i) => Math.floor(i / 6));
    expect(compareMeans(better, values).pValue).toBeLessThan(0.005);
    const { pValue } = compareMeans(better, values, { clusters });
    expect(pValue).toBeGreaterThan(0.45);
    expect(pValue).toBeLessThan(0.55);
    pairedRandomisation(
      12,
      (swapped) => {
        clusters.forEach((cluster, i) => expect(swapped[i]).toBe(swapped[6 * cluster]));
        return 0;
      },
      { trials: 5, clusters },
    );
  });

  it('refuses lists of different lengths, values that are no numbers, and no samples', () => {
    expect(() => compareMeans([1], [])).toThrow('as many values of both systems, found 1 and 0');
    expect(() => compareMeans([1, Number.NaN], [1, 2])).toThrow('found NaN for sample 1');
    expect(() => compareMeans([], [])).toThrow('expected a difference of the two systems, found NaN');
    expect(() => compareMeans([1], [2], { trials: 1.5 })).toThrow('number of trials above 0, found 1.5');
  });
});
