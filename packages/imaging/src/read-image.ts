import { check, VividMedError } from '@vividmed/core';
import { isDicom } from './dicom/bare.js';
import { readDicom } from './dicom/read-dicom.js';
import { isPng } from './png-chunks.js';
import { type RasterOptions, readJpeg, readPng } from './raster.js';
import type { ImageSource, Volume } from './volume.js';

/** The format that the first bytes of a file speak of, or undefined for one that is not read. */
export function sniffFormat(bytes: Uint8Array): ImageSource['format'] | undefined {
  if (isPng(bytes)) return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (isDicom(bytes)) return 'dicom';
  return undefined;
}

/**
 * Reads DICOM, PNG or JPEG, whichever the bytes are; `modality` counts for the last two alone.
 *
 * @throws {VividMedError} data for bytes that are no image, unsupported for images that are not read
 */
export async function decodeImage(bytes: Uint8Array, options: RasterOptions = {}): Promise<Volume> {
  check(bytes.length > 0, 'data', 'decodeImage: expected an image, found no bytes.');
  const format = sniffFormat(bytes);
  if (format === 'dicom') return readDicom(bytes, options);
  if (format === 'png') return readPng(bytes, options);
  if (format === 'jpeg') return readJpeg(bytes, options);
  throw new VividMedError(
    'data',
    `decodeImage: expected DICOM, PNG or JPEG, found ${bytes.length} bytes of none of them.`,
    {
      hint: 'A DICOM file has the letters DICM at byte 128.',
    },
  );
}
