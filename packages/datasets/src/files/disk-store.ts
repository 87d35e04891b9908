import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readImage } from '@vividmed/imaging/node';
import { asyncBufferFromFile } from 'hyparquet';
import type { Listing, Store } from './store.js';

/** A folder of the disk. Links count as what they lead to. */
export function diskStore(root: string): Store {
  const at = (path: string): string => join(root, path);
  const found = (path: string) => stat(at(path)).catch(() => undefined);
  return {
    has: async (path) => (await found(path))?.isFile() === true,
    list: (folder) => listFolder(at(folder)),
    bytes: (path) => readFile(at(path)),
    size: async (path) => (await stat(at(path))).size,
    chunks: (path) => createReadStream(at(path)),
    open: (path) => asyncBufferFromFile(at(path)),
    image: (path, options) => readImage(at(path), options),
    stamp: async (path) => {
      const state = await found(path);
      return state && [state.size, state.mtimeMs];
    },
  };
}

async function listFolder(folder: string): Promise<Listing> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    const kind = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => undefined) : entry;
    if (kind?.isFile()) files.push(entry.name);
    if (kind?.isDirectory()) folders.push(entry.name);
  }
  return { files, folders };
}
