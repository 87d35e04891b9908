import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { check } from '@vividmed/core';
import { isArchiveName, openArchive } from './archive.js';
import { archiveStore } from './archive-store.js';
import { diskStore } from './disk-store.js';
import type { Store } from './store.js';

export interface FolderOptions {
  /** Archives at the top of the folder that are read as if they were unpacked there. Files that are unpacked come first. */
  archives?: RegExp;
}

/** A store that is opened when it is first asked. */
export type Layer = () => Promise<Store>;

/** The stores of a path: the folder and the archives in it that are wanted, or the archive that the path is of. */
export async function findLayers(name: string, folder: string, { archives }: FolderOptions): Promise<readonly Layer[]> {
  const root = resolve(folder);
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory()) {
    const disk = diskStore(root);
    const names = archives === undefined ? [] : (await disk.list('')).files;
    return [
      async () => disk,
      ...names
        .filter((file) => isArchiveName(file) && archives?.test(file))
        .map((file) => once(() => storeOf(name, join(root, file), ''))),
    ];
  }
  const archive = found?.isFile() ? root : await fileAbove(root);
  check(
    archive !== undefined && isArchiveName(archive),
    'data',
    `${name}: expected the folder of the data set, found ${found ? 'a file' : 'nothing'} at this path.`,
    'A zip, tar or tar.gz is read as the folder that it unfolds to; the path may go on inside of it.',
  );
  const store = await storeOf(name, archive, root.slice(archive.length + 1).replaceAll(sep, '/'));
  check(
    (await store.stamp('')) !== undefined,
    'data',
    `${name}: expected the folder of the data set, found nothing at this path in the archive.`,
  );
  return [async () => store];
}

/** The nearest file on the way to a path that is not there. */
async function fileAbove(path: string): Promise<string | undefined> {
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found) return found.isFile() ? at : undefined;
  }
  return undefined;
}

async function storeOf(name: string, archive: string, inside: string): Promise<Store> {
  const where = `${name}: ${basename(archive)}`;
  return archiveStore(where, await openArchive(where, archive), inside);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
