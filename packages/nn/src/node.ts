import { open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VividMedError } from '@vividmed/core';
import { type ByteSource, openSafetensors, openSharded, type TensorReader } from './checkpoint/reader.js';

/** A file as a source of bytes; it is opened for each read, so there is nothing to close. */
export async function fileSource(path: string): Promise<ByteSource> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new VividMedError('checkpoint', `${path}: expected a file, found none.`, { cause });
  });
  return {
    size: info.size,
    read: async (start, end) => {
      const file = await open(path);
      try {
        const bytes = new Uint8Array(end - start);
        let done = 0;
        while (done < bytes.length) {
          const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
          if (bytesRead === 0) break;
          done += bytesRead;
        }
        return bytes.subarray(0, done);
      } finally {
        await file.close();
      }
    },
  };
}

/** Opens a safetensors file, or a model in several files by the path of its `.index.json`. */
export async function openCheckpoint(path: string): Promise<TensorReader> {
  if (!path.endsWith('.json')) return openSafetensors(await fileSource(path));
  let index: unknown;
  try {
    index = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new VividMedError('checkpoint', `${path}: expected an index in JSON, found something else.`, { cause });
  }
  return openSharded(index, (file) => fileSource(join(dirname(path), file)));
}
