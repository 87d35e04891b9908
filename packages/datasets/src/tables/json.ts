import { check, VividMedError } from '@vividmed/core';
import type { z } from 'zod';
import type { DatasetFolder } from './dataset-folder.js';

/** Reads a JSON file of a given form. @throws {VividMedError} `data`, with the place of the first thing that is wrong. */
export async function readJson<T>(folder: DatasetFolder, file: string, schema: z.ZodType<T>): Promise<T> {
  return parseJson(`${folder.name}: ${file}`, await folder.text(file), schema);
}

/** Reads a file of one JSON value a line; empty lines are left out. @throws {VividMedError} `data`, with the line. */
export async function readJsonLines<T>(
  folder: DatasetFolder,
  file: string,
  schema: z.ZodType<T>,
): Promise<{ where: string; value: T }[]> {
  const lines = (await folder.text(file)).split('\n');
  return lines.flatMap((line, i) => {
    const where = `${folder.name}: ${file}: row ${i + 1}`;
    return line.trim() === '' ? [] : [{ where, value: parseJson(where, line, schema) }];
  });
}

function parseJson<T>(where: string, text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The message of the parser repeats the text.
    throw new VividMedError('data', `${where}: expected JSON, found text that does not parse.`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join('.') || 'the whole';
  // Of the kinds of issues only these name what was expected; none names what was found.
  const expected =
    issue?.code === 'invalid_type' ? `a value of type ${issue.expected}` : 'a value of the documented form';
  check(false, 'data', `${where}: expected ${expected} at ${place}, found something else.`);
}
