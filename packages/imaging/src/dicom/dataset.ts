import { check, VividMedError } from '@vividmed/core';
import dicomParser, { type DataSet } from 'dicom-parser';
import { inflate } from '../inflate.js';
import { MAX_VOXELS, maxInflatedBytes, type ReadOptions } from '../limits.js';
import type { ImageWarning } from '../volume.js';
import { dataSetStart, guessTransferSyntax, hasDicomPrefix, isDicom, withPrefix } from './bare.js';
import { DEFLATED } from './transfer-syntax.js';

/** Tag of the pixel data, which is the last that is read. */
export const PIXEL_DATA = 'x7fe00010';

/** The attributes of a file, and how it stores them and the pixels. */
export interface ParsedFile {
  dataSet: DataSet;
  transferSyntax: string;
  warnings: ImageWarning[];
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
    isDicom(bytes),
    'data',
    `readDicom: expected a DICOM file or data set, found ${bytes.length} bytes of neither.`,
    'A DICOM file has the letters DICM at byte 128.',
  );
  const warnings: ImageWarning[] = [];
  const whole = withPrefix(bytes);
  if (whole !== bytes) warnings.push(BARE_HEADER);
  let guessed: string | undefined;
  if (!hasDicomPrefix(whole)) {
    guessed = guessTransferSyntax(whole);
    warnings.push(BARE_DATA_SET);
  }
  try {
    let isDeflated = false;
    const dataSet = dicomParser.parseDicom(whole, {
      untilTag: PIXEL_DATA,
      ...(guessed === undefined ? {} : { TransferSyntaxUID: guessed }),
      // The parser starts at the first byte of what this returns, so the header before it is left out.
      inflater: (file: Uint8Array, position: number) => {
        isDeflated = true;
        return inflate('readDicom', file.subarray(position), 'raw', maxInflatedBytes(maxVoxels));
      },
    });
    // The positions of header attributes are those in the file, which a deflated data set is no longer a part of.
    return { dataSet, transferSyntax: isDeflated ? DEFLATED : (guessed ?? text(dataSet, 'x00020010') ?? ''), warnings };
  } catch (error) {
    if (VividMedError.isInstance(error)) throw error;
    const untold = guessed === undefined ? parseUntold(whole, error) : undefined;
    if (untold !== undefined) return { ...untold, warnings: [...warnings, NO_TRANSFER_SYNTAX] };
    throw new VividMedError(
      'data',
      'readDicom: expected DICOM attributes up to the pixel data, found a damaged file.',
      {
        hint: 'The file is cut short, or its attributes do not follow its transfer syntax.',
      },
    );
  }
}

const BARE_HEADER = {
  code: 'bare-header',
  message: 'The file does not begin with 128 bytes and DICM; it was read from its header on.',
};
const BARE_DATA_SET = {
  code: 'bare-data-set',
  message: 'The file has no DICOM header; its transfer syntax was told by its first attribute.',
};
const NO_TRANSFER_SYNTAX = {
  code: 'missing-transfer-syntax',
  message: 'The header has no transfer syntax (0002,0010); it was told by the first attribute after it.',
};

/** A file whose header leaves the transfer syntax out, which the parser says in a text of its own. */
function parseUntold(bytes: Uint8Array, error: unknown): Omit<ParsedFile, 'warnings'> | undefined {
  if (!/0002,?0010|transfer syntax/i.test(String(error))) return undefined;
  const start = dataSetStart(bytes);
  const transferSyntax = start === undefined ? undefined : guessTransferSyntax(bytes, start);
  if (transferSyntax === undefined) return undefined;
  try {
    const dataSet = dicomParser.parseDicom(bytes.subarray(start), {
      untilTag: PIXEL_DATA,
      TransferSyntaxUID: transferSyntax,
    });
    return { dataSet, transferSyntax };
  } catch {
    return undefined;
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

/** The items of a sequence; none when it is absent or empty. */
export function items(dataSet: DataSet, tag: string): DataSet[] {
  return (dataSet.elements[tag]?.items ?? []).flatMap(({ dataSet: item }) => (item === undefined ? [] : [item]));
}
