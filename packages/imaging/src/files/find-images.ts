import { VividMedError } from '@vividmed/core';
import { type DicomImage, findDicomImages } from '../dicom/find-images.js';
import type { RasterOptions } from '../raster.js';
import { sniffFormat } from '../read-image.js';
import type { ImageSource, Volume } from '../volume.js';
import { decodeSource, headerOf } from './detached.js';
import type { FileSource } from './sources.js';

/** An image at a path, found but not yet decoded. */
export interface FoundImage {
  format: ImageSource['format'];
  /** Of DICOM alone: modality, shape and what derived objects name, known before it is decoded. */
  dicom?: Omit<DicomImage, 'read'>;
  read(): Promise<Volume>;
}

/** Files that gave no image. */
export interface SkippedFiles {
  /** Files of formats that are not read, and files of voxels that a header goes with. */
  notImages: number;
  /** DICOM without pixels: directories, reports, structure sets. */
  withoutPixels: number;
  /** What is wrong with the others. */
  errors: VividMedError[];
}

/** Sorts files into images and others; DICOM files make series. */
export async function findIn(
  sources: readonly FileSource[],
  options: RasterOptions,
): Promise<{ images: FoundImage[]; skipped: SkippedFiles }> {
  const images: FoundImage[] = [];
  const skipped: SkippedFiles = { notImages: 0, withoutPixels: 0, errors: [] };
  const dicom: FileSource[] = [];
  for (const source of sources) {
    try {
      const format = (await headerOf(source)) === undefined ? sniffFormat(await source.head()) : undefined;
      if (format === 'dicom') dicom.push(source);
      else if (format === undefined) skipped.notImages++;
      else images.push({ format, read: () => decodeSource(source, options) });
    } catch (error) {
      skipped.errors.push(ownError(error));
    }
  }
  const found = await findDicomImages(
    dicom.map((source) => () => source.read()),
    options,
  );
  for (const { reason, error } of found.skipped) {
    if (reason === 'no-pixels') skipped.withoutPixels++;
    else skipped.errors.push(error);
  }
  const series = found.images.map(({ read, ...rest }): FoundImage => ({ format: 'dicom', dicom: rest, read }));
  return { images: [...series, ...images], skipped };
}

function ownError(error: unknown): VividMedError {
  if (!VividMedError.isInstance(error)) throw error;
  return error;
}

/** Kinds, sizes and numbers, for a message; no names. */
export function describeFound(images: readonly FoundImage[], skipped: SkippedFiles): string {
  const kinds = images
    .slice(0, MAX_LISTED)
    .map(({ format, dicom }) => (dicom === undefined ? format : `${dicom.modality} ${dicom.shape.join(' x ')}`));
  const more = images.length > MAX_LISTED ? ` and ${images.length - MAX_LISTED} more` : '';
  const { notImages, withoutPixels, errors } = skipped;
  const left = [
    [notImages, 'files of other kinds'],
    [withoutPixels, 'DICOM files without pixels'],
    [errors.length, 'files that cannot be read'],
  ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  const list = images.length === 0 ? 'none' : `${images.length} (${kinds.join(', ')}${more})`;
  return left.length === 0 ? list : `${list}, and ${left.join(', ')}`;
}

const MAX_LISTED = 12;
