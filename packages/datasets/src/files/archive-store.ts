import { check } from '@vividmed/core';
import { type FileSource, readImageFiles } from '@vividmed/imaging/node';
import type { AsyncBuffer } from 'hyparquet';
import type { Archive } from './archive.js';
import { type Member, memberBytes, memberChunks } from './member.js';
import type { Store } from './store.js';

/** Enough to tell the format of an image. */
const HEAD_BYTES = 4096;

/**
 * The files of an archive below one of its folders, read where they lie.
 *
 * @param where data set and name of the archive, for errors
 * @param inside the folder, '' for the whole
 */
export function archiveStore(where: string, { source, members, stamp }: Archive, inside: string): Store {
  const full = (path: string): string => [inside, path].filter(Boolean).join('/');
  const memberOf = (path: string): Member => {
    const member = members.get(full(path));
    check(member, 'data', `${where}: expected a file of the archive, found none of this name.`);
    return member;
  };
  let folders: ReadonlyMap<string, Names> | undefined;
  const namesIn = (folder: string): Names | undefined => (folders ??= foldersOf(members.keys())).get(full(folder));
  const bytes = (path: string): Promise<Uint8Array> => memberBytes(where, source, memberOf(path));
  const fileOf = (path: string): FileSource => {
    const cut = path.lastIndexOf('/') + 1;
    return {
      name: path.slice(cut),
      head: async () => {
        for await (const chunk of memberChunks(where, source, memberOf(path))) return chunk.subarray(0, HEAD_BYTES);
        return new Uint8Array();
      },
      read: () => bytes(path),
      beside: async (name) => {
        const other = path.slice(0, cut) + name;
        return members.has(full(other)) ? fileOf(other) : undefined;
      },
    };
  };
  return {
    has: async (path) => members.has(full(path)),
    list: async (folder) => {
      const names = namesIn(folder);
      return { files: [...(names?.files ?? [])], folders: [...(names?.folders ?? [])] };
    },
    bytes,
    size: async (path) => memberOf(path).size,
    chunks: (path) => memberChunks(where, source, memberOf(path)),
    open: async (path): Promise<AsyncBuffer> => {
      const member = memberOf(path);
      if (member.isDeflated) return wholeBuffer(await bytes(path));
      const first = await member.start(where, source);
      return {
        byteLength: member.size,
        slice: async (start, end = member.size) => copyOf(await source.read(first + start, end - start)),
      };
    },
    image: (path, options) => {
      const one = members.has(full(path));
      const files = one ? [path] : [...(namesIn(path)?.files ?? [])].map((name) => `${path}/${name}`);
      return readImageFiles(files.map(fileOf), options);
    },
    stamp: async (path) => (members.has(full(path)) || namesIn(path) ? stamp : undefined),
  };
}

interface Names {
  files: Set<string>;
  folders: Set<string>;
}

/** What is in each folder, from the paths of all files. */
function foldersOf(paths: Iterable<string>): Map<string, Names> {
  const found = new Map<string, Names>();
  const namesOf = (folder: string): Names => {
    const known = found.get(folder) ?? { files: new Set(), folders: new Set() };
    found.set(folder, known);
    return known;
  };
  for (const path of paths) {
    const parts = path.split('/');
    namesOf(parts.slice(0, -1).join('/')).files.add(parts.at(-1)!);
    for (let depth = parts.length - 1; depth > 0; depth--)
      namesOf(parts.slice(0, depth - 1).join('/')).folders.add(parts[depth - 1]!);
  }
  return found;
}

/** The bytes in a buffer of their own, as readers of Parquet want them. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}

const wholeBuffer = (bytes: Uint8Array): AsyncBuffer => ({
  byteLength: bytes.length,
  slice: (start, end = bytes.length) => copyOf(bytes.subarray(start, end)),
});
