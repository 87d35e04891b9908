import { check } from '@vividmed/core';

/** A tensor of 32-bit floats to be written. */
export interface FloatTensor {
  shape: readonly number[];
  data: Float32Array;
}

/** A tensor of 32-bit floats whose values are made when they are written. */
export interface LazyTensor {
  shape: readonly number[];
  read(): Promise<Float32Array>;
}

const lengthBytes = 8;
const valueBytes = 4;

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Bytes of a tensor in a file. */
export const byteLength = ({ shape }: Pick<FloatTensor, 'shape'>): number => count(shape) * valueBytes;

/** @throws {VividMedError} `shape` for values that are not as many as the shape says. */
export function checkCount(name: string, shape: readonly number[], data: Float32Array): void {
  check(
    data.length === count(shape),
    'shape',
    `writeSafetensors: expected ${count(shape)} values for "${name}" [${shape.join(', ')}], found ${data.length}.`,
  );
}

/** The first bytes of a file with these tensors one after another: length and header, padded so that data start at 8 n. */
export function encodeHeader(
  shapes: ReadonlyMap<string, Pick<FloatTensor, 'shape'>>,
  metadata: Record<string, string>,
): Uint8Array {
  let offset = 0;
  const entries = [...shapes].map(([name, { shape }]) => {
    check(
      name !== '__metadata__',
      'checkpoint',
      'writeSafetensors: expected the name of a tensor, found __metadata__.',
    );
    const end = offset + count(shape) * valueBytes;
    const entry = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
    return [name, entry] as const;
  });
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries([['__metadata__', metadata], ...entries])));
  const length = Math.ceil(text.length / 8) * 8;
  const out = new Uint8Array(lengthBytes + length).fill(0x20, lengthBytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  out.set(text, lengthBytes);
  return out;
}

/** Values as a file has them, little-endian; shared with `data` where the machine is little-endian too. */
export function toBytes(data: Float32Array): Uint8Array {
  const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  if (isLittle) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const view = new DataView(new ArrayBuffer(data.byteLength));
  data.forEach((value, i) => view.setFloat32(valueBytes * i, value, true));
  return new Uint8Array(view.buffer);
}

/** A safetensors file of 32-bit floats, data in the order of the map. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  for (const [name, { shape, data }] of tensors) checkCount(name, shape, data);
  const header = encodeHeader(tensors, metadata);
  const out = new Uint8Array(
    header.length + [...tensors.values()].reduce((sum, tensor) => sum + byteLength(tensor), 0),
  );
  out.set(header);
  let at = header.length;
  for (const { data } of tensors.values()) {
    out.set(toBytes(data), at);
    at += data.byteLength;
  }
  return out;
}

/** Splits tensors into files of at most `maxBytes` of data, in their order; one that is larger has a file of its own. */
export function planShards<T extends Pick<FloatTensor, 'shape'>>(
  tensors: ReadonlyMap<string, T>,
  maxBytes: number,
): Map<string, T>[] {
  const shards: Map<string, T>[] = [];
  let room = -1;
  for (const [name, tensor] of tensors) {
    room -= byteLength(tensor);
    if (room < 0) {
      shards.push(new Map());
      room = maxBytes - byteLength(tensor);
    }
    shards.at(-1)!.set(name, tensor);
  }
  return shards;
}
