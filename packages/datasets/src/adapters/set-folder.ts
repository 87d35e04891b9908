import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { check, VividMedError } from '@vividmed/core';

/** The folder of a data set. Paths are from it, with `/`; messages hold these, since the names of public sets are public. */
export interface SetFolder {
  /** The name of the data set. */
  set: string;
  /** Names in a folder, numbers sorted by size, hidden ones left out; none where there is no such folder. */
  list(path?: string): Promise<{ files: readonly string[]; folders: readonly string[] }>;
  /** @throws {VividMedError} `data` for a file that is not there or may not be read. */
  bytes(path: string): Promise<Uint8Array>;
}

const byNumber = new Intl.Collator('en', { numeric: true });

/** @throws {VividMedError} `data` when there is no folder at the path. */
export async function openSetFolder(set: string, root: string): Promise<SetFolder> {
  const found = await stat(root).catch(() => undefined);
  check(found?.isDirectory(), 'data', `${set}: expected a folder, found ${found ? 'a file' : 'nothing'} at this path.`);
  return {
    set,
    list: (path = '') => listFolder(join(root, path)),
    bytes: async (path) =>
      readFile(join(root, path)).catch((cause: unknown) => {
        throw new VividMedError('data', `${set}: ${path}: expected a file that may be read, found none.`, { cause });
      }),
  };
}

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
  folder: SetFolder,
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
export function inFile({ set }: SetFolder, path: string, error: VividMedError): VividMedError {
  const [what = ''] = error.message.split('\nHint: ');
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new VividMedError(error.code, `${set}: ${path}: ${what}`, { cause: error, ...hint });
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
