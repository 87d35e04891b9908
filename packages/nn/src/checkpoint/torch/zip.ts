import { check, VividMedError } from '@vividmed/core';
import type { ByteSource } from '../reader.js';

/** Where a stored file of an archive lies. */
export interface ZipEntry {
  /** Its header in the archive, after which the contents come. */
  header: number;
  size: number;
}

const wideMark = 0xffffffff;
const endSize = 22;
const locatorSize = 20;
const localSize = 30;
/** A comment of the archive has at most so many bytes. */
const maxComment = 65_535;
/** A state dict has one entry a tensor, of some 100 bytes; more is an attempt to have its reader allocate memory. */
const maxDirectory = 100_000_000;

const cutOff = (): never => {
  throw new VividMedError('checkpoint', 'torch: expected a zip archive, found one that does not parse.', {
    hint: 'The file is cut off.',
  });
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

async function bytesAt(source: ByteSource, start: number, length: number): Promise<DataView> {
  if (start < 0 || start + length > source.size) cutOff();
  const bytes = await source.read(start, start + length);
  if (bytes.length !== length) cutOff();
  return viewOf(bytes);
}

const long = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

/** Place and length of the directory of an archive, Zip64 included. */
async function directoryOf(source: ByteSource): Promise<{ start: number; length: number }> {
  const length = Math.min(source.size, endSize + maxComment);
  const tail = await bytesAt(source, source.size - length, length);
  let end = length - endSize;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) cutOff();
  const place = { start: tail.getUint32(end + 16, true), length: tail.getUint32(end + 12, true) };
  if (place.start !== wideMark && place.length !== wideMark) return place;
  const locator = await bytesAt(source, source.size - length + end - locatorSize, locatorSize);
  if (locator.getUint32(0, true) !== 0x07064b50) cutOff();
  const record = await bytesAt(source, long(locator, 8), 56);
  if (record.getUint32(0, true) !== 0x06064b50) cutOff();
  return { start: long(record, 48), length: long(record, 40) };
}

/** Size and place of an entry where they do not fit into 32 bits: they stand in an extra field. */
function wideNumbers(view: DataView, start: number, end: number, size: number, header: number): ZipEntry {
  let at = start;
  while (at + 4 <= end) {
    const [kind, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (kind === 1 && at + 4 + length <= end) {
      let next = at + 4;
      const wide = (value: number): number => {
        if (value !== wideMark || next + 8 > at + 4 + length) return value;
        next += 8;
        return long(view, next - 8);
      };
      const fullSize = wide(size);
      // The size in the archive, which is the same here.
      wide(size);
      return { size: fullSize, header: wide(header) };
    }
    at += 4 + length;
  }
  return { size, header };
}

/**
 * The files of a zip archive that holds them as they are, which is how torch writes one.
 *
 * @throws {VividMedError} `checkpoint` for an archive that does not parse, `unsupported` for one that is compressed.
 */
export async function zipEntries(source: ByteSource): Promise<Map<string, ZipEntry>> {
  const place = await directoryOf(source);
  check(
    place.length <= maxDirectory,
    'checkpoint',
    `torch: expected a directory of at most ${maxDirectory} bytes, found ${place.length}.`,
  );
  const view = await bytesAt(source, place.start, place.length);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  while (at < view.byteLength) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== 0x02014b50) cutOff();
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((i) => view.getUint16(at + i, true)) as [
      number,
      number,
      number,
    ];
    const extra = at + 46 + nameLength;
    const next = extra + extraLength + commentLength;
    if (next > view.byteLength) cutOff();
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength));
    check(
      view.getUint16(at + 10, true) === 0,
      'unsupported',
      'torch: expected an archive that is not compressed, found one that is.',
    );
    const [size, header] = [view.getUint32(at + 24, true), view.getUint32(at + 42, true)];
    entries.set(name, wideNumbers(view, extra, extra + extraLength, size, header));
    at = next;
  }
  return entries;
}

/** Bytes `start` to `end` of a file of an archive. */
export async function readEntry(source: ByteSource, entry: ZipEntry, start: number, end: number): Promise<Uint8Array> {
  const local = await bytesAt(source, entry.header, localSize);
  if (local.getUint32(0, true) !== 0x04034b50 || end > entry.size) cutOff();
  const contents = entry.header + localSize + local.getUint16(26, true) + local.getUint16(28, true);
  return source.read(contents + start, contents + end);
}
