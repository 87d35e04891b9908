import { check, VividMedError } from '@vividmed/core';
import type { ByteSource, TensorReader } from '../reader.js';
import { unpickle } from './pickle.js';
import { maxPickle, storageOf, tensorReader } from './tensors.js';
import { readEntry, zipEntries } from './zip.js';

/** A file of torch 1.6 and later: a zip archive of a pickle and one file a storage. */
export async function openArchive(source: ByteSource): Promise<TensorReader> {
  const entries = await zipEntries(source);
  const pickleName = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  check(pickleName !== undefined, 'checkpoint', 'torch: expected an archive with a data.pkl, found none.');
  const folder = pickleName.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order) {
    const text = new TextDecoder().decode(await readEntry(source, order, 0, Math.min(order.size, 8)));
    check(text === 'little', 'unsupported', 'torch: expected little-endian values, found others.');
  }
  const entry = entries.get(pickleName)!;
  check(
    entry.size <= maxPickle,
    'checkpoint',
    `torch: expected a pickle of at most ${maxPickle} bytes, found ${entry.size}.`,
  );
  const pickle = unpickle(await readEntry(source, entry, 0, entry.size), 0, storageOf);
  if (!pickle) throw new VividMedError('checkpoint', 'torch: expected a whole pickle, found one that ends early.');
  return tensorReader(pickle.value, async ({ key }, start, end) => {
    const stored = entries.get(`${folder}data/${key}`);
    check(stored, 'checkpoint', 'torch: expected a file for every storage, found one without.');
    return readEntry(source, stored, start, end);
  });
}
