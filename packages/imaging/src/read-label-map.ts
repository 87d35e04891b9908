import { VividMedError } from '@vividmed/core';
import type { LabelMap } from './label-map.js';
import type { ReadOptions } from './limits.js';
import { parseMetaImage } from './metaimage/read-metaimage.js';
import { parseNifti } from './nifti/parse-nifti.js';
import { parseNrrd } from './nrrd/read-nrrd.js';
import { checkSingle, type RawImage } from './raw/raw-image.js';
import { toLabelMap } from './raw/to-label-map.js';
import { sniffFormat } from './read-image.js';
import { parseTiff } from './tiff/read-tiff.js';

/** Options of `readLabelMap`. */
export interface LabelMapOptions extends ReadOptions {
  /** Which volume of several, such as the layer of a segmentation whose segments overlap; counted from 0. */
  index?: number;
  /** Bytes of the voxels, when header and voxels are two files. */
  data?: Uint8Array;
}

/**
 * Reads NIfTI, NRRD, MetaImage or TIFF as labels, exact to the last of 32 bits, with their names where the file has them:
 * TotalSegmentator's and Caret's label tables in NIfTI, Slicer's segments in `.seg.nrrd`.
 *
 * @throws {VividMedError} data, also for numbers that are no labels and several volumes without an `index`; unsupported
 */
export async function readLabelMap(bytes: Uint8Array, options: LabelMapOptions = {}): Promise<LabelMap> {
  const raw = await parse(bytes, options);
  if (options.index === undefined) checkSingle('readLabelMap', raw, 'Give readLabelMap the index of one.');
  return toLabelMap('readLabelMap', raw, options.index ?? 0);
}

async function parse(bytes: Uint8Array, options: LabelMapOptions): Promise<RawImage> {
  const format = sniffFormat(bytes);
  if (format === 'nifti') return (await parseNifti('readLabelMap', bytes, options.data, options)).image;
  if (format === 'nrrd') return parseNrrd('readLabelMap', bytes, options);
  if (format === 'metaimage') return parseMetaImage('readLabelMap', bytes, options);
  if (format === 'tiff') return parseTiff('readLabelMap', bytes, options);
  throw new VividMedError(
    'data',
    `readLabelMap: expected NIfTI, NRRD, MetaImage or TIFF, found ${bytes.length} other bytes.`,
  );
}
