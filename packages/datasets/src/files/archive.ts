import { stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { check, VividMedError } from '@vividmed/core';
import type { Member } from './member.js';
import { bytesSource, type ByteSource, fileSource, withFile } from './source.js';
import { indexTar } from './tar.js';
import { indexZip } from './zip.js';

/** The files of an archive, none of them unfolded yet. */
export interface Archive {
  source: ByteSource;
  /** By their paths, with `/`. Folders and links are left out. */
  members: ReadonlyMap<string, Member>;
  /** Bytes of the archive and its time of change. */
  stamp: readonly [size: number, mtimeMs: number];
}

/** The largest set, the reports of MIMIC-CXR, has 227835 files; TotalSegmentator has 145000. */
const MAX_FILES = 2 ** 21;
/** A tar in gzip has no list of its files and is unfolded as a whole, in memory. */
const MAX_GZIP = 2 ** 28;
/** Lists of archives that are kept, so that each is made once and not for each study. */
const MAX_KEPT = 64;

/** The oldest first. `bytes` are those in memory. */
const kept = new Map<string, { stamp: string; archive: Promise<Archive>; bytes: number }>();

/** Names of files that are archives. */
export const isArchiveName = (name: string): boolean => /\.(?:zip|tar|tgz|tar\.gz)$/i.test(name);

/**
 * Lists the files of a zip, a tar, or a tar in gzip, whichever the bytes are; links are passed over.
 *
 * @param where data set and name of the archive, for errors
 * @throws {VividMedError} `data`, for archives that are damaged, hold more than 2^21 files or files outside of themselves;
 *   `unsupported`, for a tar in gzip of more than 256 MiB
 */
export async function openArchive(where: string, path: string): Promise<Archive> {
  const { size, mtimeMs } = await stat(path);
  const stamp = `${size} ${mtimeMs}`;
  const known = kept.get(path);
  if (known?.stamp === stamp) return known.archive;
  const archive = list(where, path, [size, mtimeMs]);
  kept.delete(path);
  const own = { stamp, archive, bytes: 0 };
  kept.set(path, own);
  try {
    own.bytes = (await archive).source.numBytes ?? 0;
  } catch (error) {
    kept.delete(path);
    throw error;
  }
  forgetOldest(path);
  return archive;
}

/** Forgets the oldest archives until the others are few, and those in memory no larger than one may be. */
function forgetOldest(newest: string): void {
  let bytes = [...kept.values()].reduce((total, one) => total + one.bytes, 0);
  for (const [path, one] of kept) {
    if ((kept.size <= MAX_KEPT && bytes <= MAX_GZIP) || path === newest) return;
    kept.delete(path);
    bytes -= one.bytes;
  }
}

async function list(where: string, path: string, stamp: Archive['stamp']): Promise<Archive> {
  const [size] = stamp;
  const source = fileSource(path);
  const [first, second] = await source.read(0, 2);
  try {
    if (first !== 0x1f || second !== 0x8b) {
      const index = first === 0x50 && second === 0x4b ? indexZip : indexTar;
      const members = await withFile(path, (file) => index(where, file, size, MAX_FILES));
      return { source, stamp, members };
    }
    const bytes = gunzip(where, await source.read(0, Math.min(size, MAX_GZIP + 1)));
    const unfolded = bytesSource(bytes);
    return { source: unfolded, stamp, members: await indexTar(where, unfolded, bytes.length, MAX_FILES) };
  } catch (error) {
    if (VividMedError.isInstance(error)) throw error;
    throw new VividMedError('data', `${where}: expected a zip or tar archive, found one that does not parse.`);
  }
}

function gunzip(where: string, bytes: Uint8Array): Uint8Array {
  const isLarge = (code: unknown): boolean => code === 'ERR_BUFFER_TOO_LARGE';
  try {
    if (bytes.length <= MAX_GZIP) return gunzipSync(bytes, { maxOutputLength: MAX_GZIP });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    check(isLarge(code), 'data', `${where}: expected a tar in gzip, found bytes that do not unfold.`);
  }
  throw new VividMedError('unsupported', `${where}: expected a tar in gzip of at most ${MAX_GZIP} bytes, found more.`, {
    hint: 'gunzip makes a tar of it, which is read where it lies.',
  });
}
