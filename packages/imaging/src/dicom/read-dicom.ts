import { check, VividMedError } from '@vividmed/core';
import type { ReadOptions } from '../limits.js';
import type { Volume } from '../volume.js';
import type { DicomFile } from './dicom-file.js';
import { type DicomImage, findDicomImages } from './find-images.js';
import type { DicomReference } from './reference.js';

/**
 * Reads one DICOM file (PS3.10) with one image: frames become the depth of the volume, colours their luminance.
 *
 * Nothing about the patient is read. It is asynchronous because a codec is loaded when a file first needs it.
 *
 * @throws {VividMedError} data for files that are damaged, not DICOM or of several images, unsupported for what is not
 *   read
 */
export async function readDicom(bytes: Uint8Array, options: ReadOptions = {}): Promise<Volume> {
  const { images, skipped } = await findDicomImages([bytes], options);
  if (skipped[0] !== undefined) throw skipped[0].error;
  const [image, ...others] = images;
  check(
    image !== undefined && others.length === 0,
    'data',
    () => `readDicom: expected one image, found ${describeImages(images)}.`,
    'readDicomSeries reads them all.',
  );
  return image.read();
}

/** An image of a series and what objects that are derived from it name. */
export interface DicomSeries {
  volume: Volume;
  reference: DicomReference;
}

/**
 * Reads DICOM files of any number of series: one volume for each stack of slices, so that a scout, an echo or a phase
 * is one of its own. Files without pixels, such as reports, are left out. All volumes are in memory at the end; where
 * that is too much, `findDicomImages` reads one at a time.
 *
 * @throws {VividMedError} data or unsupported, for the first file that is not read, by its place among the files
 */
export async function readDicomSeries(
  files: Iterable<DicomFile> | AsyncIterable<DicomFile>,
  options: ReadOptions = {},
): Promise<DicomSeries[]> {
  const { images, skipped } = await findDicomImages(files, options);
  const failed = skipped.find(({ reason }) => reason === 'error');
  if (failed !== undefined) {
    const { code, hint, message } = failed.error;
    const what = message.split('\n')[0] ?? '';
    throw new VividMedError(
      code,
      `readDicomSeries, file ${failed.index + 1}: ${what}`,
      hint === undefined ? {} : { hint },
    );
  }
  const series: DicomSeries[] = [];
  for (const image of images) series.push({ volume: await image.read(), reference: image.reference });
  return series;
}

/** Kind and size of images, for a message. */
export const describeImages = (images: readonly Pick<DicomImage, 'modality' | 'shape'>[]): string =>
  images.length === 0
    ? 'none'
    : `${images.length}: ${images.map(({ modality, shape }) => `${modality} ${shape.join(' x ')}`).join(', ')}`;
