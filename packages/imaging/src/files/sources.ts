import { type FileHandle, lstat, open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { check, VividMedError } from '@vividmed/core';
import { dicomdirFiles } from '../archive/dicomdir.js';
import { isZip, type ZipEntry, zipEntries } from '../archive/zip.js';
import { isDicom } from '../dicom/bare.js';
import { MAX_VOXELS, maxInflatedBytes, type ReadOptions } from '../limits.js';

/** A file that may be an image, opened each time it is read and not kept. */
export interface FileSource {
  /** Its first bytes, enough to tell its format. */
  head(): Promise<Uint8Array>;
  read(): Promise<Uint8Array>;
  /** Its name in its folder; files of archives have none. */
  name?: string;
  /** The file of this name in the same folder, if there is one. Links are not followed. */
  beside(name: string): Promise<FileSource | undefined>;
}

const HEAD_BYTES = 4096;
/** Folders within folders, against links that go in circles. */
const MAX_DEPTH = 32;

/**
 * The files at a path: one file, those of a folder and its folders, of a zip, or those that a DICOMDIR names.
 *
 * Errors do not repeat the path: names of files hold names of patients.
 *
 * @throws {VividMedError} data, for a path with nothing at it and for files that may not be read.
 */
export async function listSources(path: string, options: ReadOptions): Promise<FileSource[]> {
  const found = await stat(path).catch(() => undefined);
  check(found !== undefined, 'data', 'readImage: expected a file or a folder, found nothing at this path.');
  if (found.isDirectory()) return (await listFolder(path, 0)).map((file) => diskSource(file, options));
  check(found.isFile(), 'data', 'readImage: expected a file or a folder, found something else.');
  const source = diskSource(path, options);
  const head = await source.head();
  if (isZip(head)) return zipSources(await source.read(), options);
  if (!isDicom(head) || found.size > MAX_DICOMDIR_BYTES) return [source];
  const named = dicomdirFiles(await source.read(), options);
  return named === undefined ? [source] : resolveNames(join(path, '..'), named, options);
}

/** A directory of a hundred thousand images is smaller; larger files need not be parsed to tell. */
const MAX_DICOMDIR_BYTES = 2 ** 26;

/** Names of a DICOMDIR are in capitals, which some discs do not keep. */
async function resolveNames(folder: string, named: readonly string[][], options: ReadOptions): Promise<FileSource[]> {
  const sources: FileSource[] = [];
  for (const parts of named) {
    const candidates = [join(folder, ...parts), join(folder, ...parts.map((part) => part.toLowerCase()))];
    let found: string | undefined;
    for (const file of candidates) {
      if (found === undefined && (await stat(file).catch(() => undefined))?.isFile()) found = file;
    }
    // What is named and not there is told as a file that may not be read.
    sources.push(diskSource(found ?? (candidates[0] as string), options));
  }
  return sources;
}

async function listFolder(folder: string, depth: number): Promise<string[]> {
  check(depth <= MAX_DEPTH, 'data', `readImage: expected folders at most ${MAX_DEPTH} deep, found more.`);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new VividMedError('data', 'readImage: expected a folder that may be read, found one that may not.');
  });
  const files: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isFile()) files.push(join(folder, entry.name));
    if (entry.isDirectory()) files.push(...(await listFolder(join(folder, entry.name), depth + 1)));
  }
  return files;
}

function diskSource(file: string, options: ReadOptions): FileSource {
  const maxBytes = maxInflatedBytes(options.maxVoxels ?? MAX_VOXELS);
  return {
    name: basename(file),
    beside: async (name) => {
      const other = join(file, '..', name);
      const found = await lstat(other).catch(() => undefined);
      return found?.isFile() ? diskSource(other, options) : undefined;
    },
    head: () => withFile(file, (handle) => readHead(handle)),
    read: () =>
      withFile(file, async (handle) => {
        // A file of the cap's voxels at 16 bits fits; a larger one cannot be read whatever it holds.
        const { size } = await handle.stat();
        check(size <= maxBytes, 'data', `readImage: expected at most ${maxBytes} bytes, found ${size}.`);
        return readFile(handle);
      }),
  };
}

async function readHead(handle: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file).catch(() => undefined);
  check(handle !== undefined, 'data', 'readImage: expected a file that may be read, found one that may not.');
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** Each file is unfolded when it is read; the last one is kept, since its head is read before the whole. */
function zipSources(bytes: Uint8Array, { maxVoxels = MAX_VOXELS }: ReadOptions): FileSource[] {
  let last: { entry: ZipEntry; bytes: Uint8Array } | undefined;
  const read = async (entry: ZipEntry): Promise<Uint8Array> => {
    if (last?.entry !== entry) last = { entry, bytes: entry.read() };
    return last.bytes;
  };
  return zipEntries(bytes, { maxEntryBytes: maxInflatedBytes(maxVoxels) }).map((entry) => ({
    head: async () => (await read(entry)).subarray(0, HEAD_BYTES),
    read: () => read(entry),
    beside: async () => undefined,
  }));
}
