import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { check, VividMedError } from '@vividmed/core';

const blockBytes = 512;
/** Weights of the largest published model have half a gigabyte; more would not fit into one array. */
const maxFileBytes = 2 ** 31;
/** What may be unfolded in all: a small archive can hold no end of zeros. */
const maxTotalBytes = 2 ** 33;

/** Takes stretches of bytes out of a stream of chunks. */
function chunkReader(chunks: AsyncIterator<Uint8Array>) {
  let chunk: Uint8Array = new Uint8Array();
  /** Gives the next `count` bytes part by part; false where the stream ends first. */
  const each = async (count: number, use: (part: Uint8Array) => void): Promise<boolean> => {
    let left = count;
    while (left > 0) {
      if (chunk.length === 0) {
        const next = await chunks.next();
        if (next.done) return false;
        chunk = next.value;
      }
      const part = chunk.subarray(0, left);
      chunk = chunk.subarray(part.length);
      left -= part.length;
      use(part);
    }
    return true;
  };
  return {
    take: async (count: number): Promise<Uint8Array | undefined> => {
      const out = new Uint8Array(count);
      let at = 0;
      const isWhole = await each(count, (part) => {
        out.set(part, at);
        at += part.length;
      });
      return isWhole ? out : undefined;
    },
    skip: (count: number): Promise<boolean> => each(count, () => {}),
  };
}

const text = (block: Uint8Array, start: number, length: number): string =>
  new TextDecoder('latin1').decode(block.subarray(start, start + length)).replace(/\0[^]*$/, '');

/** A number of a header: octal digits, or in base 256 where its first bit is set. */
function sizeOf(block: Uint8Array): number {
  const field = block.subarray(124, 136);
  if ((field[0]! & 0x80) === 0) return Number.parseInt(text(field, 0, 12).trim() || '0', 8);
  return field.subarray(1).reduce((value, byte) => value * 256 + byte, field[0]! & 0x7f);
}

/** The sum of the bytes of a header, its own digits taken as spaces, must be what it says. */
function isHeader(block: Uint8Array): boolean {
  const sum = block.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  return Number.parseInt(text(block, 148, 8).trim(), 8) === sum;
}

/**
 * Files of a `.tar.gz`, of those that `wants` names, by their paths without a leading `./`. Links and folders are left out,
 * and so are files whose paths have more than 100 bytes: no model needs them.
 *
 * @throws {VividMedError} `checkpoint` for an archive that is damaged, cut off or too large.
 */
export async function readTarGz(path: string, wants: (name: string) => boolean): Promise<Map<string, Uint8Array>> {
  const where = basename(path);
  const cutOff = (cause?: unknown): never => {
    throw new VividMedError('checkpoint', `${where}: expected a .tar.gz, found one that is damaged or cut off.`, {
      cause,
    });
  };
  const stream = createReadStream(path);
  const unfolded = stream.pipe(createGunzip());
  stream.on('error', (error) => unfolded.destroy(error));
  const reader = chunkReader(unfolded[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>);
  const files = new Map<string, Uint8Array>();
  let total = 0;
  try {
    while (true) {
      const block = (await reader.take(blockBytes)) ?? cutOff();
      if (block.every((byte) => byte === 0)) return files;
      if (!isHeader(block)) cutOff();
      const size = sizeOf(block);
      const padding = (blockBytes - (size % blockBytes)) % blockBytes;
      total += size;
      check(
        Number.isSafeInteger(size) && total <= maxTotalBytes,
        'checkpoint',
        `${where}: expected files of at most ${maxTotalBytes} bytes in all, found more.`,
      );
      const name = text(block, 0, 100).replace(/^\.\//, '');
      const isFile = block[156] === 0 || block[156] === 0x30;
      if (isFile && wants(name)) {
        check(
          size <= maxFileBytes,
          'checkpoint',
          `${where}: expected ${name} of at most ${maxFileBytes} bytes, found ${size}.`,
        );
        files.set(name, (await reader.take(size)) ?? cutOff());
      } else if (!(await reader.skip(size))) cutOff();
      if (!(await reader.skip(padding))) cutOff();
    }
  } catch (error) {
    if (VividMedError.isInstance(error)) throw error;
    return cutOff(error);
  } finally {
    stream.destroy();
    unfolded.destroy();
  }
}
