import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import type { ImageWarning } from '../volume.js';
import { PIXEL_DATA } from './parse-attributes.js';
import { isEncapsulated } from './fragments.js';
import type { ImageHeader } from './header.js';
import { checkNativeLength, nativeBytes } from './native.js';
import { BIG_ENDIAN } from './transfer-syntax.js';

/** Header of the fragment that each frame of coded pixels needs. */
const FRAGMENT_HEADER = 8;

/**
 * Refuses a file too short for the frames it claims, before an object is made for each.
 *
 * @throws {VividMedError} data
 */
export function checkRoom(dataSet: DataSet, header: ImageHeader): void {
  const element = dataSet.elements[header.pixels];
  if (element === undefined) return;
  if (!isEncapsulated(element)) {
    if (header.coding === 'native') checkNativeLength(dataSet, element, header);
    return;
  }
  const room = dataSet.byteArray.length - element.dataOffset;
  check(
    room >= header.frames * FRAGMENT_HEADER,
    'data',
    `readDicom: expected the fragments of ${header.frames} frames, found ${room} bytes.`,
  );
}

/** Tells of bytes after uncompressed pixels that belong to no attribute: harmless, but not what was sent. */
export function trailingBytes(dataSet: DataSet, header: ImageHeader): ImageWarning[] {
  const element = dataSet.elements[header.pixels];
  if (element === undefined || header.coding !== 'native') return [];
  const { byteArray } = dataSet;
  const inside = Math.min(element.length, byteArray.length - element.dataOffset);
  // One byte more makes the length even.
  const spare = inside - nativeBytes(header) > 1 ? inside - nativeBytes(header) : 0;
  const after = byteArray.subarray(element.dataOffset + inside);
  // What follows pixels in a sound file are attributes of a higher group (signatures, padding).
  const [low = 0, high = 0] = after.length < 8 ? [] : after;
  const group = header.transferSyntax === BIG_ENDIAN ? 256 * low + high : low + 256 * high;
  const count = spare + (group > 0x7fe0 || header.pixels !== PIXEL_DATA ? 0 : after.length);
  if (count === 0) return [];
  return [{ code: 'trailing-bytes', message: `${count} bytes after the pixels belong to nothing and were left out.` }];
}
