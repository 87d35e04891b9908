import { groupBy } from './group-by.js';

/**
 * Applies a metric of boxes to each class alone, in the order in which classes come, those of the true boxes first:
 * `scorePerClass(predictions, truths, (found, there) => froc(found, there, options))`.
 */
export function scorePerClass<P extends { label: string }, T extends { label: string }, R>(
  predictions: readonly P[],
  truths: readonly T[],
  metric: (predictions: readonly P[], truths: readonly T[]) => R,
): Record<string, R> {
  const [found, there] = [groupBy(predictions, ({ label }) => label), groupBy(truths, ({ label }) => label)];
  const labels = new Set([...there.keys(), ...found.keys()]);
  return Object.fromEntries(
    [...labels].map((label) => [label, metric(found.get(label) ?? [], there.get(label) ?? [])]),
  );
}
