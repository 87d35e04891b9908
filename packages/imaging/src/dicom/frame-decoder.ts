import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import { decodeFrame, type DecodedCells } from './coded.js';
import { codedFrames, isEncapsulated } from './fragments.js';
import type { ImageHeader } from './header.js';
import { checkNativeLength, nativeCells } from './native.js';
import type { Palette } from './palette.js';
import { decodeRle } from './rle.js';
import { brightness, storedValues } from './samples.js';

/** Decodes frames of one file, each when it is asked for: stored brightness, before any scale. */
export type FrameDecoder = (frame: number, palette: Palette | undefined) => Promise<ArrayLike<number>>;

/** @throws {VividMedError} data, when the pixels are not stored as the attributes say. */
export function frameDecoder(dataSet: DataSet, header: ImageHeader): FrameDecoder {
  const element = dataSet.elements[header.pixels];
  check(
    element !== undefined && isEncapsulated(element) === (header.coding !== 'native'),
    'data',
    `readDicom: expected ${header.coding === 'native' ? 'plain pixel data' : 'fragments of coded pixels'}, found the other.`,
    'The pixels are not stored as the transfer syntax says.',
  );
  let decode: (frame: number) => DecodedCells | Promise<DecodedCells>;
  const bits = header.bitsAllocated;
  if (header.coding === 'native') {
    checkNativeLength(dataSet, element, header);
    decode = (frame) => ({ cells: nativeCells(dataSet, element, header, frame), bits, isRgb: false });
  } else {
    const coded = codedFrames(dataSet, element, header.frames);
    const bytesOf = (frame: number): Uint8Array => coded[frame] as Uint8Array;
    decode =
      header.coding === 'rle'
        ? (frame) => ({ cells: decodeRle(bytesOf(frame), header), bits, isRgb: false })
        : (frame) => decodeFrame(bytesOf(frame), header);
  }
  return async (frame, palette) => {
    const { cells, bits: found, isRgb } = await decode(frame);
    return brightness(storedValues(cells, found, header), header, isRgb, palette);
  };
}
