import { check } from '@vividmed/core';
import { archivePath } from './archive-name.js';
import type { Member } from './member.js';
import type { ByteSource } from './source.js';

const BLOCK = 512;
/** Longest text of a header that says the name of the next file. */
const MAX_TEXT = 2 ** 16;

const textOf = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

/**
 * The files of a tar archive (POSIX.1-2001 ustar and pax, with the long names and large sizes of GNU), found by going from header to header.
 *
 * @throws {VividMedError} `data`, for archives that are damaged, cut, of too many files or with names outside of themselves
 */
export async function indexTar(
  where: string,
  source: ByteSource,
  length: number,
  maxFiles: number,
): Promise<Map<string, Member>> {
  const members = new Map<string, Member>();
  /** What headers of their own say of the next file. */
  let next: { path?: string; size?: number } = {};
  let at = 0;
  for (let numHeaders = 0; at + BLOCK <= length; numHeaders++) {
    const head = await source.read(at, BLOCK);
    // Two empty blocks end an archive; many programs write one, or fill it up with more.
    if (head.every((byte) => byte === 0)) break;
    checkHeader(where, head);
    check(numHeaders <= 2 * maxFiles, 'data', `${where}: expected at most ${maxFiles} files, found more.`);
    const size = next.size ?? numberIn(where, head.subarray(124, 136));
    const start = at + BLOCK;
    check(start + size <= length, 'data', `${where}: expected whole files in the archive, found one that is cut.`);
    const kind = String.fromCharCode(head[156]!);
    if (kind === 'L' || kind === 'x') {
      check(size <= MAX_TEXT, 'data', `${where}: expected a header of at most ${MAX_TEXT} bytes, found ${size}.`);
      const text = await source.read(start, size);
      next = kind === 'L' ? { ...next, path: textOf(text) } : { ...next, ...paxOf(where, text) };
    } else {
      // Regular files; links, folders, devices and headers for the whole archive are passed over.
      if (kind === '0' || kind === '\0' || kind === '7') {
        const path = archivePath(where, next.path ?? nameIn(head));
        members.set(path, { size, stored: size, isDeflated: false, start: async () => start });
        check(members.size <= maxFiles, 'data', `${where}: expected at most ${maxFiles} files, found more.`);
      }
      if (kind !== 'g') next = {};
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  check(at > 0, 'data', `${where}: expected a zip or tar archive, found other bytes.`);
  return members;
}

/** The sum of the bytes of a header, its own field counted as spaces. */
function checkHeader(where: string, head: Uint8Array): void {
  const said = numberIn(where, head.subarray(148, 156));
  const sum = head.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  check(said === sum, 'data', `${where}: expected a zip or tar archive, found other bytes.`);
}

function nameIn(head: Uint8Array): string {
  const name = textOf(head.subarray(0, 100));
  // GNU keeps times where ustar keeps the front of the name.
  const isUstar = textOf(head.subarray(257, 263)) === 'ustar';
  const front = isUstar ? textOf(head.subarray(345, 500)) : '';
  return front === '' ? name : `${front}/${name}`;
}

/** Octal digits, or the large numbers of GNU: a first byte of 0x80, then the number. */
function numberIn(where: string, field: Uint8Array): number {
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((total, byte) => total * 256 + byte, 0);
    check(Number.isSafeInteger(value), 'data', `${where}: expected a size of an archive, found one too large.`);
    return value;
  }
  const text = textOf(field).trim();
  check(/^[0-7]*$/.test(text), 'data', `${where}: expected a zip or tar archive, found other bytes.`);
  return text === '' ? 0 : Number.parseInt(text, 8);
}

/** Records of a pax header, `LENGTH KEY=VALUE\n`; path and size are used. */
function paxOf(where: string, bytes: Uint8Array): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {};
  for (let at = 0; at < bytes.length;) {
    const gap = bytes.indexOf(0x20, at);
    const length = Number(textOf(bytes.subarray(at, gap)));
    check(
      gap > at && Number.isInteger(length) && length > gap - at + 1 && at + length <= bytes.length,
      'data',
      `${where}: expected records of a pax header, found other bytes.`,
    );
    const record = new TextDecoder().decode(bytes.subarray(gap + 1, at + length - 1));
    const equals = record.indexOf('=');
    const value = record.slice(equals + 1);
    if (record.slice(0, equals) === 'path') found.path = value;
    if (record.slice(0, equals) === 'size') {
      check(/^\d{1,15}$/.test(value), 'data', `${where}: expected a size in a pax header, found another text.`);
      found.size = Number(value);
    }
    at += length;
  }
  return found;
}
