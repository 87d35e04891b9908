import { check } from '@vividmed/core';

/** What samples belong to: samples of one patient are drawn, or swapped, together. */
export type ClusterKey = string | number;

/** The positions of the samples of each cluster, clusters in the order of their first sample; each its own without keys. */
export function clusterSamples(count: number, keys: readonly ClusterKey[] | undefined, where: string): number[][] {
  if (keys === undefined) return Array.from({ length: count }, (_, i) => [i]);
  check(
    keys.length === count,
    'shape',
    `${where}: expected ${count} cluster keys, one a sample, found ${keys.length}.`,
  );
  const clusters = new Map<ClusterKey, number[]>();
  keys.forEach((key, i) => {
    const members = clusters.get(key);
    if (members) members.push(i);
    else clusters.set(key, [i]);
  });
  return [...clusters.values()];
}
