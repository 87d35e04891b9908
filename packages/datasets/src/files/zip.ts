import { callbackify } from 'node:util';
import { check } from '@vividmed/core';
import { fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl';
import { archivePath } from './archive-name.js';
import type { Member } from './member.js';
import type { ByteSource } from './source.js';

const LOCAL_HEADER = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const DEFLATED = 8;

/** yauzl reads each file of the directory by two reads of a few bytes. */
class SourceReader extends RandomAccessReader {
  constructor(private readonly source: ByteSource) {
    super();
  }

  /** The types of yauzl leave out that it asks for the number of bytes. */
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, numBytes?: number) => void,
  ): void {
    const read = async (): Promise<number> => {
      const bytes = await this.source.read(position, length);
      buffer.set(bytes, offset);
      return bytes.length;
    };
    callbackify(read)(callback);
  }
}

/**
 * The files of a zip archive (PKWARE APPNOTE 4.3), Zip64 included, from its directory.
 *
 * @throws {VividMedError} `data`; `unsupported`, for files that are encrypted or neither stored nor deflated. Errors of yauzl pass through.
 */
export async function indexZip(
  where: string,
  source: ByteSource,
  length: number,
  maxFiles: number,
): Promise<Map<string, Member>> {
  const zip = await fromRandomAccessReaderPromise(new SourceReader(source), length, { strictFileNames: true });
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
      start: (told, bytes) => startOf(told, bytes, offset),
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
