import { check, VividMedError } from '@vividmed/core';

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
/** The format's own limit: a header of 100 MB names more tensors than any model has. */
const maxHeaderBytes = 100_000_000;
const lengthBytes = 8;

const fail = (message: string, hint?: string): never => {
  throw new VividMedError('checkpoint', message, hint === undefined ? {} : { hint });
};

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
  const where = `safetensors: tensor ${JSON.stringify(name)}`;
  const isSize = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;
  if (typeof dtype !== 'string' || !Object.hasOwn(widths, dtype)) {
    return fail(`${where}: expected a dtype of ${Object.keys(widths).join(', ')}, found ${JSON.stringify(dtype)}.`);
  }
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    return fail(`${where}: expected a shape of whole numbers, found ${JSON.stringify(shape)}.`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    return fail(`${where}: expected data_offsets of two whole numbers, found ${JSON.stringify(offsets)}.`);
  }
  const bytes = shape.reduce((a: number, b: number) => a * b, widths[dtype as DType]);
  const [from, to] = offsets as [number, number];
  if (to - from !== bytes) {
    return fail(`${where}: expected ${bytes} bytes for ${dtype} [${shape.join(', ')}], found ${to - from}.`);
  }
  if (start + to > fileBytes) {
    return fail(
      `${where}: expected data within ${fileBytes - start} bytes, found an end at ${to}.`,
      'The file is cut off.',
    );
  }
  return { dtype: dtype as DType, shape: shape as number[], start: start + from, end: start + to };
}

/**
 * The header of a safetensors file. `bytes` are the file's first ones, header included; `fileBytes` is the size of all of it.
 *
 * @throws {VividMedError} `checkpoint` for a header that is cut off, lies about sizes, overlaps or is not JSON.
 */
export function parseHeader(bytes: Uint8Array, fileBytes = bytes.length): SafetensorsHeader {
  const length = headerLength(bytes, fileBytes);
  check(
    bytes.length >= lengthBytes + length,
    'checkpoint',
    `safetensors: expected ${lengthBytes + length} bytes of header, found ${bytes.length}.`,
  );
  let header: unknown;
  try {
    header = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(lengthBytes, lengthBytes + length)),
    );
  } catch (cause) {
    throw new VividMedError('checkpoint', 'safetensors: expected a header in JSON, found something else.', { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    fail('safetensors: expected a header that is an object.');
  const entries = new Map<string, TensorEntry>();
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header as object)) {
    if (name === '__metadata__') {
      for (const [key, text] of Object.entries((value ?? {}) as object)) metadata[key] = String(text);
    } else {
      entries.set(name, readEntry(name, value, lengthBytes + length, fileBytes));
    }
  }
  let end = lengthBytes + length;
  for (const [name, entry] of [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (entry.start < end)
      fail(`safetensors: tensor ${JSON.stringify(name)}: expected data of its own, found it to overlap another's.`);
    end = entry.end;
  }
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
  return Float32Array.from({ length: count }, (_, i) => read[dtype](i));
}

/** A tensor of 32-bit floats to be written. */
export interface FloatTensor {
  shape: readonly number[];
  data: Float32Array;
}

/** A safetensors file of 32-bit floats, data in the order of the map and aligned to 8 bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const count = shape.reduce((a, b) => a * b, 1);
    check(
      data.length === count,
      'shape',
      `writeSafetensors: expected ${count} values for "${name}" [${shape.join(', ')}], found ${data.length}.`,
    );
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const out = new Uint8Array(lengthBytes + length + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  out.fill(0x20, lengthBytes, lengthBytes + length);
  out.set(text, lengthBytes);
  let at = lengthBytes + length;
  for (const { data } of tensors.values()) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}
