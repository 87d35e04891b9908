import { open } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { check, VividMedError } from '@vividmed/core';
import { openPromise } from 'yauzl';
import type { DatasetFolder } from './dataset-folder.js';

/** Texts in an archive, unfolded one at a time. */
export interface ZipTexts {
  has(name: string): boolean;
  /** @throws {VividMedError} `data`, for a file that is not there, does not unfold or is larger than 1 MiB. */
  text(name: string): Promise<string>;
}

interface Place {
  offset: number;
  stored: number;
  size: number;
  method: number;
}

/** Reports have some kilobytes; the bound keeps a hostile archive from filling the memory. */
const MAX_TEXT = 2 ** 20;
const MAX_FILES = 2 ** 21;
const LOCAL_HEADER = 30;
const DEFLATED = 8;

/**
 * The files of a zip archive, Zip64 included, since the reports of MIMIC-CXR are 227835 files. Its list is kept, its
 * contents are not: they are read where they lie. yauzl refuses names that leave their folder.
 *
 * @throws {VividMedError} `data`, for archives that are damaged or hold more than 2^21 files
 */
export async function zipTexts(folder: DatasetFolder, file: string): Promise<ZipTexts> {
  const archive = `${folder.name}: ${file}`;
  const places = new Map<string, Place>();
  try {
    const zip = await openPromise(folder.path(file));
    check(
      zip.entryCount <= MAX_FILES,
      'data',
      `${archive}: expected at most ${MAX_FILES} files, found ${zip.entryCount}.`,
    );
    for await (const entry of zip.eachEntry()) {
      places.set(entry.fileName, {
        offset: entry.relativeOffsetOfLocalHeader,
        stored: entry.compressedSize,
        size: entry.uncompressedSize,
        method: entry.isEncrypted() ? -1 : entry.compressionMethod,
      });
    }
  } catch (error) {
    if (VividMedError.isInstance(error)) throw error;
    throw new VividMedError('data', `${archive}: expected a zip archive, found one that does not parse.`);
  }
  return {
    has: (name) => places.has(name),
    text: async (name) => {
      const place = places.get(name);
      check(place, 'data', `${archive}: expected a file of the archive, found none of this name.`);
      check(
        place.size <= MAX_TEXT && place.stored <= MAX_TEXT,
        'data',
        `${archive}: expected texts of at most ${MAX_TEXT} bytes, found ${Math.max(place.size, place.stored)}.`,
      );
      return new TextDecoder().decode(await contentOf(archive, folder.path(file), place));
    },
  };
}

async function contentOf(archive: string, path: string, { offset, stored, size, method }: Place): Promise<Uint8Array> {
  check(
    method === 0 || method === DEFLATED,
    'unsupported',
    `${archive}: expected files that are stored or deflated, found another way.`,
  );
  const handle = await open(path);
  try {
    const head = Buffer.alloc(LOCAL_HEADER);
    await handle.read(head, 0, LOCAL_HEADER, offset);
    const start = offset + LOCAL_HEADER + head.readUInt16LE(26) + head.readUInt16LE(28);
    const bytes = Buffer.alloc(stored);
    const { bytesRead } = await handle.read(bytes, 0, stored, start);
    const content = method === DEFLATED ? inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) }) : bytes;
    check(
      bytesRead === stored && content.length === size,
      'data',
      `${archive}: expected whole files, found one that is cut.`,
    );
    return content;
  } catch (error) {
    if (VividMedError.isInstance(error)) throw error;
    throw new VividMedError('data', `${archive}: expected files that unfold, found one that does not.`);
  } finally {
    await handle.close();
  }
}
