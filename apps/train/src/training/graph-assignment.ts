import * as tf from '@tensorflow/tfjs';
import { type Profile, matchingDefaults } from '@vividmed/matcher';
import { focalLoss, generalisedIou, type Localised } from '@vividmed/sam-decoder';

/** Up to so many queries every assignment is tried: 720 of them. */
export const maxListedQueries = 6;

export interface Targets {
  /** [K, m, 6]. */
  targetBoxes: tf.Tensor;
  /** [K, m]. */
  matched: tf.Tensor;
  /** [K, m]. */
  boxWeight: tf.Tensor;
}

type Predicted = Pick<Localised, 'boxes' | 'presenceLogits'>;

export interface MatchOptions {
  profile: Profile;
  /** Weight of presence in the cost. */
  classification: number;
}

/** Every order of 0 to n - 1. */
function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, at) => [...order.slice(0, at), n - 1, ...order.slice(at)]),
  );
}

/** All m! permutation matrices, a row [m * m] each. */
function permutationMatrices(m: number): tf.Tensor2D {
  const orders = permutations(m);
  const data = new Float32Array(orders.length * m * m);
  orders.forEach((order, p) => order.forEach((column, row) => (data[(p * m + row) * m + column] = 1)));
  return tf.tensor2d(data, [orders.length, m * m]);
}

/** What it costs query q to take the box listed at t, as `matchingCost` has it, and 0 where none is: [K, m, m]. */
function costs(
  { boxes, presenceLogits }: Predicted,
  { targetBoxes, matched }: Targets,
  { profile, classification }: MatchOptions,
): tf.Tensor {
  const { weights, focal } = matchingDefaults;
  const [numPrompts, m] = presenceLogits.shape as [number, number];
  const pairs = [numPrompts, m, m, 6];
  const predicted = tf.broadcastTo(tf.expandDims(boxes, 2), pairs);
  const truth = tf.broadcastTo(tf.expandDims(targetBoxes, 1), pairs);
  const l1 = tf.mean(tf.abs(tf.sub(predicted, truth)), -1);
  const giou = generalisedIou(predicted, truth, profile);
  const presence =
    profile === 'paper'
      ? tf.sub(
          focalLoss(presenceLogits, tf.onesLike(presenceLogits), focal),
          focalLoss(presenceLogits, tf.zerosLike(presenceLogits), focal),
        )
      : tf.sub(1, tf.mul(tf.sigmoid(presenceLogits), 2));
  const cost = tf.addN([
    tf.mul(l1, weights.l1),
    tf.mul(tf.sub(1, giou), weights.giou),
    tf.mul(tf.broadcastTo(tf.expandDims(presence, 2), [numPrompts, m, m]), classification),
  ]);
  return tf.mul(cost, tf.expandDims(matched, 1));
}

/**
 * Gives listed boxes (`listBoxes`) to the queries of their prompts so that the total cost is least, by trying every
 * assignment: a matching that needs no numbers on the host, and so no graph of its own. Nothing is differentiated.
 *
 * @param listed the box at [k, t] is the t-th of prompt k; `matched` is 0 where there is none.
 * @returns the same with the box of query q at [k, q].
 */
export function matchListed(predicted: Predicted, listed: Targets, options: MatchOptions): Targets {
  const [numPrompts, m] = predicted.presenceLogits.shape as [number, number];
  const assign = tf.customGrad((...inputs) => {
    const [boxes, presenceLogits] = inputs as [tf.Tensor, tf.Tensor];
    const matrices = permutationMatrices(m);
    const cost = costs({ boxes, presenceLogits }, listed, options);
    const totals = tf.matMul(tf.reshape(cost, [numPrompts, m * m]), matrices, false, true);
    const best = tf.reshape(tf.gather(matrices, tf.argMin(totals, 1)), [numPrompts, m, m]);
    const columns = [listed.matched, listed.boxWeight].map((x) => tf.expandDims(x, 2));
    return {
      // Sums of one term each, so nothing is rounded.
      value: tf.matMul(best, tf.concat([listed.targetBoxes, ...columns], 2)),
      gradFunc: () => [tf.zeros([numPrompts, m, 6]), tf.zeros([numPrompts, m])],
    };
  });
  return tf.tidy(() => {
    const [targetBoxes, matched, boxWeight] = tf.split(
      assign(predicted.boxes, predicted.presenceLogits),
      [6, 1, 1],
      2,
    ) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return {
      targetBoxes,
      matched: tf.reshape(matched, [numPrompts, m]),
      boxWeight: tf.reshape(boxWeight, [numPrompts, m]),
    };
  });
}
