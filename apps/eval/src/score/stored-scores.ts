import { check } from '@vividmed/core';
import { readJson, writeJson } from '@vividmed/core/node';
import type { ScoredSet } from './scored-set.js';

const format = 'vividmed-scores';

/** Writes the figures of an evaluation. */
export const writeScores = (path: string, sets: readonly ScoredSet[]): void =>
  writeJson(path, { format, version: 1, sets });

/** JSON has no NaN: what is null in a number's place had no value. */
function restoreNumbers(value: unknown): unknown {
  if (value === null) return Number.NaN;
  if (Array.isArray(value)) return value.map(restoreNumbers);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, restoreNumbers(each)]));
}

/** The figures that `writeScores` wrote. @throws {VividMedError} `data` for another file. */
export function readScores(path: string): ScoredSet[] {
  const stored = readJson(path) as { format?: unknown; sets?: unknown };
  check(
    stored.format === format && Array.isArray(stored.sets),
    'data',
    `${path}: expected the scores of an evaluation, found another file.`,
  );
  // Written by `writeScores`, as the format says.
  return stored.sets.map(restoreNumbers) as ScoredSet[];
}
