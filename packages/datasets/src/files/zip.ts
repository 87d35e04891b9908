import { check } from '@vividmed/core';
import { openPromise } from 'yauzl';
import { archivePath } from './archive-name.js';
import type { Member } from './member.js';
import type { ByteSource } from './source.js';

const LOCAL_HEADER = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const DEFLATED = 8;

/**
 * The files of a zip archive (PKWARE APPNOTE 4.3), Zip64 included, from its directory.
 *
 * @throws {VividMedError} `data`; `unsupported`, for files that are encrypted or neither stored nor deflated. Errors of yauzl pass through.
 */
export async function indexZip(where: string, path: string, maxFiles: number): Promise<Map<string, Member>> {
  const zip = await openPromise(path, { strictFileNames: true });
  check(zip.entryCount <= maxFiles, 'data', `${where}: expected at most ${maxFiles} files, found ${zip.entryCount}.`);
  const members = new Map<string, Member>();
  for await (const entry of zip.eachEntry()) {
    const { compressionMethod: method, relativeOffsetOfLocalHeader: offset } = entry;
    const name = archivePath(where, entry.fileName);
    if (entry.fileName.endsWith('/')) continue;
    check(!entry.isEncrypted(), 'unsupported', `${where}: expected files that are not encrypted, found one that is.`);
    check(
      method === 0 || method === DEFLATED,
      'unsupported',
      `${where}: expected files that are stored or deflated, found compression method ${method}.`,
    );
    members.set(name, {
      size: entry.uncompressedSize,
      stored: entry.compressedSize,
      isDeflated: method === DEFLATED,
      start: (told, source) => startOf(told, source, offset),
    });
  }
  return members;
}

/** The bytes of a file follow its own header, whose length the directory does not tell. */
async function startOf(where: string, source: ByteSource, offset: number): Promise<number> {
  const head = await source.read(offset, LOCAL_HEADER);
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  check(
    head.length === LOCAL_HEADER && view.getUint32(0, true) === LOCAL_SIGNATURE,
    'data',
    `${where}: expected the header of a file in the archive, found other bytes.`,
  );
  return offset + LOCAL_HEADER + view.getUint16(26, true) + view.getUint16(28, true);
}
