import { check } from '@vividmed/core';

/** Header of a NRRD file as text. */
export interface NrrdHeader {
  /** Fields by name, lower case. */
  fields: ReadonlyMap<string, string>;
  /** `key:=value` pairs, which programs add. */
  pairs: ReadonlyMap<string, string>;
  /** Where the data begin in the same file. */
  end: number;
}

/** Headers are some kilobytes; Slicer's segmentations have some hundred lines. */
const MAX_HEADER_BYTES = 2 ** 22;

export const isNrrd = (bytes: Uint8Array): boolean => /^NRRD000\d$/.test(latin1(bytes.subarray(0, 8)));

/**
 * Lines of the header up to the empty one that ends it (https://teem.sourceforge.net/nrrd/format.html).
 *
 * @throws {VividMedError} data
 */
export function parseNrrdHeader(where: string, bytes: Uint8Array): NrrdHeader {
  check(isNrrd(bytes), 'data', `${where}: expected NRRD, found ${bytes.length} bytes that are not.`);
  const end = headerEnd(bytes);
  check(
    end <= MAX_HEADER_BYTES,
    'data',
    `${where}: expected a header of at most ${MAX_HEADER_BYTES} bytes, found more.`,
  );
  const fields = new Map<string, string>();
  const pairs = new Map<string, string>();
  const lines = new TextDecoder().decode(bytes.subarray(0, end)).split(/\r?\n/).slice(1);
  for (const line of lines) {
    if (line.startsWith('#') || line === '') continue;
    const pair = line.indexOf(':=');
    const field = line.indexOf(': ');
    check(pair > 0 || field > 0, 'data', `${where}: expected lines of the form "field: value", found another.`);
    if (field > 0 && (pair < 0 || field < pair)) {
      fields.set(line.slice(0, field).trim().toLowerCase(), line.slice(field + 2).trim());
    } else {
      pairs.set(
        line.slice(0, pair),
        line
          .slice(pair + 2)
          .replaceAll('\\n', '\n')
          .replaceAll('\\\\', '\\'),
      );
    }
  }
  return { fields, pairs, end };
}

/** One past the empty line, or all of the file when there is none, as in detached headers. */
function headerEnd(bytes: Uint8Array): number {
  const limit = Math.min(bytes.length, MAX_HEADER_BYTES + 1);
  for (let at = 8; at < limit; at++) {
    if (bytes[at] !== 0x0a) continue;
    if (bytes[at + 1] === 0x0a) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3;
  }
  return bytes.length;
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
