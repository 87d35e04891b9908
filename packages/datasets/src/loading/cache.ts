import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { VividMedError } from '@vividmed/core';
import { type DatasetFolder, openFolder } from '../tables/dataset-folder.js';

/** What was made before, in files. The folder, or any part of it, may be deleted at any time. */
export interface FileCache {
  /** The bytes kept under this key, or those that `make` gives, which are then kept. Damaged files are made again. */
  get(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array>;
}

const digestBytes = 32;
const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** A key of plain data: equal values have equal keys. */
export const cacheKey = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/**
 * Size and time of change of each file, or of the archive that holds it: a file that was replaced has others.
 *
 * @throws {VividMedError} data, with how many of the files are missing
 */
export async function stampFiles(
  folder: string,
  files: readonly string[],
): Promise<(readonly [string, number, number])[]> {
  const plain = openFolder('stampFiles', folder);
  let packed: Promise<DatasetFolder> | undefined;
  const stampOf = async (file: string) =>
    (await (await plain).stamp(file)) ??
    (await (packed ??= openFolder('stampFiles', folder, { archives: /./ })).then((opened) => opened.stamp(file)));
  const stamps = await Promise.all(
    files.map(async (file) => {
      const stamp = await stampOf(file).catch(() => undefined);
      return stamp && ([file, ...stamp] as const);
    }),
  );
  const whole = stamps.filter((stamp) => stamp !== undefined);
  if (whole.length < files.length) {
    const missing = files.length - whole.length;
    throw new VividMedError('data', `expected ${files.length} files, found that ${missing} of them are missing.`);
  }
  return whole;
}

/** Keeps bytes in a folder, compressed, each file with a digest of its own and replaced whole. */
export function createFileCache(folder: string): FileCache {
  let numWritten = 0;
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const file = await readFile(path).catch(() => undefined);
    if (!file) return undefined;
    const content = file.subarray(digestBytes);
    if (!digestOf(content).equals(file.subarray(0, digestBytes))) return undefined;
    const bytes = inflateRawSync(content);
    // Its own buffer, which may be sent to another thread.
    return new Uint8Array(bytes);
  };
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    // Masks shrink to a hundredth at the fastest setting.
    const content = deflateRawSync(bytes, { level: 1 });
    const temporary = `${path}.${process.pid}-${numWritten++}.tmp`;
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(temporary, Buffer.concat([digestOf(content), content]));
      await rename(temporary, path);
    } catch {
      // A full disk, or a folder deleted meanwhile, makes the next run slower, and nothing else.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  };
  return {
    get: async (key, make) => {
      const path = join(folder, `${key}.bin`);
      const kept = await read(path);
      if (kept) return kept;
      const made = await make();
      await write(path, made);
      return made;
    },
  };
}
