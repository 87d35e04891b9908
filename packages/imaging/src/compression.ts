import { check, VividMedError } from '@vividmed/core';

/** Deflate shrinks no more than this (RFC 1951: 258 bytes in 2 bits), so a file of some bytes bounds what it unfolds to. */
const MAX_RATIO = 1032;
const STEP = 2 ** 16;

/** True when the bytes begin like gzip (RFC 1952). */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

/** gzip (RFC 1952) or zlib (RFC 1950), each with a checksum of what was folded. */
export type Compression = 'gzip' | 'zlib';

/**
 * Unfolds bytes with the platform's own stream, which compares lengths and checksums, and stops at the cap.
 *
 * @throws {VividMedError} data, for bytes that are damaged, cut short, or of more than `maxBytes` of output.
 */
export async function decompress(
  where: string,
  input: Uint8Array,
  kind: Compression,
  maxBytes: number,
): Promise<Uint8Array> {
  const bound = Math.min(maxBytes, input.length * MAX_RATIO);
  let out = new Uint8Array(kind === 'gzip' ? Math.min(bound, sizeHint(input)) : bound);
  let length = 0;
  for await (const part of throughStream(where, input, new DecompressionStream(kind === 'gzip' ? 'gzip' : 'deflate'))) {
    check(
      length + part.length <= maxBytes,
      'data',
      `${where}: expected at most ${maxBytes} bytes once inflated, found more.`,
      'The header claims fewer voxels, or the image has more than maxVoxels.',
    );
    if (length + part.length > out.length) {
      const larger = new Uint8Array(Math.min(maxBytes, 2 * (length + part.length)));
      larger.set(out.subarray(0, length));
      out = larger;
    }
    out.set(part, length);
    length += part.length;
  }
  return out.subarray(0, length);
}

/** Folds bytes as gzip, without a time or a name, so that the same bytes give the same file. */
export async function gzip(input: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of throughStream('gzip', input, new CompressionStream('gzip'))) parts.push(part);
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

/** The last four bytes say how much there is, of the last member and modulo 2^32. */
function sizeHint(input: Uint8Array): number {
  if (input.length < 18) return 0;
  return new DataView(input.buffer, input.byteOffset, input.byteLength).getUint32(input.length - 4, true);
}

async function* throughStream(
  where: string,
  input: Uint8Array,
  transform: DecompressionStream | CompressionStream,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  const source = new ReadableStream<BufferSource>({
    pull(controller) {
      if (at >= input.length) return controller.close();
      // A copy, because a stream may take the buffer of what it is given.
      controller.enqueue(new Uint8Array(input.subarray(at, at + STEP)));
      at += STEP;
    },
  });
  const reader = source.pipeThrough<Uint8Array>(transform).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new VividMedError('data', `${where}: expected compressed data, found it damaged or cut short.`);
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Ends the stream when the consumer stops early; what it says then is of no use.
    await reader.cancel().catch(() => undefined);
  }
}
