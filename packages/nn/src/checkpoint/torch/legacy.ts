import { check, VividMedError } from '@vividmed/core';
import type { ByteSource, TensorReader } from '../reader.js';
import { byteWidth } from '../safetensors.js';
import { unpickle } from './pickle.js';
import { maxPickle, type Storage, storageOf, tensorReader } from './tensors.js';

const numPickles = 5;
const countBytes = 8;

const cutOff = (): never => {
  throw new VividMedError('checkpoint', 'torch: expected a whole file, found one that ends early.', {
    hint: 'The file is cut off.',
  });
};

interface Head {
  machine: unknown;
  tensors: unknown;
  /** Keys of the storages in the order in which their values follow. */
  order: readonly unknown[];
  storages: ReadonlyMap<string, Storage>;
  end: number;
}

/** The pickles at the head of a file: magic number, version, machine, tensors, order of storages. */
async function readHead(source: ByteSource): Promise<Head> {
  for (let room = 2 ** 20; ; room *= 8) {
    const bytes = await source.read(0, Math.min(room, maxPickle, source.size));
    const storages = new Map<string, Storage>();
    const values: unknown[] = [];
    let end = 0;
    while (values.length < numPickles) {
      const next = unpickle(bytes, end, (id) => {
        const storage = storageOf(id);
        storages.set(storage.key, storage);
        return storage;
      });
      if (!next) break;
      values.push(next.value);
      end = next.end;
    }
    if (values.length === numPickles) {
      const [, , machine, tensors, order] = values;
      return { machine, tensors, order: Array.isArray(order) ? order : cutOff(), storages, end };
    }
    if (bytes.length < room) cutOff();
  }
}

/** A file of torch before 1.6: pickles, then each storage after the number of its values. */
export async function openLegacy(source: ByteSource): Promise<TensorReader> {
  const { machine, tensors, order, storages, end } = await readHead(source);
  check(
    machine instanceof Map && machine.get('little_endian') === true,
    'unsupported',
    'torch: expected little-endian values, found others.',
  );
  const places = new Map<string, number>();
  let at = end;
  for (const key of order) {
    const storage = storages.get(String(key));
    const bytes = await source.read(at, Math.min(at + countBytes, source.size));
    if (bytes.length < countBytes) cutOff();
    const numValues = Number(new DataView(bytes.buffer, bytes.byteOffset, countBytes).getBigInt64(0, true));
    check(
      storage?.numValues === numValues,
      'checkpoint',
      `torch: expected a storage of ${storage?.numValues ?? 'the pickle'}, found one of ${numValues} values.`,
    );
    places.set(storage.key, at + countBytes);
    at += countBytes + numValues * byteWidth(storage.dtype);
  }
  if (at > source.size) cutOff();
  return tensorReader(tensors, async ({ key }, start, stop) => {
    const place = places.get(key);
    check(place !== undefined, 'checkpoint', 'torch: expected the values of every storage, found one without.');
    return source.read(place + start, place + stop);
  });
}
