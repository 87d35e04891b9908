import { check, VividMedError } from '@vividmed/core';
import { decodeImage } from '@vividmed/imaging';
import { z } from 'zod';
import type { Dataset, DatasetEntry } from '../dataset.js';
import type { Study } from '../study.js';
import type { DatasetFolder } from '../tables/dataset-folder.js';
import { imageInRow } from '../tables/parquet-images.js';
import { ancestorsOf } from '../taxonomy/table.js';
import type { Box, Volume } from '../volume.js';

/** Options that every adapter takes. */
export const AdapterOptions = z.strictObject({
  onlyPresent: z.boolean().default(false).describe('Leave out entries without their files, for those who have a part.'),
});
export type AdapterOptions = z.infer<typeof AdapterOptions>;

/** Checks options given as a plain object. @throws {VividMedError} `config`, with every option that is wrong. */
export function parseOptions<T>(name: string, schema: z.ZodType<T>, options: unknown): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'options'}: ${message}`,
  );
  throw new VividMedError('config', `${name}: expected other options, found ${issues.join('; ')}.`);
}

/** An entry, where its row is for errors, and what else the adapter knows of it. */
export interface DatasetRecord {
  where: string;
  entry: DatasetEntry;
}

/**
 * A data set of records, one an entry.
 *
 * @throws {VividMedError} `data`, for an id that is there twice; `read` throws it for entries of other data sets, and
 *   names the row of the entry when its image cannot be read
 */
export async function datasetOf<R extends DatasetRecord>(
  folder: DatasetFolder,
  records: readonly R[],
  { onlyPresent }: AdapterOptions,
  study: (record: R) => Promise<Study>,
): Promise<Dataset> {
  const byId = new Map<string, R>();
  for (const record of records) {
    const { where, entry } = record;
    check(!byId.has(entry.id), 'data', `${where}: expected each id once, found one for the second time.`);
    if (!onlyPresent || (await haveAll(folder, entry.files))) byId.set(entry.id, record);
  }
  return {
    name: folder.name,
    entries: [...byId.values()].map(({ entry }) => entry),
    read: async ({ id }) => {
      const record = byId.get(id);
      check(record, 'data', `${folder.name}: expected an entry of this data set, found another.`);
      return study(record);
    },
  };
}

async function haveAll(folder: DatasetFolder, files: readonly string[]): Promise<boolean> {
  for (const file of files) if (!(await folder.has(file))) return false;
  return true;
}

/** Reads the image of a row. @throws {VividMedError} as `readImage`, with the row and without the name of the file. */
export const imageOf = (folder: DatasetFolder, where: string, file: string, modality: string): Promise<Volume> =>
  ofRow(where, () => folder.image(file, { modality }));

/** Reads the image that a row of a Parquet file holds, counted from 0. @throws {VividMedError} as `imageOf` */
export const shardImageOf = (
  folder: DatasetFolder,
  where: string,
  { file, row }: { file: string; row: number },
  modality: string,
): Promise<Volume> => ofRow(where, async () => decodeImage(await imageInRow(folder, file, row), { modality }));

async function ofRow(where: string, read: () => Promise<Volume>): Promise<Volume> {
  try {
    return await read();
  } catch (error) {
    if (!VividMedError.isInstance(error)) throw error;
    throw new VividMedError(error.code, `${where}: the image of this row: ${error.message}`, { cause: error });
  }
}

/** Reads an image of the same size as a mask: what is not 0 is 1. @throws {VividMedError} as `imageOf`, and `data` for another size */
export async function maskImageOf(
  folder: DatasetFolder,
  where: string,
  file: string,
  { shape }: Pick<Volume, 'shape'>,
): Promise<Uint8Array> {
  const read = await imageOf(folder, where, file, 'OT');
  check(
    shape.every((size, axis) => size === read.shape[axis]),
    'data',
    `${where}: expected masks of ${shape.join(' x ')} voxels, found one of ${read.shape.join(' x ')}.`,
  );
  return Uint8Array.from(read.data, (value) => (value === 0 ? 0 : 1));
}

/** A rectangle in pixels as a box of a flat image: columns x0 to x1, rows y0 to y1, both as edges. */
export const flatBox = (x0: number, y0: number, x1: number, y1: number): Box => [0, y0, x0, 1, y1, x1];

/** The part of a box inside the image. @throws {VividMedError} `data`, when nothing of it is. */
export function boxInside(where: string, box: Box, { shape }: Pick<Volume, 'shape'>): Box {
  const at = (i: number): number => Math.min(Math.max(box[i]!, 0), shape[i % 3]!);
  const inside: Box = [at(0), at(1), at(2), at(3), at(4), at(5)];
  check(
    [0, 1, 2].every((i) => inside[i + 3]! > inside[i]!),
    'data',
    `${where}: expected a box with its first corner before its last and a part of it in the image, found another.`,
  );
  return inside;
}

/**
 * Of the targets that were looked for, those that were not found. Where a target was found, what it is a kind or a part of is
 * there too, whatever the table says.
 */
export function absentOf(lookedFor: Iterable<string>, present: readonly string[]): string[] {
  const there = new Set(present.flatMap((target) => [target, ...ancestorsOf(target)]));
  return [...new Set(lookedFor)].filter((target) => !there.has(target));
}

/** The fields whose value is not undefined. */
export function defined<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Entries without undefined have the type above, which Object.fromEntries does not know.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
