import { check } from '@vividmed/core';
import { bytesOf, integerRange, isFloat, type SampleType } from './samples.js';

/** Characters of the longest number that a writer would print, with what separates it from the next. */
const MAX_CHARACTERS = 40;

/**
 * Bytes, little endian, of numbers that are written as text with spaces, commas or line ends between them.
 *
 * @throws {VividMedError} data, for another count or numbers that the type does not have; unsupported for 64 bits
 */
export function parseTextSamples(where: string, bytes: Uint8Array, type: SampleType, count: number): Uint8Array {
  check(type !== 'int64' && type !== 'uint64', 'unsupported', `${where}: expected text of at most 32 bits, found 64.`);
  check(
    bytes.length <= count * MAX_CHARACTERS + 2 ** 16,
    'data',
    `${where}: expected text of ${count} numbers, found ${bytes.length} bytes.`,
  );
  const words = new TextDecoder()
    .decode(bytes)
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  check(words.length === count, 'data', `${where}: expected ${count} numbers as text, found ${words.length}.`);
  const out = emptySamples(type, count);
  const [low, high] = isFloat(type) ? [-Infinity, Infinity] : integerRange(type);
  words.forEach((word, i) => {
    const value = Number(word);
    check(
      value >= low && value <= high && (isFloat(type) || Number.isInteger(value)),
      'data',
      `${where}: expected numbers of type ${type} as text, found another word at ${i}.`,
    );
    out[i] = value;
  });
  return bytesOf(out);
}

function emptySamples(type: Exclude<SampleType, 'int64' | 'uint64'>, count: number) {
  if (type === 'uint8') return new Uint8Array(count);
  if (type === 'int8') return new Int8Array(count);
  if (type === 'uint16') return new Uint16Array(count);
  if (type === 'int16') return new Int16Array(count);
  if (type === 'uint32') return new Uint32Array(count);
  if (type === 'int32') return new Int32Array(count);
  return type === 'float32' ? new Float32Array(count) : new Float64Array(count);
}
