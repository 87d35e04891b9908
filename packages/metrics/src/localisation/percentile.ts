/**
 * Percentile of numbers by linear interpolation between the two nearest ranks (numpy's default). Infinity where either
 * rank is.
 */
export function linearPercentile(values: Float64Array, percent: number): number {
  const sorted = values.toSorted();
  const rank = (percent / 100) * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
  return low === high ? low : low + (high - low) * (rank - Math.floor(rank));
}

/** Enough that few values share a bucket with the percentile and have to be sorted. */
const mostBuckets = 4096;

/**
 * Smallest value up to which at least this percentage of the weight lies; values are at least 0. Rounding of the sums does
 * not decide: a share that misses the percentage by a billionth reaches it.
 */
export function weightedPercentile(values: Float64Array, weights: Float64Array, percent: number): number {
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  if (largest === 0 || largest === Infinity) return largest;
  const numBuckets = Math.min(mostBuckets, values.length);
  const bucketOf = (value: number): number => Math.min(numBuckets - 1, Math.floor((value / largest) * numBuckets));
  const sums = new Float64Array(numBuckets);
  for (let i = 0; i < values.length; i++) sums[bucketOf(values[i]!)]! += weights[i]!;
  const goal = (percent / 100 - 1e-9) * sums.reduce((sum, weight) => sum + weight, 0);
  let bucket = 0;
  let reached = 0;
  while (bucket < numBuckets - 1 && reached + sums[bucket]! < goal) reached += sums[bucket++]!;
  const inside: number[] = [];
  for (let i = 0; i < values.length; i++) if (bucketOf(values[i]!) === bucket) inside.push(i);
  inside.sort((a, b) => values[a]! - values[b]!);
  const last = inside.find((i) => (reached += weights[i]!) >= goal) ?? inside.at(-1)!;
  return values[last]!;
}
