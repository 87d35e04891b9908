import { appendFileSync, createReadStream, existsSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { VividMedError } from '@vividmed/core';
import type { z } from 'zod';

/** A line of a file, without its end. */
export interface FileLine {
  text: string;
  /** Counted from 1. */
  number: number;
  /** Bytes of the file up to the end of the line. */
  end: number;
  /** False for the last one where the file ends without a line break: it may have been cut off. */
  isWhole: boolean;
}

const lineBreak = 0x0a;

/**
 * Reads a file of any size.
 *
 * @yields each line, one held at a time; empty ones are left out
 */
export async function* linesOf(path: string): AsyncGenerator<FileLine> {
  let parts: Uint8Array[] = [];
  let number = 0;
  let end = 0;
  const lineOf = (isWhole: boolean): FileLine => {
    const bytes = Buffer.concat(parts);
    parts = [];
    number += 1;
    end += bytes.length + (isWhole ? 1 : 0);
    return { text: bytes.toString('utf8').replace(/\r$/, ''), number, end, isWhole };
  };
  for await (const chunk of createReadStream(path)) {
    let rest = chunk as Uint8Array; // A stream without an encoding gives bytes.
    for (let at = rest.indexOf(lineBreak); at >= 0; at = rest.indexOf(lineBreak)) {
      parts.push(rest.subarray(0, at));
      rest = rest.subarray(at + 1);
      const line = lineOf(true);
      if (line.text !== '') yield line;
    }
    if (rest.length > 0) parts.push(rest);
  }
  if (parts.length > 0) yield lineOf(false);
}

/** The value of a line. @throws {VividMedError} `data`, with the place of the line and never what it holds. */
export function parseLine<T>(path: string, { text, number, isWhole }: FileLine, schema: z.ZodType<T>): T {
  const where = `${basename(path)}: line ${number}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const hint = isWhole
      ? {}
      : { hint: 'It may have been cut off: make the predictions again, and they go on from here.' };
    throw new VividMedError('data', `${where}: expected JSON, found something else.`, { cause, ...hint });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  throw new VividMedError('data', `${where}: expected another form, found ${issues.join('; ')}.`);
}

/**
 * Opens a file of lines to go on with it: calls `onLine` for each whole line that is there, and drops a last one that was cut off.
 * Returns what appends a value.
 */
export async function openLineFile(path: string, onLine: (line: FileLine) => void): Promise<(value: unknown) => void> {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) {
    let end = 0;
    for await (const line of linesOf(path)) {
      if (!line.isWhole) continue;
      onLine(line);
      end = line.end;
    }
    if (statSync(path).size > end) truncateSync(path, end);
  }
  return (value) => appendFileSync(path, `${JSON.stringify(value)}\n`);
}
