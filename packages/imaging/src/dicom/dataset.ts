import { check, VividMedError } from '@vividmed/core';
import dicomParser, { type DataSet } from 'dicom-parser';
import { inflate } from '../inflate.js';
import { MAX_VOXELS, maxInflatedBytes, type ReadOptions } from '../limits.js';
import type { ImageWarning } from '../volume.js';
import { guessTransferSyntax, hasDicomPrefix, isDicom, withPrefix } from './bare.js';
import { parseAttributes } from './parse-attributes.js';
import { DEFLATED, EXPLICIT, IMPLICIT } from './transfer-syntax.js';

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
  try {
    const start = readStart(bytes);
    const { transferSyntax, warnings } = start;
    if (transferSyntax !== DEFLATED) {
      const dataSet = parseAttributes(start.file, start.position, start.isImplicit ? IMPLICIT : transferSyntax);
      Object.assign(dataSet.elements, start.header);
      return { dataSet, transferSyntax, warnings };
    }
    // The positions of header attributes are those in the file, which a deflated data set is no longer a part of.
    const inflated = inflate('readDicom', start.file.subarray(start.position), 'raw', maxInflatedBytes(maxVoxels));
    return { dataSet: parseAttributes(inflated, 0, EXPLICIT), transferSyntax, warnings };
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

/** What stands before the data set, and what was odd about it. */
interface Start {
  /** The bytes, with the prefix that they may have lacked. */
  file: Uint8Array;
  /** Where the data set begins. */
  position: number;
  header: DataSet['elements'];
  transferSyntax: string;
  /** The data set has no VRs, whatever its transfer syntax says. */
  isImplicit: boolean;
  warnings: ImageWarning[];
}

function readStart(bytes: Uint8Array): Start {
  const file = withPrefix(bytes);
  const warnings = file === bytes ? [] : [BARE_HEADER];
  if (!hasDicomPrefix(file)) {
    const transferSyntax = guessTransferSyntax(file) ?? IMPLICIT;
    const isImplicit = transferSyntax === IMPLICIT;
    return { file, position: 0, header: {}, transferSyntax, isImplicit, warnings: [BARE_DATA_SET] };
  }
  const header = dicomParser.readPart10Header(file);
  const { position } = header;
  const guessed = guessTransferSyntax(file, position);
  const told = text(header, 'x00020010');
  if (told === undefined) warnings.push(NO_TRANSFER_SYNTAX);
  const transferSyntax = told ?? guessed;
  check(
    transferSyntax !== undefined,
    'data',
    'readDicom: expected a transfer syntax (0002,0010), found none and no attribute that tells it.',
  );
  const isImplicit = transferSyntax === IMPLICIT || (transferSyntax !== DEFLATED && guessed === IMPLICIT);
  if (isImplicit && transferSyntax !== IMPLICIT) warnings.push(MISLABELLED);
  return { file, position, header: header.elements, transferSyntax, isImplicit, warnings };
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
const MISLABELLED = {
  code: 'mislabelled-attributes',
  message: 'The attributes have no VRs, though the transfer syntax says that they do; they were read without.',
};

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
