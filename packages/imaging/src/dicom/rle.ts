import { check } from '@vividmed/core';
import type { ImageHeader } from './header.js';
import type { Cells } from './native.js';

const HEADER_BYTES = 64;
const MAX_SEGMENTS = 15;

/**
 * One frame of DICOM run-length coding (PS3.5 annex G): one segment for each byte of each sample, the high byte first.
 * Cells come out interleaved by pixel.
 *
 * @throws {VividMedError} data
 */
export function decodeRle(coded: Uint8Array, header: ImageHeader): Cells {
  const pixels = header.rows * header.columns;
  const bytesPerCell = header.bitsAllocated / 8;
  const segments = bytesPerCell * header.samplesPerPixel;
  check(coded.length >= HEADER_BYTES, 'data', `readDicom: expected an RLE header, found ${coded.length} bytes.`);
  // Two bytes unfold to 128 at most; a shorter frame is refused before memory is taken for its pixels.
  check(
    coded.length * 64 >= pixels * segments,
    'data',
    `readDicom: expected RLE data for ${pixels} pixels, found ${coded.length} bytes.`,
  );
  const view = new DataView(coded.buffer, coded.byteOffset, coded.byteLength);
  const found = view.getUint32(0, true);
  check(
    found === segments && found <= MAX_SEGMENTS,
    'data',
    `readDicom: expected ${segments} RLE segments, found ${found}.`,
  );
  const out = new Uint8Array(pixels * segments);
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 + 4 * segment, true);
    const next = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : coded.length;
    const sample = Math.floor(segment / bytesPerCell);
    // Typed arrays are little endian here (as is every machine that runs JavaScript), and the high byte comes first.
    const byte = bytesPerCell - 1 - (segment % bytesPerCell);
    const written = unfold(coded.subarray(start, next), out, sample * bytesPerCell + byte, segments);
    check(written === pixels, 'data', `readDicom: expected ${pixels} bytes in an RLE segment, found ${written}.`);
  }
  if (bytesPerCell === 1) return out;
  return bytesPerCell === 2 ? new Uint16Array(out.buffer) : new Uint32Array(out.buffer);
}

/** Writes a PackBits segment to `out` from `first` in steps of `stride`, and returns how many bytes it held. */
function unfold(segment: Uint8Array, out: Uint8Array, first: number, stride: number): number {
  const room = out.length / stride;
  let written = 0;
  for (let at = 0; at < segment.length && written < room;) {
    const control = segment[at++] as number;
    if (control === 128) continue;
    const isRun = control > 128;
    const count = isRun ? 257 - control : control + 1;
    for (let i = 0; i < count && written < room && at < segment.length; i++) {
      out[first + written++ * stride] = segment[isRun ? at : at++] as number;
    }
    if (isRun) at++;
  }
  return written;
}
