import { type Assign, matchBoxes } from '@vividmed/matcher';
import type { GroupShape, GroupTruth, HostArray } from './batch.js';

/** What the localiser says about the prompts of one group, read back from the engine. */
export interface GroupPrediction {
  /** [K, m, 6], normalised centre-size. */
  boxes: Float32Array;
  /** [K, m]. */
  presenceLogits: Float32Array;
}

/** Targets of the instance branch of one group. */
export interface GroupTargets {
  /** [K, m, 6]: the matched box of each query; a copy of the query's own box where none is. */
  targetBoxes: HostArray;
  /** [K, m]: 1 where the query is matched. */
  matched: HostArray;
  /** [K, m]: weight in the box losses: the mean over the matched boxes of a sample, then over the samples. */
  boxWeight: HostArray;
}

export interface AssignOptions {
  profile: 'paper' | 'original';
  /** Samples in the batch, those without boxes included: they count in the mean (original-implementation section 3). */
  numSamples: number;
  /** Solver of the assignment; munkres-js by default. */
  assign?: Assign;
}

/**
 * Matches the instance queries of each prompt with its true boxes (paper 3.2.2, Hungarian matching). Prompts whose boxes are
 * not labelled, and padding, match nothing.
 */
export function assignQueries(
  predictions: readonly GroupPrediction[],
  truths: readonly GroupTruth[],
  shapes: readonly GroupShape[],
  { profile, numSamples, assign }: AssignOptions,
): GroupTargets[] {
  const found = predictions.map(({ boxes, presenceLogits }, g) => {
    const numPrompts = shapes[g]!.numPrompts;
    const numQueries = numPrompts === 0 ? 0 : presenceLogits.length / numPrompts;
    const pairs = truths[g]!.boxes.flatMap((targets, k) => {
      if (targets === undefined || targets.length === 0) return [];
      const first = k * numQueries;
      const match = matchBoxes({
        boxes: Array.from({ length: numQueries }, (_, q) => [...boxes.subarray((first + q) * 6, (first + q + 1) * 6)]),
        presenceLogits: [...presenceLogits.subarray(first, first + numQueries)],
        targets: targets.map((target) => [...target]),
        profile,
        ...(assign ? { assign } : {}),
      });
      return match.pairs.map(([query, target]) => ({
        row: first + query,
        sample: truths[g]!.sample[k]!,
        box: targets[target]!,
      }));
    });
    return { numPrompts, numQueries, pairs };
  });
  const matchedOf = new Map<number, number>();
  for (const { pairs } of found) {
    for (const { sample } of pairs) matchedOf.set(sample, (matchedOf.get(sample) ?? 0) + 1);
  }
  return found.map(({ numPrompts, numQueries, pairs }, g) => {
    const targetBoxes = Float32Array.from(predictions[g]!.boxes);
    const matched = new Float32Array(numPrompts * numQueries);
    const boxWeight = new Float32Array(numPrompts * numQueries);
    for (const { row, sample, box } of pairs) {
      targetBoxes.set(box, row * 6);
      matched[row] = 1;
      boxWeight[row] = 1 / (numSamples * matchedOf.get(sample)!);
    }
    return {
      targetBoxes: { data: targetBoxes, shape: [numPrompts, numQueries, 6] },
      matched: { data: matched, shape: [numPrompts, numQueries] },
      boxWeight: { data: boxWeight, shape: [numPrompts, numQueries] },
    };
  });
}
