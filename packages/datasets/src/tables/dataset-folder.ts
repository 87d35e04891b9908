import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { check } from '@vividmed/core';

/** The folder of a data set, named in errors by the data set and never by its path. */
export interface DatasetFolder {
  /** Of the data set. */
  name: string;
  /** Where a file is, given from the folder with `/`. @throws {VividMedError} `data`, when it would lie outside. */
  path(file: string): string;
  has(file: string): Promise<boolean>;
  /** Names of the files, or of the folders, in a folder, sorted; none when there is no such folder. */
  files(folder: string): Promise<string[]>;
  folders(folder: string): Promise<string[]>;
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
  check(found?.isDirectory(), 'data', `${name}: expected the folder of the data set, found none at this path.`);
  const path = (file: string): string => {
    const whole = resolve(join(root, file));
    check(
      whole.startsWith(root.endsWith(sep) ? root : root + sep),
      'data',
      `${name}: expected files inside the folder of the data set, found one outside.`,
    );
    return whole;
  };
  const list = async (inside: string, wanted: 'file' | 'folder'): Promise<string[]> => {
    const where = inside === '' ? root : path(inside);
    const entries = await readdir(where, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => (wanted === 'folder' ? entry.isDirectory() : !entry.isDirectory()))
      .map((entry) => entry.name)
      .sort();
  };
  return {
    name,
    path,
    has: async (file) => (await stat(path(file)).catch(() => undefined))?.isFile() === true,
    files: (inside) => list(inside, 'file'),
    folders: (inside) => list(inside, 'folder'),
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
