import { check } from '@vividmed/core';
import type { DataSet, Element } from 'dicom-parser';
import type { ImageHeader } from './header.js';
import { BIG_ENDIAN } from './transfer-syntax.js';

/** The cells of one frame as the file has them: no sign, no bits masked. */
export type Cells = Uint8Array | Uint16Array | Uint32Array;

/**
 * The cells of all frames from uncompressed pixel data, in the order of the file.
 *
 * @throws {VividMedError} data, when there are fewer bytes than the attributes say.
 */
export function nativeCells(dataSet: DataSet, element: Element, header: ImageHeader): Cells {
  const { rows, columns, frames, bitsAllocated, photometric, samplesPerPixel } = header;
  const bytesPerCell = bitsAllocated / 8;
  // YBR_FULL_422 stores two luminances and one pair of colour differences for every two pixels.
  const cellsPerPixel = photometric === 'YBR_FULL_422' ? 2 : samplesPerPixel;
  const count = rows * columns * frames * cellsPerPixel;
  const available = Math.min(element.length, dataSet.byteArray.length - element.dataOffset);
  check(
    available >= count * bytesPerCell,
    'data',
    `readDicom: expected ${count * bytesPerCell} bytes of pixels (${frames} x ${rows} x ${columns}), found ${available}.`,
    'The file is cut short, or its attributes are not those of its pixels.',
  );
  // A copy: the pixels of a file may start at an odd byte, where typed arrays cannot, and big endian is turned in place.
  const bytes = dataSet.byteArray.slice(element.dataOffset, element.dataOffset + count * bytesPerCell);
  const isBig = header.transferSyntax === BIG_ENDIAN;
  // Bytes of 8-bit images come in swapped pairs when they are written as big-endian words (PS3.5 section 8.1.1).
  if (isBig && bitsAllocated === 8 && element.vr === 'OW') reverseGroups(bytes, 2);
  if (isBig && bitsAllocated > 8) reverseGroups(bytes, bytesPerCell);
  if (bitsAllocated === 8) return bytes;
  return bitsAllocated === 16
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, count)
    : new Uint32Array(bytes.buffer, bytes.byteOffset, count);
}

function reverseGroups(bytes: Uint8Array, size: number): void {
  for (let at = 0; at + size <= bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
