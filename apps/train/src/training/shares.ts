import type { TrainConfig } from '../config.js';
import type { HostBatch } from './batch.js';
import { lossTerms } from './losses.js';

/**
 * What each term of the loss of a part counts for in that of the batch, in the order of `lossTerms`. Terms are means over samples,
 * or, that of the text, over tokens; that of cells is a sum over groups of images.
 */
export function sharesOf(parts: readonly HostBatch[], lmMean: TrainConfig['loss']['lmMean']): number[][] {
  const shareIn = (counts: readonly number[]): number[] => {
    const all = counts.reduce((a, b) => a + b, 0);
    return counts.map((count) => count / Math.max(all, 1));
  };
  const bySamples = shareIn(parts.map(({ numSamples }) => numSamples));
  const labelled = ({ arrays }: HostBatch): number =>
    ((arrays['labels']?.data ?? []) as readonly number[]).filter((label) => label >= 0).length;
  const byTokens = lmMean === 'samples' ? bySamples : shareIn(parts.map(labelled));
  return parts.map((_, p) =>
    lossTerms.map((term) => (term === 'cells' ? 1 : term === 'lm' ? byTokens[p]! : bySamples[p]!)),
  );
}
