import { readFile, stat } from 'node:fs/promises';
import { check, VividMedError } from '@vividmed/core';
import { MAX_VOXELS, maxInflatedBytes } from './limits.js';
import type { RasterOptions } from './raster.js';
import { decodeImage } from './read-image.js';
import type { Volume } from './volume.js';

/**
 * Reads a DICOM, PNG or JPEG file, told by its content and not by its name.
 *
 * Errors do not repeat the path: names of files hold names of patients.
 *
 * @throws {VividMedError} data, also for a file that is missing or not a file, and unsupported
 */
export async function readImage(path: string | URL, options: RasterOptions = {}): Promise<Volume> {
  const found = await stat(path).catch(() => undefined);
  check(found !== undefined, 'data', 'readImage: expected a file, found nothing at this path.');
  check(
    found.isFile(),
    'data',
    `readImage: expected a file, found ${found.isDirectory() ? 'a folder' : 'something else'}.`,
    'Series in folders are not read yet: give one file.',
  );
  // A file of the cap's voxels at 16 bits fits; a larger one cannot be read whatever it holds.
  const maxBytes = maxInflatedBytes(options.maxVoxels ?? MAX_VOXELS);
  check(found.size <= maxBytes, 'data', `readImage: expected at most ${maxBytes} bytes, found ${found.size}.`);
  const bytes = await readFile(path).catch(() => {
    throw new VividMedError('data', 'readImage: expected a file that may be read, found one that may not.');
  });
  return decodeImage(bytes, options);
}
