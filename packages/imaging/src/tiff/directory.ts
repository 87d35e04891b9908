import { check } from '@vividmed/core';
import type { ByteOrder } from '../raw/samples.js';

/** An opened TIFF file: TIFF 6.0, or BigTIFF, whose offsets and counts have 64 bits. */
export interface TiffFile {
  bytes: Uint8Array;
  view: DataView;
  order: ByteOrder;
  isBig: boolean;
}

/** One entry of a directory; its values are read when asked for. */
interface Entry {
  type: number;
  count: number;
  /** Where its values are. */
  start: number;
}

/** One image of a file: what its tags say. */
export interface Directory {
  entries: ReadonlyMap<number, Entry>;
  file: TiffFile;
}

/** Directories of real files have some dozens of entries; more would only cost time. */
const MAX_ENTRIES = 1000;
const MAX_PAGES = 2 ** 16;

const MAGICS = [
  [0x49, 0x49, 42, 0],
  [0x4d, 0x4d, 0, 42],
  [0x49, 0x49, 43, 0],
  [0x4d, 0x4d, 0, 43],
];

export const isTiff = (bytes: Uint8Array): boolean =>
  MAGICS.some((magic) => magic.every((byte, i) => bytes[i] === byte));

/** Opens a file and finds its directories, in the order of the file. @throws {VividMedError} data */
export function readDirectories(where: string, bytes: Uint8Array): Directory[] {
  check(isTiff(bytes), 'data', `${where}: expected TIFF, found ${bytes.length} bytes that are not.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = bytes[0] === 0x49 ? 'little' : 'big';
  const file: TiffFile = { bytes, view, order, isBig: bytes[2] === 43 || bytes[3] === 43 };
  const directories: Directory[] = [];
  const seen = new Set<number>();
  let at = readOffset(where, file, file.isBig ? 8 : 4);
  while (at !== 0) {
    check(!seen.has(at), 'data', `${where}: expected pages one after the other, found a circle of them.`);
    check(seen.size < MAX_PAGES, 'data', `${where}: expected at most ${MAX_PAGES} pages, found more.`);
    seen.add(at);
    const { entries, next } = readDirectory(where, file, at);
    directories.push({ entries, file });
    at = next;
  }
  check(directories.length > 0, 'data', `${where}: expected at least one page, found none.`);
  return directories;
}

function checkInside(where: string, { bytes }: TiffFile, start: number, length: number): void {
  check(
    Number.isSafeInteger(start) && start >= 0 && length <= bytes.length - start,
    'data',
    `${where}: expected bytes within the file of ${bytes.length}, found some said to be outside.`,
    'The file is cut short or damaged.',
  );
}

/** An offset or a count of as many bytes as the kind of file has. */
function readOffset(where: string, file: TiffFile, at: number): number {
  checkInside(where, file, at, file.isBig ? 8 : 4);
  const isLittle = file.order === 'little';
  return file.isBig ? Number(file.view.getBigUint64(at, isLittle)) : file.view.getUint32(at, isLittle);
}

function readDirectory(where: string, file: TiffFile, at: number): { entries: Map<number, Entry>; next: number } {
  const { view, isBig } = file;
  const isLittle = file.order === 'little';
  const [countSize, entrySize, offsetSize] = isBig ? [8, 20, 8] : [2, 12, 4];
  checkInside(where, file, at, countSize);
  const count = isBig ? Number(view.getBigUint64(at, isLittle)) : view.getUint16(at, isLittle);
  check(
    count >= 1 && count <= MAX_ENTRIES,
    'data',
    `${where}: expected 1 to ${MAX_ENTRIES} entries in a directory, found ${count}.`,
  );
  const first = at + countSize;
  checkInside(where, file, first, count * entrySize + offsetSize);
  const entries = new Map<number, Entry>();
  for (let entry = first; entry < first + count * entrySize; entry += entrySize) {
    const type = view.getUint16(entry + 2, isLittle);
    const values = readOffset(where, file, entry + 4);
    const field = entry + 4 + offsetSize;
    const isInline = values * (TYPE_BYTES[type] ?? 1) <= offsetSize;
    entries.set(view.getUint16(entry, isLittle), {
      type,
      count: values,
      start: isInline ? field : readOffset(where, file, field),
    });
  }
  return { entries, next: readOffset(where, file, first + count * entrySize) };
}

/** Bytes of one value of each type (TIFF 6.0 section 2, and the three of BigTIFF). */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/**
 * The numbers of a tag, or undefined where the directory does not have it.
 *
 * @throws {VividMedError} data, for text, for values outside the file and for more than `maxCount` of them
 */
export function numbersOf(
  where: string,
  { entries, file }: Directory,
  tag: number,
  maxCount: number,
): number[] | undefined {
  const entry = entries.get(tag);
  if (entry === undefined) return undefined;
  const { count } = entry;
  check(
    count >= 1 && count <= maxCount,
    'data',
    `${where}: expected 1 to ${maxCount} numbers in tag ${tag}, found ${count}.`,
  );
  const at = placeOf(where, file, entry, tag, count);
  return Array.from({ length: count }, (_, i) => numberAt(file, entry.type, at(i)));
}

/** The first number of a tag, however many there are. @throws {VividMedError} data */
export function numberOf(where: string, { entries, file }: Directory, tag: number): number | undefined {
  const entry = entries.get(tag);
  if (entry === undefined) return undefined;
  check(entry.count >= 1, 'data', `${where}: expected a number in tag ${tag}, found none.`);
  return numberAt(file, entry.type, placeOf(where, file, entry, tag, 1)(0));
}

/** Where each of the first `count` numbers is. */
function placeOf(
  where: string,
  file: TiffFile,
  { type, start }: Entry,
  tag: number,
  count: number,
): (i: number) => number {
  const size = TYPE_BYTES[type];
  check(size !== undefined && type !== 2, 'data', `${where}: expected numbers in tag ${tag}, found type ${type}.`);
  checkInside(where, file, start, count * size);
  return (i) => start + i * size;
}

function numberAt({ view, order }: TiffFile, type: number, at: number): number {
  const isLittle = order === 'little';
  if (type === 3) return view.getUint16(at, isLittle);
  if (type === 4 || type === 13) return view.getUint32(at, isLittle);
  if (type === 5) return view.getUint32(at, isLittle) / view.getUint32(at + 4, isLittle);
  if (type === 6) return view.getInt8(at);
  if (type === 8) return view.getInt16(at, isLittle);
  if (type === 9) return view.getInt32(at, isLittle);
  if (type === 10) return view.getInt32(at, isLittle) / view.getInt32(at + 4, isLittle);
  if (type === 11) return view.getFloat32(at, isLittle);
  if (type === 12) return view.getFloat64(at, isLittle);
  if (type === 16 || type === 18) return Number(view.getBigUint64(at, isLittle));
  if (type === 17) return Number(view.getBigInt64(at, isLittle));
  return view.getUint8(at);
}

/** Texts are short; what follows this many bytes is not looked at. */
const MAX_TEXT_BYTES = 2 ** 16;

/** The text of a tag, or an empty one where there is none. @throws {VividMedError} data */
export function textOf(where: string, { entries, file }: Directory, tag: number): string {
  const entry = entries.get(tag);
  if (entry?.type !== 2) return '';
  const length = Math.min(entry.count, MAX_TEXT_BYTES);
  checkInside(where, file, entry.start, length);
  return new TextDecoder('latin1').decode(file.bytes.subarray(entry.start, entry.start + length));
}
