import { check } from '@vividmed/core';

/** The references of one text: one, or several of which each metric takes the best or the closest, as it says. */
export type References = string | readonly string[];

/** Splits a text into the units that a metric compares. */
export type Tokenizer = (text: string) => string[];

/** A metric over a corpus that takes one text at a time, so that its memory does not grow with their number. */
export interface CorpusMetric<Value, Result> {
  /** Counts one text, and gives its own value. */
  add(candidate: string, references: References): Value;
  /** The value of all texts so far; NaN where there is none yet. */
  result(): Result;
}

/** @throws {VividMedError} `data` for a text without a reference (an empty reference is one). */
export function listReferences(references: References, where: string): readonly string[] {
  const list = typeof references === 'string' ? [references] : references;
  check(list.length > 0, 'data', `${where}: expected at least one reference a text, found none.`);
  return list;
}

/** Adds all texts to a corpus metric. @throws {VividMedError} `shape` for lists of different lengths. */
export function addAll<Value>(
  metric: CorpusMetric<Value, unknown>,
  candidates: readonly string[],
  references: readonly References[],
  where: string,
): Value[] {
  check(
    candidates.length === references.length,
    'shape',
    `${where}: expected as many predictions as references, found ${candidates.length} and ${references.length}.`,
  );
  return candidates.map((candidate, i) => metric.add(candidate, references[i]!));
}
