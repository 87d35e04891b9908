import { type FileHandle, open } from 'node:fs/promises';

/** Bytes that are read where they lie: a file, or memory. */
export interface ByteSource {
  /** `length` bytes from `start` on; fewer where it ends before. */
  read(start: number, length: number): Promise<Uint8Array>;
  /** How many there are, where they are in memory. */
  numBytes?: number;
}

/** Bytes in memory. */
export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  numBytes: bytes.length,
  read: async (start, length) => bytes.subarray(start, start + length),
});

/** A file, opened for each read: sets of many archives would run out of open files. */
export const fileSource = (path: string): ByteSource => ({
  read: (start, length) => withFile(path, (file) => file.read(start, length)),
});

/** Reads many parts of one file, which is opened once. */
export async function withFile<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const handle = await open(path);
  try {
    return await use({ read: (start, length) => readAt(handle, start, length) });
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await handle.read(bytes, at, length - at, start + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
