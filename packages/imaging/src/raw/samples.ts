import { check } from '@vividmed/core';

/** Kinds of numbers that formats of plain grids store. */
export type SampleType =
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float32'
  | 'float64';

export type ByteOrder = 'little' | 'big';

/** Numbers as they were stored. */
export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export const bytesPerSample = (type: SampleType): number => ARRAYS[type].BYTES_PER_ELEMENT;

/** Zeros of a type. */
export const samplesOf = (type: SampleType, count: number): Samples => new ARRAYS[type](count);

export const isFloat = (type: SampleType): boolean => type === 'float32' || type === 'float64';

/** Smallest and largest number of an integer type; those of 64 bits as near as a double comes. */
export function integerRange(type: SampleType): readonly [number, number] {
  const bits = 8 * bytesPerSample(type);
  return type.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/**
 * Numbers from bytes, in a buffer of their own.
 *
 * @throws {VividMedError} data, when the bytes end before the last number.
 */
export function readSamples(
  where: string,
  bytes: Uint8Array,
  { type, order, start, count }: { type: SampleType; order: ByteOrder; start: number; count: number },
): Samples {
  const size = bytesPerSample(type);
  const found = Math.max(0, bytes.length - start);
  check(
    start >= 0 && found >= count * size,
    'data',
    `${where}: expected ${count * size} bytes of voxels, found ${found}.`,
    'The file is cut short, or its header is damaged.',
  );
  // A copy, since numbers must begin at a multiple of their size and the bytes may belong to someone else. Not by slice,
  // which gives a view where the bytes are a Buffer of Node.
  const copy = new Uint8Array(bytes.subarray(start, start + count * size));
  if (order === 'big') reverseEach(copy, size);
  return new ARRAYS[type](copy.buffer);
}

/** Bytes of numbers, little endian, as every machine that runs JavaScript stores them. */
export const bytesOf = (samples: Samples | Float32Array): Uint8Array =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

/** Turns the bytes of each number around, in place. */
function reverseEach(bytes: Uint8Array, size: number): void {
  if (size === 1) return;
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low] as number;
      bytes[low] = bytes[high] as number;
      bytes[high] = byte;
    }
  }
}
