import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeAtomic } from '@vividmed/core/node';

/** One record a line: the metrics of a run. */
export interface JsonLines<T> {
  append(record: T): void;
  /** Every record so far; a last line that an interruption cut off is left out. */
  read(): T[];
  /** Keeps the records for which `keep` holds: what a resumed run drops are the steps after its checkpoint. */
  retain(keep: (record: T) => boolean): void;
}

/** Opens a file of JSON lines, which need not exist yet. */
export function jsonLines<T>(path: string): JsonLines<T> {
  const read = (): T[] => {
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line) => {
        try {
          return line === '' ? [] : [JSON.parse(line) as T];
        } catch {
          return [];
        }
      });
  };
  return {
    append: (record) => {
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, `${JSON.stringify(record)}\n`);
    },
    read,
    retain: (keep) => {
      const kept = read().filter(keep);
      writeAtomic(path, kept.map((record) => `${JSON.stringify(record)}\n`).join(''));
    },
  };
}
