import { check, VividMedError } from '@vividmed/core';

/** What a coded image says of itself. */
export interface FrameHeader {
  width: number;
  height: number;
  channels: number;
  bits: number;
  /** JPEG and JPEG-LS: the second byte of the marker that starts the frame, such as 0xC1. */
  startOfFrame?: number;
}

/**
 * Cut images decode to grey areas without a word, so the marker that ends one (FF D9, which coded data never holds)
 * must follow the header.
 */
function checkEnd(where: string, bytes: Uint8Array, from: number): void {
  for (let at = bytes.length - 2; at >= from; at--) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return;
  throw new VividMedError('data', `${where}: expected a coded image with an end marker, found none.`, {
    hint: 'The image is cut short.',
  });
}

/** Markers that start a frame: JPEG (ITU-T T.81 table B.1; C4, C8 and CC are other markers) and JPEG-LS (T.87). */
const isStartOfFrame = (code: number): boolean =>
  (code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code)) || code === 0xf7;

const START_OF_SCAN = 0xda;

/**
 * Reads the size of a JPEG, JPEG lossless or JPEG-LS image from its first frame marker. Decoders allocate what the
 * coded image claims, so the claim is compared with the cap, and with the attributes, before one runs.
 *
 * @throws {VividMedError} data
 */
export function jpegHeader(where: string, bytes: Uint8Array): FrameHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  check(
    bytes.length > 4 && view.getUint16(0) === 0xffd8,
    'data',
    `${where}: expected a JPEG image, found other bytes.`,
  );
  for (let at = 2; at + 4 <= bytes.length;) {
    const code = bytes[at + 1] as number;
    if (bytes[at] !== 0xff || code === START_OF_SCAN) break;
    if (code === 0xff) {
      at++; // markers may be preceded by any number of fill bytes
      continue;
    }
    if (isStartOfFrame(code) && at + 10 <= bytes.length) {
      checkEnd(where, bytes, at);
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return { width, height, channels: bytes[at + 9] as number, bits: bytes[at + 4] as number, startOfFrame: code };
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new VividMedError('data', `${where}: expected a JPEG image with a frame header, found none.`);
}

/**
 * Reads the size of a JPEG 2000 codestream from its SIZ marker (ITU-T T.800 A.5.1), in a JP2 file or bare.
 *
 * @throws {VividMedError} data
 */
export function jpeg2000Header(where: string, bytes: Uint8Array): FrameHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes[0] === 0xff ? 0 : findCodestream(bytes);
  check(
    start >= 0 && bytes.length >= start + 43 && view.getUint32(start) === 0xff4fff51,
    'data',
    `${where}: expected a JPEG 2000 image, found other bytes.`,
  );
  checkEnd(where, bytes, start);
  return {
    width: view.getUint32(start + 8) - view.getUint32(start + 16),
    height: view.getUint32(start + 12) - view.getUint32(start + 20),
    channels: view.getUint16(start + 40),
    bits: ((bytes[start + 42] as number) & 0x7f) + 1,
  };
}

/** The codestream of a JP2 file begins with its start and SIZ markers, within the first boxes. */
function findCodestream(bytes: Uint8Array): number {
  const limit = Math.min(bytes.length - 4, 4096);
  for (let at = 0; at < limit; at++) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51) return at;
  }
  return -1;
}
