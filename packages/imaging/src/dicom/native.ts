import { check } from '@vividmed/core';
import type { DataSet, Element } from 'dicom-parser';
import { type ImageHeader } from './header.js';
import { PIXEL_DATA } from './parse-attributes.js';
import { BIG_ENDIAN } from './transfer-syntax.js';

/** The cells of one frame as the file has them: no sign, no bits masked; floating-point numbers as they are. */
export type Cells = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** Bytes that the pixels of all frames take, uncompressed. */
export function nativeBytes(header: ImageHeader): number {
  return Math.ceil((header.frames * cellsPerFrame(header) * header.bitsAllocated) / 8);
}

// YBR_FULL_422 stores two luminances and one pair of colour differences for every two pixels.
const cellsPerFrame = ({ rows, columns, photometric, samplesPerPixel }: ImageHeader): number =>
  rows * columns * (photometric === 'YBR_FULL_422' ? 2 : samplesPerPixel);

/** @throws {VividMedError} data, when there are fewer bytes of uncompressed pixels than the attributes say. */
export function checkNativeLength(dataSet: DataSet, element: Element, header: ImageHeader): void {
  const { rows, columns, frames } = header;
  const available = Math.min(element.length, dataSet.byteArray.length - element.dataOffset);
  check(
    available >= nativeBytes(header),
    'data',
    `readDicom: expected ${nativeBytes(header)} bytes of pixels (${frames} x ${rows} x ${columns}), found ${available}.`,
    'The file is cut short, or its attributes are not those of its pixels.',
  );
}

/** The cells of one frame of uncompressed pixel data, in the order of the file. */
export function nativeCells(dataSet: DataSet, element: Element, header: ImageHeader, frame: number): Cells {
  const { bitsAllocated, pixels } = header;
  const count = cellsPerFrame(header);
  if (bitsAllocated === 1) return unpackBits(dataSet.byteArray.subarray(element.dataOffset), frame * count, count);
  const bytesPerCell = bitsAllocated / 8;
  const start = element.dataOffset + frame * count * bytesPerCell;
  const isBig = header.transferSyntax === BIG_ENDIAN;
  // A copy: the pixels of a file may start at an odd byte, where typed arrays cannot, and big endian is turned in place.
  // Bytes of 8-bit images come in swapped pairs when they are written as big-endian words (PS3.5 section 8.1.1), so
  // an odd frame begins and ends within a pair.
  if (isBig && bitsAllocated === 8 && element.vr === 'OW') {
    return Uint8Array.from(
      { length: count },
      (_, i) => dataSet.byteArray[element.dataOffset + ((frame * count + i) ^ 1)] ?? 0,
    );
  }
  const bytes = dataSet.byteArray.slice(start, start + count * bytesPerCell);
  if (bitsAllocated === 8) return bytes;
  if (isBig) for (let at = 0; at < bytes.length; at += bytesPerCell) bytes.subarray(at, at + bytesPerCell).reverse();
  if (pixels !== PIXEL_DATA)
    return bitsAllocated === 32 ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
  return bitsAllocated === 16 ? new Uint16Array(bytes.buffer) : new Uint32Array(bytes.buffer);
}

/** Bits are packed without gaps between frames, the lowest bit of a byte first (PS3.5 section 8.1.1). */
function unpackBits(bytes: Uint8Array, first: number, count: number): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i++) out[i] = ((bytes[(first + i) >> 3] as number) >> ((first + i) & 7)) & 1;
  return out;
}
