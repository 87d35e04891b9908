import { fileURLToPath } from 'node:url';
import { check } from '@vividmed/core';
import { decodeSource, headerOf } from './files/detached.js';
import { describeFound, findIn, type FoundImage, type SkippedFiles } from './files/find-images.js';
import { type FileSource, listSources } from './files/sources.js';
import type { RasterOptions } from './raster.js';
import { sniffFormat } from './read-image.js';
import type { Volume } from './volume.js';

export type { FoundImage, SkippedFiles } from './files/find-images.js';
export type { FileSource } from './files/sources.js';

const pathOf = (path: string | URL): string => (typeof path === 'string' ? path : fileURLToPath(path));

/**
 * Finds the images at a path, without decoding one: a file, a folder with its folders, a zip, or what a DICOMDIR names.
 * Formats are told by content and not by name; files that are no image are counted. Files are read one at a time.
 *
 * Errors do not repeat the path: names of files hold names of patients.
 *
 * @throws {VividMedError} data, for a path with nothing at it and for damaged or hostile archives, and unsupported
 */
export async function findImages(
  path: string | URL,
  options: RasterOptions = {},
): Promise<{ images: FoundImage[]; skipped: SkippedFiles }> {
  return findIn(await listSources(pathOf(path), options), options);
}

/**
 * Reads all images at a path, all of them in memory at the end; `findImages` gives one at a time.
 *
 * @throws {VividMedError} as `findImages` does, and for an image whose pixels are damaged
 */
export async function readImages(
  path: string | URL,
  options: RasterOptions = {},
): Promise<{ volumes: Volume[]; skipped: SkippedFiles }> {
  const { images, skipped } = await findImages(path, options);
  const volumes: Volume[] = [];
  for (const image of images) volumes.push(await image.read());
  return { volumes, skipped };
}

/**
 * Reads the one image at a path: a file, or a series in a folder, a zip or a DICOMDIR. Of a pair of
 * files (`.hdr` with `.img`, `.nhdr` or `.mhd` with its data file) either the header, or `.img`, is given.
 *
 * @throws {VividMedError} data, also for a path with no image or several, which are listed; and unsupported
 */
export async function readImage(path: string | URL, options: RasterOptions = {}): Promise<Volume> {
  return readImageFiles(await listSources(pathOf(path), options), options);
}

/**
 * Reads the one image of files that lie elsewhere than on a disk, such as in an archive: one file, or a series.
 *
 * @throws {VividMedError} as `readImage`
 */
export async function readImageFiles(sources: readonly FileSource[], options: RasterOptions = {}): Promise<Volume> {
  const [only] = sources;
  if (sources.length === 1 && only !== undefined) {
    const isPair = (await headerOf(only)) !== undefined;
    if (isPair || sniffFormat(await only.head()) !== 'dicom') return decodeSource(only, options);
  }
  const { images, skipped } = await findIn(sources, options);
  const [image] = images;
  if (images.length === 0 && sources.length === 1 && skipped.errors[0] !== undefined) throw skipped.errors[0];
  check(
    image !== undefined && images.length === 1,
    'data',
    () => `readImage: expected one image, found ${describeFound(images, skipped)}.`,
    'findImages lists them, to read one of them.',
  );
  return image.read();
}
