/** A median and how far the samples are spread. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  samples: number;
}

/** @param values at least one. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 0 ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
  return { median, min: sorted[0]!, max: sorted.at(-1)!, samples: sorted.length };
}

/** How many times longer `others` took than `ours`, round by round: a machine that changes its speed changes both. */
export function pairedRatio(ours: readonly number[], others: readonly number[]): Spread | undefined {
  const rounds = Math.min(ours.length, others.length);
  if (rounds === 0) return undefined;
  return spread(Array.from({ length: rounds }, (_, i) => others[i]! / ours[i]!));
}
