import { check, VividMedError } from '@vividmed/core';
import dicomParser, { type DataSet } from 'dicom-parser';
import { inflate } from '../inflate.js';
import { MAX_VOXELS, maxInflatedBytes, type ReadOptions } from '../limits.js';
import { DEFLATED } from './transfer-syntax.js';

/** Where the prefix `DICM` stands, DICOM PS3.10 section 7.1. */
const PREFIX_AT = 128;

/** Tag of the pixel data, which is the last that is read. */
export const PIXEL_DATA = 'x7fe00010';

/** The attributes of a file, and how it stores them and the pixels. */
export interface ParsedFile {
  dataSet: DataSet;
  transferSyntax: string;
}

/** True when the bytes begin as a DICOM file of PS3.10 does. */
export function hasDicomPrefix(bytes: Uint8Array): boolean {
  return [...'DICM'].every((letter, i) => bytes[PREFIX_AT + i] === letter.charCodeAt(0));
}

/**
 * The attributes of a DICOM file up to the pixel data, whose element only tells where it begins and how long it is.
 *
 * What follows may be damaged, which is common (padding of zeros, cut copies) and harmless. Errors of
 * the parser are not kept as the cause of ours: they carry the attributes, and so the patient.
 *
 * @throws {VividMedError} data
 */
export function parseDataSet(bytes: Uint8Array, { maxVoxels = MAX_VOXELS }: ReadOptions): ParsedFile {
  check(bytes.length > 0, 'data', 'readDicom: expected a DICOM file, found no bytes.');
  check(
    hasDicomPrefix(bytes),
    'data',
    `readDicom: expected the letters DICM at byte ${PREFIX_AT}, found ${bytes.length} bytes without them.`,
    'The file is not DICOM, or is a bare data set without the header of PS3.10.',
  );
  try {
    let isDeflated = false;
    const dataSet = dicomParser.parseDicom(bytes, {
      untilTag: PIXEL_DATA,
      // The parser starts at the first byte of what this returns, so the header before it is left out.
      inflater: (whole: Uint8Array, position: number) => {
        isDeflated = true;
        return inflate('readDicom', whole.subarray(position), 'raw', maxInflatedBytes(maxVoxels));
      },
    });
    // The positions of header attributes are those in the file, which a deflated data set is no longer a part of.
    return { dataSet, transferSyntax: isDeflated ? DEFLATED : (text(dataSet, 'x00020010') ?? '') };
  } catch (error) {
    if (VividMedError.isInstance(error)) throw error;
    throw new VividMedError(
      'data',
      'readDicom: expected DICOM attributes up to the pixel data, found a damaged file.',
      {
        hint: 'The file is cut short, or its attributes do not follow its transfer syntax.',
      },
    );
  }
}

/** One of the values of a text attribute, trimmed; undefined when it is absent or empty. */
export function text(dataSet: DataSet, tag: string, index = 0): string | undefined {
  const value = dataSet.string(tag)?.split('\\')[index]?.replace(/\0/g, '').trim();
  return value === '' ? undefined : value;
}

/** One of the values of a decimal or integer string; undefined when it is absent, empty or not finite. */
export function decimal(dataSet: DataSet, tag: string, index = 0): number | undefined {
  const value = text(dataSet, tag, index);
  const number = value === undefined ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** All values of a decimal string, or undefined unless there are `count` finite ones. */
export function decimals(dataSet: DataSet, tag: string, count: number): number[] | undefined {
  const values = Array.from({ length: count }, (_, i) => decimal(dataSet, tag, i));
  return values.every((value) => value !== undefined) ? values : undefined;
}
