import { existsSync } from 'node:fs';
import { readJson, writeJson } from '@vividmed/core/node';

/** A figure that could not be measured is not a number, which JSON writes as null. */
function withNumbers(value: unknown): unknown {
  if (value === null) return Number.NaN;
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withNumbers(child)]));
}

/**
 * A value kept in a file with what it was made from, so that an interrupted run does not make it again. It is made anew when
 * `from` is another than that of the file. A value has no null of its own: null is read as a number that is none.
 */
export async function remembered<T>(path: string, from: object, make: () => Promise<T>): Promise<T> {
  if (existsSync(path)) {
    const kept = readJson(path) as { from: object; value: unknown };
    if (JSON.stringify(kept.from) === JSON.stringify(from)) return withNumbers(kept.value) as T;
  }
  const value = await make();
  writeJson(path, { from, value });
  return value;
}
