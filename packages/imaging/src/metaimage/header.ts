import { check } from '@vividmed/core';

/** Header of a MetaImage file. */
export interface MetaHeader {
  /** Values by key, as text. */
  fields: ReadonlyMap<string, string>;
  /** Where the data begin in the same file. */
  end: number;
}

/** Headers are some hundred bytes. */
const MAX_HEADER_BYTES = 2 ** 16;

/** True when the text begins like a header: MetaImage has no magic number. */
export const isMetaImage = (bytes: Uint8Array): boolean =>
  /^(Comment\s*=[^\n]*\n)?(ObjectType\s*=\s*Image|NDims\s*=\s*\d)/.test(String.fromCharCode(...bytes.subarray(0, 512)));

/**
 * Lines `Key = Value` up to the one that says where the data are
 * (https://itk.org/Wiki/ITK/MetaIO/Documentation).
 *
 * @throws {VividMedError} data
 */
export function parseMetaHeader(where: string, bytes: Uint8Array): MetaHeader {
  check(isMetaImage(bytes), 'data', `${where}: expected MetaImage, found ${bytes.length} bytes that are not.`);
  const fields = new Map<string, string>();
  for (let at = 0; at < Math.min(bytes.length, MAX_HEADER_BYTES);) {
    const newline = bytes.indexOf(0x0a, at);
    const end = newline < 0 ? bytes.length : newline;
    const line = new TextDecoder().decode(bytes.subarray(at, Math.min(end, at + MAX_HEADER_BYTES)));
    const equals = line.indexOf('=');
    check(
      equals > 0 || line.trim() === '',
      'data',
      `${where}: expected lines of the form "Key = Value", found another.`,
    );
    at = end + 1;
    if (equals < 0) continue;
    const key = line.slice(0, equals).trim();
    fields.set(key, line.slice(equals + 1).trim());
    if (key === 'ElementDataFile') return { fields, end: Math.min(at, bytes.length) };
  }
  check(false, 'data', `${where}: expected ElementDataFile at the end of the header, found none.`);
}

/** The first of these keys that the header has. */
export const firstOf = ({ fields }: MetaHeader, ...keys: string[]): string | undefined =>
  keys.map((key) => fields.get(key)).find((value) => value !== undefined);

/** Numbers of a field, or undefined when it is missing or holds others than `count` finite ones. */
export function numbersOf(text: string | undefined, count: number): readonly number[] | undefined {
  const numbers = text?.split(/\s+/).map(Number);
  return numbers?.length === count && numbers.every((value) => Number.isFinite(value)) ? numbers : undefined;
}

export const isTrue = (text: string | undefined): boolean => /^(true|1|yes)$/i.test(text ?? '');
