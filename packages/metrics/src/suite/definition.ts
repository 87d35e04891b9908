/** A figure of a whole data set. */
export interface Figure {
  value: number;
  perClass?: Readonly<Record<string, number>>;
  /** Samples that the value is made of, where some have none of their own. */
  numSamples?: number;
}

/** Collects samples of one metric. */
export interface Accumulator<P> {
  /** Whether the figure is made of sums, and so quickly computed over chosen samples. */
  isQuick: boolean;
  add(pair: P): void;
  figure(): Figure;
  /** The value over chosen samples, by their position; needs `keep`. */
  valueOf(indices: readonly number[]): number;
  /** One value a sample; nothing where the metric has no value of a single sample. Needs `keep`. */
  samples(): readonly number[] | undefined;
}

/** Collects samples of one metric from two systems. */
export interface PairedAccumulator<P> {
  /** Whether a difference is made of sums, and so quickly measured again. */
  isQuick: boolean;
  add(first: P, second: P): void;
  /** Value of the first system less that of the second, with the samples marked 1 exchanged. */
  difference(swapped: ArrayLike<number>): number;
}

/** How one metric is computed under one profile. */
export interface Definition<P> {
  /** What is computed, with every choice that changes the value. */
  text: string;
  /** Changes whenever the same samples would give another value. */
  version: string;
  /** Why a pair does not count for this metric, where it does not: "no reference boxes". */
  without?: (pair: P) => string | undefined;
  /** Said of a pair that counts: "the prediction is empty, which scores 0". */
  remark?: (pair: P) => string | undefined;
  /** `keep` holds on to what resampling and values of samples need; without it sums take constant memory. */
  start(keep: boolean): Accumulator<P>;
  startPaired(): PairedAccumulator<P>;
}

type Base<P> = Pick<Definition<P>, 'text' | 'version' | 'without' | 'remark'>;

interface Sums<P> extends Base<P> {
  /** Numbers of one sample, as many for each, which add up over samples: counts, a value and a 1. */
  counts(pair: P): readonly number[];
  total(sums: readonly number[]): Figure;
  sample?: (counts: readonly number[]) => number;
}

function addTo(sums: number[], counts: readonly number[]): void {
  for (let i = 0; i < counts.length; i++) sums[i] = (sums[i] ?? 0) + counts[i]!;
}

/** A metric that is a function of sums over samples. It takes constant memory, and is quickly resampled. */
export function sumsMetric<P>({ counts, total, sample, ...base }: Sums<P>): Definition<P> {
  const sumOf = (rows: Iterable<readonly number[]>): number[] => {
    const sums: number[] = [];
    for (const row of rows) addTo(sums, row);
    return sums;
  };
  return {
    ...base,
    start: (keep) => {
      const rows: (readonly number[])[] = [];
      const sums: number[] = [];
      return {
        isQuick: true,
        add: (pair) => {
          const row = counts(pair);
          addTo(sums, row);
          if (keep) rows.push(row);
        },
        figure: () => total(sums),
        valueOf: (indices) => total(sumOf(indices.map((i) => rows[i]!))).value,
        samples: () => (sample ? rows.map(sample) : undefined),
      };
    },
    startPaired: () => {
      const rows: (readonly [readonly number[], readonly number[]])[] = [];
      return {
        isQuick: true,
        add: (first, second) => void rows.push([counts(first), counts(second)]),
        difference: (swapped) => {
          const sums: [number[], number[]] = [[], []];
          rows.forEach(([first, second], i) => {
            addTo(sums[swapped[i] ? 1 : 0], first);
            addTo(sums[swapped[i] ? 0 : 1], second);
          });
          return total(sums[0]).value - total(sums[1]).value;
        },
      };
    },
  };
}

interface Mean<P> extends Base<P> {
  /** NaN where a sample has no value; it is then left out of the mean. */
  value(pair: P): number;
}

/** The mean of one value a sample. */
export const meanMetric = <P>({ value, ...base }: Mean<P>): Definition<P> =>
  sumsMetric({
    ...base,
    counts: (pair) => {
      const one = value(pair);
      return Number.isNaN(one) ? [0, 0] : [one, 1];
    },
    total: ([sum = 0, count = 0]) => ({ value: sum / count, numSamples: count }),
    sample: ([sum = 0, count = 0]) => sum / count,
  });

interface ClassMean<P> extends Mean<P> {
  classOf(pair: P): string;
}

/** The mean over classes of the mean over the samples of a class, so that rare classes count as much as frequent ones. */
export const classMeanMetric = <P>({ value, classOf, ...base }: ClassMean<P>): Definition<P> =>
  listMetric({
    ...base,
    item: (pair) => ({ name: classOf(pair), value: value(pair) }),
    figure: (items) => {
      const byClass = new Map<string, { sum: number; count: number }>();
      for (const { name, value: one } of items) {
        if (Number.isNaN(one)) continue;
        const so = byClass.get(name) ?? { sum: 0, count: 0 };
        byClass.set(name, { sum: so.sum + one, count: so.count + 1 });
      }
      const means = [...byClass].map(([name, { sum, count }]) => [name, sum / count] as const);
      return {
        value: means.reduce((sum, [, mean]) => sum + mean, 0) / means.length,
        perClass: Object.fromEntries(means),
        numSamples: [...byClass.values()].reduce((sum, { count }) => sum + count, 0),
      };
    },
    sample: ({ value: one }) => one,
  });

interface List<P, T> extends Base<P> {
  /** What is kept of a pair. */
  item(pair: P): T;
  figure(items: readonly T[]): Figure;
  sample?: (item: T) => number;
}

/** A metric that needs all samples at once, such as one that sorts them. What it keeps of each should be small. */
export function listMetric<P, T>({ item, figure, sample, ...base }: List<P, T>): Definition<P> {
  return {
    ...base,
    start: () => {
      const items: T[] = [];
      return {
        isQuick: false,
        add: (pair) => void items.push(item(pair)),
        figure: () => figure(items),
        valueOf: (indices) => figure(indices.map((i) => items[i]!)).value,
        samples: () => (sample ? items.map(sample) : undefined),
      };
    },
    startPaired: () => {
      const items: (readonly [T, T])[] = [];
      return {
        isQuick: false,
        add: (first, second) => void items.push([item(first), item(second)]),
        difference: (swapped) =>
          figure(items.map(([first, second], i) => (swapped[i] ? second : first))).value -
          figure(items.map(([first, second], i) => (swapped[i] ? first : second))).value,
      };
    },
  };
}
