import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { check, VividMedError } from '@vividmed/core';
import { type ByteSource, openSafetensors, openSharded, type TensorReader } from './checkpoint/reader.js';
import { isTorchFile, openTorch } from './checkpoint/torch/open.js';
import { byteLength, checkCount, encodeHeader, type LazyTensor, planShards, toBytes } from './checkpoint/write.js';

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

/**
 * Opens a file of safetensors or of `torch.save` (told by its first bytes, whatever its name), or a model in several files of
 * safetensors by the path of its `.index.json`.
 */
export async function openCheckpoint(path: string): Promise<TensorReader> {
  if (!path.endsWith('.json')) {
    const source = await fileSource(path);
    return (await isTorchFile(source)) ? openTorch(source) : openSafetensors(source);
  }
  let index: unknown;
  try {
    index = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new VividMedError('checkpoint', `${path}: expected an index in JSON, found something else.`, { cause });
  }
  return openSharded(index, (file) => fileSource(join(dirname(path), file)));
}

/** Reads from a checkpoint; an error about its tensors names the file. */
export async function readCheckpoint<T>(path: string, read: (reader: TensorReader) => Promise<T>): Promise<T> {
  try {
    return await read(await openCheckpoint(path));
  } catch (error) {
    if (!VividMedError.isInstance(error)) throw error;
    throw new VividMedError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

export interface WriteOptions {
  /** Text to keep in every file. */
  metadata?: Record<string, string>;
  /** Data of one file; 2 GB by default, which every reader and file system takes. */
  maxShardBytes?: number;
}

/** Writes a file under another name and renames it, so that a reader sees all of it or none. */
async function writeWhole(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await fill(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeShard(
  path: string,
  tensors: ReadonlyMap<string, LazyTensor>,
  metadata: Record<string, string>,
): Promise<void> {
  await writeWhole(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(encodeHeader(tensors, metadata));
      for (const [name, { shape, read }] of tensors) {
        const data = await read();
        checkCount(name, shape, data);
        await file.writeFile(toBytes(data));
      }
    } finally {
      await file.close();
    }
  });
}

/**
 * Writes tensors into an existing folder, one at a time, under the names of the Hugging Face hub: `model.safetensors`, or
 * `model-00001-of-00002.safetensors` and so on with `model.safetensors.index.json`. `openCheckpoint` opens what it returns.
 *
 * @returns the path of the file, or of the index.
 */
export async function writeCheckpoint(
  folder: string,
  tensors: ReadonlyMap<string, LazyTensor>,
  { metadata = { format: 'pt' }, maxShardBytes = 2e9 }: WriteOptions = {},
): Promise<string> {
  check(
    maxShardBytes > 0,
    'config',
    `writeCheckpoint: expected room for at least 1 byte in a file, found ${maxShardBytes}.`,
  );
  const shards = planShards(tensors, maxShardBytes);
  if (shards.length <= 1) {
    const path = join(folder, 'model.safetensors');
    await writeShard(path, tensors, metadata);
    return path;
  }
  const number = (i: number): string => String(i).padStart(5, '0');
  const weightMap: [string, string][] = [];
  for (const [i, shard] of shards.entries()) {
    const file = `model-${number(i + 1)}-of-${number(shards.length)}.safetensors`;
    await writeShard(join(folder, file), shard, metadata);
    for (const name of shard.keys()) weightMap.push([name, file]);
  }
  const totalSize = [...tensors.values()].reduce((sum, tensor) => sum + byteLength(tensor), 0);
  const index = { metadata: { total_size: totalSize }, weight_map: Object.fromEntries(weightMap) };
  const path = join(folder, 'model.safetensors.index.json');
  await writeWhole(path, (temporary) => writeFile(temporary, `${JSON.stringify(index, null, 2)}\n`));
  return path;
}
