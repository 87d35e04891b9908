import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { VividMedError } from '@vividmed/core';

/** Writes a file so that a reader sees the old content or the new one, never a part. */
export function writeAtomic(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/** Writes a value as indented JSON, atomically. */
export function writeJson(path: string, value: unknown): void {
  writeAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Reads JSON. @throws {VividMedError} `data`, or the given code, when the file is missing or is not JSON. */
export function readJson(path: string, code: 'data' | 'config' = 'data'): unknown {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new VividMedError(code, `${path}: expected a JSON file, found none that can be read.`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new VividMedError(code, `${path}: expected JSON, found something else (${(cause as Error).message}).`, {
      cause,
    });
  }
}

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

/** Names of the files of a stage's run folder. */
export const runFiles = (folder: string) => ({
  config: join(folder, 'config.json'),
  metrics: join(folder, 'metrics.jsonl'),
  checkpoint: join(folder, 'checkpoint'),
  checkpointWeights: join(folder, 'checkpoint', 'model.safetensors'),
  weights: join(folder, 'model.safetensors'),
  finished: join(folder, 'finished.json'),
});

/** The run folder of a config unless one is named: by the name of its file. */
export const defaultFolder = (path: string, { data }: { data: { sources?: unknown } }): string =>
  `runs/${data.sources ? 'data' : 'phantom'}/${basename(path, '.json')}`;
