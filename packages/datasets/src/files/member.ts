import { pipeline, Readable } from 'node:stream';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { check, VividMedError } from '@vividmed/core';
import type { ByteSource } from './source.js';

/** A file in an archive. */
export interface Member {
  /** Bytes once unfolded, as the archive says. */
  size: number;
  /** Bytes in the archive. */
  stored: number;
  isDeflated: boolean;
  /** Where its bytes begin in the archive. */
  start(where: string, source: ByteSource): Promise<number>;
}

/** Bounds of one file in memory, against archives that are made to fill it: label maps of mostly air shrink to a 500th. */
const MAX_BYTES = 2 ** 31 - 1;
const FREE_BYTES = 2 ** 29;
const MAX_RATIO = 200;
/** Bytes read at once where a file is streamed. */
const STEP = 2 ** 20;

function checkSize(where: string, { size, stored, isDeflated }: Member): void {
  const most = isDeflated ? Math.min(MAX_BYTES, Math.max(FREE_BYTES, MAX_RATIO * stored)) : MAX_BYTES;
  check(size <= most, 'data', `${where}: expected a file of at most ${most} bytes in the archive, found ${size}.`);
}

const cut = (where: string): VividMedError =>
  new VividMedError('data', `${where}: expected whole files in the archive, found one that is cut or does not unfold.`);

/**
 * The whole of a file, checked to be as long as the archive says.
 *
 * @throws {VividMedError} `data`, for files that are cut, do not unfold or are too large for memory
 */
export async function memberBytes(where: string, source: ByteSource, member: Member): Promise<Uint8Array> {
  checkSize(where, member);
  const { size, stored, isDeflated } = member;
  const bytes = await source.read(await member.start(where, source), stored);
  if (bytes.length !== stored) throw cut(where);
  if (!isDeflated) return bytes;
  let content: Uint8Array;
  try {
    content = inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw cut(where);
  }
  if (content.length !== size) throw cut(where);
  return content;
}

/**
 * A file piece by piece.
 *
 * @yields its bytes, in their order
 * @throws {VividMedError} as `memberBytes`, though for no size
 */
export async function* memberChunks(where: string, source: ByteSource, member: Member): AsyncGenerator<Uint8Array> {
  const start = await member.start(where, source);
  let total = 0;
  try {
    const pieces = piecesOf(source, start, member.stored);
    for await (const piece of member.isDeflated ? inflated(pieces) : pieces) {
      // A stream of zlib gives buffers.
      const bytes = piece as Uint8Array;
      total += bytes.length;
      if (total > member.size) break;
      yield bytes;
    }
  } catch {
    throw cut(where);
  }
  if (total !== member.size) throw cut(where);
}

function inflated(pieces: AsyncIterable<Uint8Array>): Readable {
  const unfolding = createInflateRaw();
  // The error of any part ends the loop over the last one, which tells it.
  pipeline(Readable.from(pieces), unfolding, () => {});
  return unfolding;
}

async function* piecesOf(source: ByteSource, start: number, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += STEP) yield await source.read(start + at, Math.min(STEP, length - at));
}
