import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { VividMedError } from '@vividmed/core';
import type { z } from 'zod';

/**
 * The records of a file of JSON lines, one at a time.
 *
 * @throws {VividMedError} `data` for a file that cannot be read, and for a line that is not such a record: by its number.
 */
export async function* readLines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() === '') continue;
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch (cause) {
        throw new VividMedError('data', `${path}, line ${number}: expected JSON, found something else.`, { cause });
      }
      const result = schema.safeParse(value);
      if (!result.success) {
        const [issue] = result.error.issues;
        throw new VividMedError(
          'data',
          `${path}, line ${number}: expected a record, found a fault at ${issue!.path.join('.') || 'the top'}: ${issue!.message}.`,
        );
      }
      yield result.data;
    }
  } catch (cause) {
    if (VividMedError.isInstance(cause)) throw cause;
    throw new VividMedError('data', `${path}: expected a file of JSON lines, found none that can be read.`, { cause });
  }
}

/** Every record of a file of JSON lines. @throws {VividMedError} as `readLines`. */
export async function readAll<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const records: T[] = [];
  for await (const record of readLines(path, schema)) records.push(record);
  return records;
}
