const halfBits = 16;
const bins = 1 << halfBits;

/** Bits of the floats as whole numbers that are in the same order as the floats. */
function orderedBits(bits: number): number {
  return (bits & 0x80000000 ? ~bits : bits | 0x80000000) >>> 0;
}

const floatOf = (ordered: number): number => {
  const bits = ordered & 0x80000000 ? ordered & 0x7fffffff : ~ordered;
  return new Float32Array(Uint32Array.of(bits >>> 0).buffer)[0]!;
};

function forEachBits(slices: () => Iterable<Float32Array>, use: (ordered: number) => void): void {
  for (const slice of slices()) {
    const bits = new Uint32Array(slice.buffer, slice.byteOffset, slice.length);
    for (let i = 0; i < bits.length; i++) use(orderedBits(bits[i]!));
  }
}

/** The bin that holds the value of a rank, and how many values lie in the bins before it. */
function binOfRank(counts: Float64Array, rank: number): { bin: number; before: number } {
  let before = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    if (before + counts[bin]! > rank) return { bin, before };
    before += counts[bin]!;
  }
  return { bin: counts.length - 1, before };
}

/**
 * The values at shares of the sorted voxels, exactly: what sorting would find, in time that grows with the voxels and
 * memory that does not. Counts the upper halves of their bits first, then the lower halves in the bins that matter.
 */
export function orderStatistics(slices: () => Iterable<Float32Array>, shares: readonly number[]): number[] {
  const counts = new Float64Array(bins);
  let total = 0;
  forEachBits(slices, (ordered) => {
    counts[ordered >>> halfBits]!++;
    total++;
  });
  const places = shares.map((share) => {
    const rank = Math.round(share * (total - 1));
    return { rank, ...binOfRank(counts, rank) };
  });
  const lower = new Map(places.map(({ bin }) => [bin, new Float64Array(bins)]));
  forEachBits(slices, (ordered) => {
    const found = lower.get(ordered >>> halfBits);
    if (found) found[ordered & (bins - 1)]!++;
  });
  return places.map(({ bin, before, rank }) => {
    const low = binOfRank(lower.get(bin)!, rank - before).bin;
    return floatOf(((bin << halfBits) | low) >>> 0);
  });
}
