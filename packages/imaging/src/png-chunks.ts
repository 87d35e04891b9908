import { check } from '@vividmed/core';
import { concatenate } from './concatenate.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const [GREY, RGB, INDEXED, GREY_ALPHA, RGB_ALPHA] = [0, 2, 3, 4, 6];
const CHANNELS: Readonly<Record<number, number>> = {
  [GREY]: 1,
  [RGB]: 3,
  [INDEXED]: 1,
  [GREY_ALPHA]: 2,
  [RGB_ALPHA]: 4,
};

/** Offsets and steps of the seven passes of Adam7 (PNG, section 8.2): x, y, dx, dy. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** True when the bytes begin with the signature of PNG. */
export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** Size and bytes per image, before anything is unfolded. */
export interface PngHeader {
  width: number;
  height: number;
  /** Bytes of all rows once inflated, with the byte of each row that names its filter. */
  rawBytes: number;
}

/** @throws {VividMedError} data, or unsupported for grey of fewer than 8 bits */
export function pngHeader(bytes: Uint8Array): PngHeader {
  check(
    isPng(bytes) && bytes.length >= 33 && chunkType(bytes, 8) === 'IHDR',
    'data',
    `readPng: expected a PNG image, found ${bytes.length} bytes that are not one.`,
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colour, interlace] = [bytes[24] as number, bytes[25] as number, bytes[28] as number];
  const channels = CHANNELS[colour];
  check(
    channels !== undefined && [1, 2, 4, 8, 16].includes(depth) && interlace <= 1,
    'data',
    'readPng: expected the colour type and bit depth of a PNG image, found others.',
  );
  check(depth >= 8 || colour === INDEXED, 'unsupported', `readPng: expected at least 8 bits of grey, found ${depth}.`);
  const passBytes = (columns: number, rows: number): number =>
    columns === 0 || rows === 0 ? 0 : rows * (1 + Math.ceil((columns * channels * depth) / 8));
  const rawBytes =
    interlace === 0
      ? passBytes(width, height)
      : ADAM7.reduce(
          (sum, [x, y, dx, dy]) =>
            sum + passBytes(Math.ceil(Math.max(0, width - x) / dx), Math.ceil(Math.max(0, height - y) / dy)),
          0,
        );
  return { width, height, rawBytes };
}

/**
 * The image without its other chunks: those hold compressed text of any size, and names of people.
 *
 * @throws {VividMedError} data, for a file that ends before its last chunk
 */
export function criticalChunks(bytes: Uint8Array): { file: Uint8Array; data: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  const data: Uint8Array[] = [];
  for (let at = 8; ;) {
    check(at + 12 <= bytes.length, 'data', 'readPng: expected a PNG image up to its last chunk, found it cut short.');
    const length = view.getUint32(at);
    const type = chunkType(bytes, at);
    check(at + 12 + length <= bytes.length, 'data', 'readPng: expected a whole chunk, found it cut short.');
    if (['IHDR', 'PLTE', 'IDAT', 'IEND'].includes(type)) kept.push(bytes.subarray(at, at + 12 + length));
    if (type === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + length));
    if (type === 'IEND') return { file: concatenate(kept), data: concatenate(data) };
    at += 12 + length;
  }
}

const chunkType = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at + 4, at + 8));
