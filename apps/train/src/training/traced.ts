import type { Jitted } from '@vividmed/engine';

/** Graphs kept per kind: a stage meets about a dozen shapes. */
const maxGraphs = 32;

/** A traced function of a store and a batch, and what its outputs are. */
export interface Traced {
  run: Jitted;
  /** Paths that get a gradient from this shape of batch, in the order of the outputs. */
  updated: string[];
}

/** Least recently used entries leave when there are too many. */
export function remember<T extends { run: Jitted }>(traced: Map<string, T>, key: string, make: () => T): T {
  const entry = traced.get(key) ?? make();
  traced.delete(key);
  traced.set(key, entry);
  for (const [oldest, { run }] of traced) {
    if (traced.size <= maxGraphs) break;
    run.dispose();
    traced.delete(oldest);
  }
  return entry;
}
