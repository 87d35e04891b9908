import { check } from '@vividmed/core';

const types = { Uint8Array, Int32Array, Float32Array, Float64Array } as const;
type ArrayName = keyof typeof types;
type Packed = { $array: ArrayName; at: number; length: number };

/** Arrays begin at multiples of this, so that each can be a view. */
const alignment = 8;
const align = (offset: number): number => Math.ceil(offset / alignment) * alignment;

const nameOf = (value: unknown): ArrayName | undefined =>
  (Object.keys(types) as ArrayName[]).find((name) => value instanceof types[name]);

const isPacked = (value: unknown): value is Packed => typeof value === 'object' && value !== null && '$array' in value;

/**
 * A value of plain objects, arrays and typed arrays as bytes: the length of a JSON text, the text, then the typed arrays. One buffer
 * to send to another thread or to keep in a file.
 */
export function packValue(value: unknown): Uint8Array {
  const arrays: { at: number; bytes: Uint8Array }[] = [];
  let size = 0;
  const text = JSON.stringify(value, (_, item: unknown) => {
    const name = nameOf(item);
    if (!name) return item;
    // `nameOf` found that it is one of these.
    const array = item as InstanceType<(typeof types)[ArrayName]>;
    const at = align(size);
    size = at + array.byteLength;
    arrays.push({ at, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
    return { $array: name, at, length: array.length } satisfies Packed;
  });
  const header = new TextEncoder().encode(text);
  const first = align(4 + header.length);
  const out = new Uint8Array(first + size);
  new DataView(out.buffer).setUint32(0, header.length, true);
  out.set(header, 4);
  for (const { at, bytes } of arrays) out.set(bytes, first + at);
  return out;
}

/**
 * The value of `packValue`; its typed arrays are views of the bytes, which must begin a buffer.
 *
 * @throws {VividMedError} data for bytes that `packValue` did not make
 */
export function unpackValue(bytes: Uint8Array): unknown {
  const { buffer } = bytes;
  check(
    bytes.length >= 4 && bytes.byteOffset === 0 && buffer instanceof ArrayBuffer,
    'data',
    'unpackValue: expected packed bytes that begin a buffer, found others.',
  );
  const length = new DataView(buffer).getUint32(0, true);
  const first = align(4 + length);
  check(first <= bytes.length, 'data', 'unpackValue: expected a whole header, found a part.');
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  return JSON.parse(text, (_, item: unknown) => {
    if (!isPacked(item)) return item;
    const type = types[item.$array];
    const begin = first + item.at;
    check(
      begin + item.length * type.BYTES_PER_ELEMENT <= bytes.length,
      'data',
      'unpackValue: expected whole arrays, found a part.',
    );
    return new type(buffer, begin, item.length);
  });
}
