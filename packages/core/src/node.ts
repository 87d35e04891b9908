import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { VividMedError } from './errors.js';

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
