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

/** Bytes a file is read by while its small parts are looked for, one after another. */
const WINDOW = 2 ** 14;

/** Reads many parts of one file, which is opened once; small parts that lie together are read together. */
export async function withFile<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const handle = await open(path);
  let from = 0;
  let window = new Uint8Array(0);
  try {
    return await use({
      async read(start, length) {
        if (length >= WINDOW) return readAt(handle, start, length);
        if (start < from || start + length > from + window.length) {
          window = await readAt(handle, start, WINDOW);
          from = start;
        }
        // A copy, so that nothing kept keeps the window.
        return window.slice(start - from, start - from + length);
      },
    });
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await handle.read(bytes, at, length - at, start + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
