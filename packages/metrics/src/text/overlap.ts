/** How much two texts share. */
export interface OverlapScore {
  /** Shared part of the candidate; 0 where it is empty. */
  precision: number;
  /** Shared part of the reference; 0 where it is empty. */
  recall: number;
  /** Harmonic mean of both; 0 where nothing is shared. */
  f1: number;
}

export function overlapScore(shared: number, candidateSize: number, referenceSize: number): OverlapScore {
  const precision = shared / Math.max(1, candidateSize);
  const recall = shared / Math.max(1, referenceSize);
  return { precision, recall, f1: shared === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}
