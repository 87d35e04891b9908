import { check, VividMedError } from '@vividmed/core';
import { isGzip } from './compression.js';
import { hasDicomPrefix, isDicom } from './dicom/bare.js';
import { readDicom } from './dicom/read-dicom.js';
import { isMetaImage } from './metaimage/header.js';
import { readMetaImage } from './metaimage/read-metaimage.js';
import { niftiKind } from './nifti/header.js';
import { type NiftiImage, readNifti } from './nifti/read-nifti.js';
import { isNrrd } from './nrrd/header.js';
import { readNrrd } from './nrrd/read-nrrd.js';
import { isPng } from './png-chunks.js';
import { type RasterOptions, readJpeg, readPng } from './raster.js';
import { isTiff } from './tiff/directory.js';
import { readTiff } from './tiff/read-tiff.js';
import type { ImageSource, Volume } from './volume.js';

/**
 * The format that the first bytes of a file speak of, or undefined for one that is not read. Of the formats that are,
 * only NIfTI comes inside gzip.
 */
export function sniffFormat(bytes: Uint8Array): ImageSource['format'] | undefined {
  if (isPng(bytes)) return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (hasDicomPrefix(bytes)) return 'dicom';
  if (isGzip(bytes) || niftiKind(bytes) !== undefined) return 'nifti';
  if (isNrrd(bytes)) return 'nrrd';
  if (isMetaImage(bytes)) return 'metaimage';
  if (isTiff(bytes)) return 'tiff';
  // Without its prefix it is a guess.
  if (isDicom(bytes)) return 'dicom';
  return undefined;
}

/**
 * Reads one volume of DICOM, NIfTI, NRRD, MetaImage, TIFF, PNG or JPEG, whichever the bytes are; DICOM alone does
 * not need `modality`.
 *
 * @throws {VividMedError} data for bytes that are no image, unsupported for images that are not read
 */
export async function decodeImage(bytes: Uint8Array, options: RasterOptions = {}): Promise<Volume> {
  check(bytes.length > 0, 'data', 'decodeImage: expected an image, found no bytes.');
  const format = sniffFormat(bytes);
  if (format === 'dicom') return readDicom(bytes, options);
  if (format === 'png') return readPng(bytes, options);
  if (format === 'jpeg') return readJpeg(bytes, options);
  if (format === 'nifti') return onlyVolume(await readNifti(bytes, options));
  if (format === 'nrrd') return readNrrd(bytes, options);
  if (format === 'metaimage') return readMetaImage(bytes, options);
  if (format === 'tiff') return readTiff(bytes, options);
  throw new VividMedError(
    'data',
    `decodeImage: expected DICOM, NIfTI, NRRD, MetaImage, TIFF, PNG or JPEG, found ${bytes.length} bytes of none of them.`,
    {
      hint: 'A DICOM file has the letters DICM at byte 128.',
    },
  );
}

/** The volume of a file that holds one. @throws {VividMedError} data, for several */
export function onlyVolume(image: NiftiImage): Volume {
  check(
    image.numVolumes === 1,
    'data',
    `decodeImage: expected a NIfTI file with one volume, found ${image.numVolumes}.`,
    'readNifti gives them one at a time.',
  );
  return image.volume(0);
}
