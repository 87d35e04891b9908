import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { check, VividMedError } from '@vividmed/core';

/** The folder of a data set, named in errors by the data set and never by its path. */
export interface DatasetFolder {
  /** Of the data set. */
  name: string;
  /** Where a file is, given from the folder with `/`. @throws {VividMedError} `data`, when it would lie outside. */
  path(file: string): string;
  has(file: string): Promise<boolean>;
  /** Names in a folder, numbers sorted by size, hidden ones left out; none where there is no such folder. */
  list(folder?: string): Promise<{ files: readonly string[]; folders: readonly string[] }>;
  /** @throws {VividMedError} `data` for a file that is not there or may not be read. */
  bytes(file: string): Promise<Uint8Array>;
  /** The whole of a file. @throws {VividMedError} `data`, when it is missing or larger than `MAX_TEXT_BYTES`. */
  text(file: string): Promise<string>;
  stream(file: string): Readable;
}

/** Larger than any JSON or text file of the sets that are read: 512 MiB, the longest string of Node. */
export const MAX_TEXT_BYTES = 2 ** 29 - 24;

/** @throws {VividMedError} `data`, when there is no such folder. */
export async function openFolder(name: string, folder: string): Promise<DatasetFolder> {
  const root = resolve(folder);
  const found = await stat(root).catch(() => undefined);
  check(
    found?.isDirectory(),
    'data',
    `${name}: expected the folder of the data set, found ${found ? 'a file' : 'nothing'} at this path.`,
  );
  const path = (file: string): string => {
    const whole = resolve(join(root, file));
    check(
      whole.startsWith(root.endsWith(sep) ? root : root + sep),
      'data',
      `${name}: expected files inside the folder of the data set, found one outside.`,
    );
    return whole;
  };
  return {
    name,
    path,
    has: async (file) => (await stat(path(file)).catch(() => undefined))?.isFile() === true,
    list: (inside = '') => listFolder(inside === '' ? root : path(inside)),
    bytes: async (file) =>
      readFile(path(file)).catch((cause: unknown) => {
        throw new VividMedError('data', `${name}: ${file}: expected a file that may be read, found none.`, { cause });
      }),
    text: async (file) => {
      const size = (await stat(path(file)).catch(() => undefined))?.size;
      check(size !== undefined, 'data', `${name}: expected the file ${file}, found none.`);
      check(
        size <= MAX_TEXT_BYTES,
        'data',
        `${name}: ${file}: expected at most ${MAX_TEXT_BYTES} bytes, found ${size}.`,
      );
      return readFile(path(file), 'utf8');
    },
    stream: (file) => createReadStream(path(file)),
  };
}

/** The first of these files that is there. @throws {VividMedError} `data`, when none is. */
export async function firstFile(folder: DatasetFolder, files: readonly string[]): Promise<string> {
  for (const file of files) if (await folder.has(file)) return file;
  check(false, 'data', `${folder.name}: expected the file ${files.join(' or ')}, found none.`);
}

const byNumber = new Intl.Collator('en', { numeric: true });

/** Archives made on a Mac hold a file `._NAME` beside each `NAME`: hidden names are no data. Links count as what they lead to. */
async function listFolder(folder: string): Promise<{ files: string[]; folders: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const kind = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => undefined) : entry;
    if (kind?.isFile()) files.push(entry.name);
    if (kind?.isDirectory()) folders.push(entry.name);
  }
  return { files: files.sort(byNumber.compare), folders: folders.sort(byNumber.compare) };
}

/** Reads a file and what is in it; errors of `parse` get the names of the data set and the file. */
export async function parseFile<T>(
  folder: DatasetFolder,
  path: string,
  parse: (bytes: Uint8Array) => T | Promise<T>,
): Promise<T> {
  const bytes = await folder.bytes(path);
  try {
    return await parse(bytes);
  } catch (error) {
    throw VividMedError.isInstance(error) ? inFile(folder, path, error) : error;
  }
}

/** The same error, with the names of the data set and the file. */
export function inFile({ name }: DatasetFolder, path: string, error: VividMedError): VividMedError {
  const [what = ''] = error.message.split('\nHint: ');
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new VividMedError(error.code, `${name}: ${path}: ${what}`, { cause: error, ...hint });
}

/** The name without its end, or `undefined` where it has another. */
export const stemOf = (name: string, end: string): string | undefined =>
  name.length > end.length && name.endsWith(end) ? name.slice(0, -end.length) : undefined;

/** The name of a NIfTI file without `.nii` or `.nii.gz`, as owners and users ship it either way. */
export const niftiStem = (name: string): string | undefined => stemOf(name, '.nii.gz') ?? stemOf(name, '.nii');

/** The NIfTI file with this stem among the names of a folder. */
export const niftiNamed = (names: readonly string[], stem: string): string | undefined =>
  [`${stem}.nii.gz`, `${stem}.nii`].find((name) => names.includes(name));

/** A path below another; the folder of the data set is ''. */
export const under = (parent: string, name: string): string => (parent === '' ? name : `${parent}/${name}`);
