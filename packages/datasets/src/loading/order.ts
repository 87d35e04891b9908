import { createRng } from '@vividmed/core';

/** Index of the `position`-th example drawn: epoch after epoch, each in its own order. A function of its arguments alone. */
export type Order = (position: number) => number;

/**
 * Draws every example once per epoch. Any position can be asked for at any time, so a resumed run goes on exactly where it
 * stopped, and no example is left out because an epoch does not divide by the batch size.
 */
export function epochOrder(seed: number, name: string, numExamples: number): Order {
  const permutations = new Map<number, number[]>();
  const permutation = (epoch: number): number[] => {
    let order = permutations.get(epoch);
    if (!order) {
      order = createRng(seed)
        .fork(`order ${name} ${epoch}`)
        .shuffle(Array.from({ length: numExamples }, (_, i) => i));
      if (permutations.size > 3) permutations.clear();
      permutations.set(epoch, order);
    }
    return order;
  };
  return (position) => permutation(Math.floor(position / numExamples))[position % numExamples] as number;
}
