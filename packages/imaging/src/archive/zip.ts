import { check, VividMedError } from '@vividmed/core';
import { inflate } from '../inflate.js';

/** A file in an archive. */
export interface ZipEntry {
  /** Unfolds it, to no more than the archive says it holds. */
  read(): Uint8Array;
  /** Bytes once unfolded, as the archive says. */
  size: number;
}

/** Bounds of an archive, against those that are made to fill memory or to take forever. */
export interface ZipLimits {
  /** Files, 2^17 unless given: more than any study has. */
  maxEntries?: number;
  /** Bytes of one file once unfolded. */
  maxEntryBytes: number;
  /** Bytes of all files for each byte of the archive, 200 unless given; images of mostly air shrink to a hundredth. */
  maxRatio?: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const END64_BYTES = 56;
const LOCATOR64_BYTES = 20;
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** What fields of 16 and of 32 bits say when the number is in a Zip64 record. */
const IN_ZIP64 = { short: 0xffff, long: 0xffffffff };
/** The extra field of a file with its long numbers. */
const EXTRA64 = 0x0001;
/** Small archives may unfold to this much whatever their ratio. */
const FREE_BYTES = 2 ** 26;

/** True when the bytes begin as an archive does. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));

/**
 * The files of a zip archive (PKWARE APPNOTE 4.3), Zip64 included, none of them unfolded yet. Folders are left out, and names are
 * checked and then forgotten: nothing is ever written.
 *
 * @throws {VividMedError} data for archives that are damaged, too large or with names that leave their folder,
 *   unsupported for encryption and other compression
 */
export function zipEntries(bytes: Uint8Array, limits: ZipLimits): ZipEntry[] {
  const { maxEntries = 2 ** 17, maxEntryBytes, maxRatio = 200 } = limits;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const { count, directory } = directoryOf(view, end);
  check(count <= maxEntries, 'data', `readZip: expected at most ${maxEntries} files, found ${count}.`);
  const entries: ZipEntry[] = [];
  let total = 0;
  let at = directory;
  for (let i = 0; i < count; i++) {
    checkSignature(view, at, CENTRAL_BYTES, CENTRAL);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const next = at + CENTRAL_BYTES + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
    check(next <= end, 'data', 'readZip: expected a directory of files, found one that is cut short.');
    const name = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + (nameBytes ?? 0));
    checkName(new TextDecoder('latin1').decode(name));
    const entry = readEntry(bytes, view, at);
    if (name.at(-1) !== SLASH) {
      check(
        entry.size <= maxEntryBytes,
        'data',
        `readZip: expected files of at most ${maxEntryBytes} bytes, found one of ${entry.size}.`,
      );
      total += entry.size;
      entries.push(entry);
    }
    at = next;
  }
  const cap = Math.max(FREE_BYTES, maxRatio * bytes.length);
  check(
    total <= cap,
    'data',
    `readZip: expected files of at most ${cap} bytes in an archive of ${bytes.length}, found ${total}.`,
    'An archive that unfolds to far more than itself is taken for one made to fill the memory.',
  );
  return entries;
}

const SLASH = 0x2f;

function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--) if (view.getUint32(at, true) === END) return at;
  throw new VividMedError('data', 'readZip: expected an archive with a directory, found none.', {
    hint: 'The file is cut short.',
  });
}

/** How many files there are and where their directory begins: after the end of the archive, or in the end record of Zip64 before it. */
function directoryOf(view: DataView, end: number): { count: number; directory: number } {
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  if (count !== IN_ZIP64.short && directory !== IN_ZIP64.long) return { count, directory };
  const locator = end - LOCATOR64_BYTES;
  checkSignature(view, locator, LOCATOR64_BYTES, LOCATOR64);
  const at = bigNumber(view, locator + 8);
  checkSignature(view, at, END64_BYTES, END64);
  return { count: bigNumber(view, at + 32), directory: bigNumber(view, at + 48) };
}

/** A number of 64 bits; larger ones than JavaScript counts are beyond any archive. */
function bigNumber(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  check(Number.isSafeInteger(value), 'data', 'readZip: expected numbers of an archive, found one too large.');
  return value;
}

/** Bytes packed and unfolded, and where the file is: of 32 bits, or in the extra field, which holds only those that are too large. */
function longNumbers(view: DataView, at: number): [number, number, number] {
  const [packed = 0, size = 0, local = 0] = [20, 24, 42].map((field) => view.getUint32(at + field, true));
  let next = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
  const last = next + view.getUint16(at + 30, true);
  while (next + 4 <= last && view.getUint16(next, true) !== EXTRA64) next += 4 + view.getUint16(next + 2, true);
  next += 4;
  const long = (value: number): number => {
    if (value !== IN_ZIP64.long) return value;
    check(next + 8 <= last, 'data', 'readZip: expected the numbers of a Zip64 file, found none.');
    next += 8;
    return bigNumber(view, next - 8);
  };
  // In this order: size, packed, place.
  const whole = long(size);
  return [long(packed), whole, long(local)];
}

function checkSignature(view: DataView, at: number, size: number, signature: number): void {
  check(
    at >= 0 && at + size <= view.byteLength && view.getUint32(at, true) === signature,
    'data',
    'readZip: expected a record of a file, found other bytes.',
  );
}

/** Names that would leave the folder of the archive; nothing is written, but such an archive is not a study. */
function checkName(name: string): void {
  check(
    !name.includes('\0') && !/^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(name),
    'data',
    'readZip: expected names inside the archive, found one that is absolute or leaves it.',
  );
}

function readEntry(bytes: Uint8Array, view: DataView, at: number): ZipEntry {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [packed, size, local] = longNumbers(view, at);
  check((flags & 1) === 0, 'unsupported', 'readZip: expected files that are not encrypted, found one that is.');
  check(
    method === STORED || method === DEFLATED,
    'unsupported',
    `readZip: expected stored or deflated files, found compression method ${method}.`,
  );
  return {
    size,
    read: () => {
      checkSignature(view, local, LOCAL_BYTES, LOCAL);
      const start = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      check(start + packed <= bytes.length, 'data', 'readZip: expected the bytes of a file, found fewer.');
      const data = bytes.subarray(start, start + packed);
      const out = method === STORED ? data : inflate('readZip', data, 'raw', size);
      check(out.length === size, 'data', `readZip: expected a file of ${size} bytes, found ${out.length}.`);
      return out;
    },
  };
}
