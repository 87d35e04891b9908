import { type Assign, matchBoxes, matchingDefaults } from '@vividmed/matcher';
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
  /** [K, m, 6]: the matched box of each query; zeros where none is. */
  targetBoxes: HostArray;
  /** [K, m]: 1 where the query is matched. */
  matched: HostArray;
  /** [K, m]: weight in the box losses: the mean over the matched boxes of a sample, then over the samples. */
  boxWeight: HostArray;
}

export interface AssignOptions {
  profile: 'paper' | 'original';
  /** Instance queries of a prompt, m. */
  numQueries: number;
  /** Samples in the batch, those without boxes included: they count in the mean (original-implementation section 3). */
  numSamples: number;
  /** Weight of presence in the cost. */
  classification: number;
  /** Solver of the assignment; munkres-js by default. */
  assign?: Assign;
}

/** A true box at the row of a query, and the sample that it is of. */
interface Placed {
  row: number;
  sample: number;
  box: Float32Array;
}

/** Targets of groups from their boxes in rows [K * m]; rows without one have no weight. */
function placeTargets(
  placed: readonly (readonly Placed[])[],
  shapes: readonly GroupShape[],
  { numQueries, numSamples }: { numQueries: number; numSamples: number },
): GroupTargets[] {
  const boxesOf = new Map<number, number>();
  for (const { sample } of placed.flat()) boxesOf.set(sample, (boxesOf.get(sample) ?? 0) + 1);
  return placed.map((boxes, g) => {
    const shape = [shapes[g]!.numPrompts, numQueries];
    const numRows = shapes[g]!.numPrompts * numQueries;
    const targetBoxes = new Float32Array(numRows * 6);
    const matched = new Float32Array(numRows);
    const boxWeight = new Float32Array(numRows);
    for (const { row, sample, box } of boxes) {
      targetBoxes.set(box, row * 6);
      matched[row] = 1;
      boxWeight[row] = 1 / (numSamples * boxesOf.get(sample)!);
    }
    return {
      targetBoxes: { data: targetBoxes, shape: [...shape, 6] },
      matched: { data: matched, shape },
      boxWeight: { data: boxWeight, shape },
    };
  });
}

/**
 * Matches the instance queries of each prompt with its true boxes (paper 3.2.2, Hungarian matching). Prompts whose boxes are
 * not labelled, and padding, match nothing.
 */
export function assignQueries(
  predictions: readonly GroupPrediction[],
  truths: readonly GroupTruth[],
  shapes: readonly GroupShape[],
  { profile, classification, numQueries, numSamples, assign }: AssignOptions,
): GroupTargets[] {
  const placed = predictions.map(({ boxes, presenceLogits }, g) =>
    truths[g]!.boxes.flatMap((targets, k): Placed[] => {
      if (targets === undefined || targets.length === 0) return [];
      const first = k * numQueries;
      const match = matchBoxes({
        boxes: Array.from({ length: numQueries }, (_, q) => [...boxes.subarray((first + q) * 6, (first + q + 1) * 6)]),
        presenceLogits: [...presenceLogits.subarray(first, first + numQueries)],
        targets: targets.map((target) => [...target]),
        profile,
        weights: { ...matchingDefaults.weights, classification },
        ...(assign ? { assign } : {}),
      });
      return match.pairs.map(([query, target]) => ({
        row: first + query,
        sample: truths[g]!.sample[k]!,
        box: targets[target]!,
      }));
    }),
  );
  return placeTargets(placed, shapes, { numQueries, numSamples });
}

/**
 * The true boxes of each prompt in the rows of its first queries: what `matchListed` of `graph-assignment.ts` gives to the
 * queries inside a graph. Prompts have at most `numQueries` boxes.
 */
export function listBoxes(
  truths: readonly GroupTruth[],
  shapes: readonly GroupShape[],
  options: { numQueries: number; numSamples: number },
): GroupTargets[] {
  const placed = truths.map(({ boxes, sample }) =>
    boxes.flatMap((targets, k) =>
      (targets ?? []).map((box, t): Placed => ({ row: k * options.numQueries + t, sample: sample[k]!, box })),
    ),
  );
  return placeTargets(placed, shapes, options);
}
