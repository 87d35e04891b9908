import { check, VividMedError } from '@vividmed/core';
import { duplicateKey } from './duplicate-keys.js';

/** Types of values in a safetensors file that can be read. */
export type DType = 'F32' | 'F16' | 'BF16' | 'F64' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'BOOL';

/** A tensor as it lies in a file. */
export interface RawTensor {
  dtype: DType;
  shape: readonly number[];
  bytes: Uint8Array;
}

/** Where a tensor lies in a file: bytes from `start` up to `end`, counted from the first byte of the file. */
export interface TensorEntry {
  dtype: DType;
  shape: readonly number[];
  start: number;
  end: number;
}

export interface SafetensorsHeader {
  entries: Map<string, TensorEntry>;
  metadata: Record<string, string>;
}

const widths: Record<DType, number> = {
  F32: 4,
  F16: 2,
  BF16: 2,
  F64: 8,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};
/** Bytes of one value. */
export const byteWidth = (dtype: DType): number => widths[dtype];

/**
 * The format's own limit. A header of 100 MB names half a million tensors, more than any model has; a longer one is an
 * attempt to have its reader allocate memory.
 */
const maxHeaderBytes = 100_000_000;
const lengthBytes = 8;

const fail = (message: string, hint?: string): never => {
  throw new VividMedError('checkpoint', message, hint === undefined ? {} : { hint });
};

/** A value of a header for a message: short, whatever it is. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (Array.isArray(value)) {
    const items = value.slice(0, 8).map((item) => (Array.isArray(item) ? 'a list' : shown(item)));
    return `[${items.join(', ')}${value.length > 8 ? ', …' : ''}]`;
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Bytes of the header, from the first eight bytes of a file of `fileBytes` bytes. @throws {VividMedError} `checkpoint`. */
export function headerLength(first: Uint8Array, fileBytes: number): number {
  if (first.length < lengthBytes) {
    fail(
      `safetensors: expected at least ${lengthBytes} bytes, found ${first.length}.`,
      'The file is empty or cut off.',
    );
  }
  const length = new DataView(first.buffer, first.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes) || length > BigInt(fileBytes - lengthBytes)) {
    const room = Math.min(maxHeaderBytes, fileBytes - lengthBytes);
    fail(
      `safetensors: expected a header of at most ${room} bytes, found ${length}.`,
      'The file is cut off, or not a safetensors file.',
    );
  }
  return Number(length);
}

function readEntry(name: string, value: unknown, start: number, fileBytes: number): TensorEntry {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const { dtype, shape, data_offsets: offsets } = entry;
  const where = `safetensors: tensor ${shown(name)}`;
  const isSize = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;
  if (typeof dtype !== 'string' || !Object.hasOwn(widths, dtype)) {
    return fail(`${where}: expected a dtype of ${Object.keys(widths).join(', ')}, found ${shown(dtype)}.`);
  }
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    return fail(`${where}: expected a shape of whole numbers, found ${shown(shape)}.`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    return fail(`${where}: expected data_offsets of two whole numbers, found ${shown(offsets)}.`);
  }
  const bytes = shape.reduce((a: number, b: number) => a * b, widths[dtype as DType]);
  const [from, to] = offsets as [number, number];
  if (to - from !== bytes) {
    return fail(`${where}: expected ${bytes} bytes for ${dtype} ${shown(shape)}, found ${to - from}.`);
  }
  if (start + to > fileBytes) {
    return fail(
      `${where}: expected data within ${fileBytes - start} bytes, found an end at ${to}.`,
      'The file is cut off.',
    );
  }
  return { dtype: dtype as DType, shape: shape as number[], start: start + from, end: start + to };
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  let repeated: string | undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
    repeated = duplicateKey(text);
  } catch (cause) {
    throw new VividMedError('checkpoint', 'safetensors: expected a header in JSON, found something else.', { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    return fail(`safetensors: expected a header that is an object, found ${shown(header)}.`);
  }
  if (repeated !== undefined) fail(`safetensors: expected every key once, found ${shown(repeated)} twice.`);
  return header as Record<string, unknown>;
}

function readMetadata(value: unknown): Record<string, string> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord || !Object.values(value).every((text) => typeof text === 'string')) {
    return fail(`safetensors: expected __metadata__ to be an object of strings, found ${shown(value)}.`);
  }
  return value as Record<string, string>;
}

/** The tensors must fill the data without overlaps and holes, as the format demands: nothing can hide between them. */
function checkLayout(entries: ReadonlyMap<string, TensorEntry>, start: number, fileBytes: number): void {
  let end = start;
  for (const [name, entry] of [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (entry.start < end)
      fail(`safetensors: tensor ${shown(name)}: expected data of its own, found it to overlap another's.`);
    if (entry.start > end)
      fail(`safetensors: tensor ${shown(name)}: expected data from ${end} on, found a hole up to ${entry.start}.`);
    end = entry.end;
  }
  if (end !== fileBytes) fail(`safetensors: expected a file of ${end} bytes, found ${fileBytes}.`);
}

/**
 * The header of a safetensors file. `bytes` are the file's first ones, header included; `fileBytes` is the size of all of it.
 *
 * @throws {VividMedError} `checkpoint` for a header that is cut off, is not JSON, repeats a key or lies about sizes, and
 * for data with overlaps or holes.
 */
export function parseHeader(bytes: Uint8Array, fileBytes = bytes.length): SafetensorsHeader {
  const length = headerLength(bytes, fileBytes);
  const start = lengthBytes + length;
  check(bytes.length >= start, 'checkpoint', `safetensors: expected ${start} bytes of header, found ${bytes.length}.`);
  const entries = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseJson(bytes.subarray(lengthBytes, start)))) {
    if (name === '__metadata__') metadata = readMetadata(value);
    else entries.set(name, readEntry(name, value, start, fileBytes));
  }
  checkLayout(entries, start, fileBytes);
  return { entries, metadata };
}

/** Every tensor of a file in memory; the bytes are shared with `bytes`. */
export function parseSafetensors(bytes: Uint8Array): {
  tensors: Map<string, RawTensor>;
  metadata: Record<string, string>;
} {
  const { entries, metadata } = parseHeader(bytes);
  const tensors = new Map(
    [...entries].map(([name, { dtype, shape, start, end }]) => [
      name,
      { dtype, shape, bytes: bytes.subarray(start, end) },
    ]),
  );
  return { tensors, metadata };
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The values of a tensor as 32-bit floats, whatever their type in the file. */
export function toFloat32({ dtype, bytes }: Pick<RawTensor, 'dtype' | 'bytes'>): Float32Array {
  const count = bytes.length / widths[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // `slice` of a Node Buffer shares its memory, so the copy is made of the buffer underneath.
  if (dtype === 'F32') return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  if (dtype === 'BF16') {
    const out = new Uint32Array(count);
    for (let i = 0; i < count; i++) out[i] = view.getUint16(2 * i, true) << 16;
    return new Float32Array(out.buffer);
  }
  const read: Record<Exclude<DType, 'F32' | 'BF16'>, (i: number) => number> = {
    F16: (i) => halfToFloat(view.getUint16(2 * i, true)),
    F64: (i) => view.getFloat64(8 * i, true),
    I64: (i) => Number(view.getBigInt64(8 * i, true)),
    I32: (i) => view.getInt32(4 * i, true),
    I16: (i) => view.getInt16(2 * i, true),
    I8: (i) => view.getInt8(i),
    U8: (i) => view.getUint8(i),
    BOOL: (i) => view.getUint8(i),
  };
  const out = new Float32Array(count);
  const value = read[dtype];
  for (let i = 0; i < count; i++) out[i] = value(i);
  return out;
}
