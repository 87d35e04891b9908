import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import { checkVoxels, type ReadOptions } from '../limits.js';
import { decimal, type ParsedFile, text } from './dataset.js';
import { PIXEL_DATA } from './parse-attributes.js';
import { type Coding, TRANSFER_SYNTAXES } from './transfer-syntax.js';

/** What the attributes say about the stored pixels, DICOM PS3.3 C.7.6.3; the same for all frames of a file. */
export interface ImageHeader {
  transferSyntax: string;
  coding: Coding;
  modality: string;
  rows: number;
  columns: number;
  frames: number;
  samplesPerPixel: 1 | 3;
  photometric: string;
  /** Colour samples lie plane after plane; only in native data. */
  isPlanar: boolean;
  /** Tag of the pixels: integers, or floating-point numbers of 32 or 64 bits. */
  pixels: PixelTag;
  bitsAllocated: 1 | 8 | 16 | 32 | 64;
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
}

export type PixelTag = typeof PIXEL_DATA | typeof FLOAT_PIXELS | typeof DOUBLE_PIXELS;
const FLOAT_PIXELS = 'x7fe00008';
const DOUBLE_PIXELS = 'x7fe00009';

const PHOTOMETRIC = {
  1: ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR'],
  3: ['RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_ICT', 'YBR_RCT'],
} as const;

/**
 * Frames that one file may have: more than the longest functional series holds. Each costs an object before any pixel
 * is seen, so a cap on voxels alone does not bound them.
 */
const MAX_FRAMES = 2 ** 18;

/**
 * Undefined for DICOM that has no pixels: reports, structure sets, directories.
 *
 * @throws {VividMedError} data for attributes that contradict each other, unsupported for what is not read
 */
export function readHeader({ dataSet, transferSyntax }: ParsedFile, options: ReadOptions): ImageHeader | undefined {
  const pixels = ([PIXEL_DATA, FLOAT_PIXELS, DOUBLE_PIXELS] as const).find((tag) => tag in dataSet.elements);
  if (pixels === undefined) return undefined;
  const coding = TRANSFER_SYNTAXES[transferSyntax];
  check(
    coding !== undefined,
    'unsupported',
    `readDicom: expected a transfer syntax that is read here, found ${/^[\d.]{1,64}$/.test(transferSyntax) ? transferSyntax : 'a damaged UID'}.`,
    'The README lists those that are read; convert the file, for instance to explicit VR little endian.',
  );
  const bits = pixels === PIXEL_DATA ? readBits(dataSet) : floatBits(pixels);
  const rows = dataSet.uint16('x00280010') ?? 0;
  const columns = dataSet.uint16('x00280011') ?? 0;
  const frames = text(dataSet, 'x00280008') === undefined ? 1 : (decimal(dataSet, 'x00280008') ?? 0);
  checkVoxels('readDicom', [frames, rows, columns], options);
  check(frames <= MAX_FRAMES, 'data', `readDicom: expected at most ${MAX_FRAMES} frames, found ${frames}.`);
  const samplesPerPixel = dataSet.uint16('x00280002') ?? 1;
  check(
    samplesPerPixel === 1 || samplesPerPixel === 3,
    'unsupported',
    `readDicom: expected 1 or 3 samples per pixel, found ${samplesPerPixel}.`,
  );
  const photometric = text(dataSet, 'x00280004') ?? (samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB');
  const known: readonly string[] = PHOTOMETRIC[samplesPerPixel];
  check(
    known.includes(photometric),
    'unsupported',
    `readDicom: expected a photometric interpretation of ${known.join(', ')} for ${samplesPerPixel} samples per pixel, found another.`,
  );
  const modality = text(dataSet, 'x00080060') ?? '';
  check(/^[A-Z]{2,16}$/.test(modality), 'data', 'readDicom: expected a modality (0008,0060), found none.');
  check(
    coding === 'native' || (pixels === PIXEL_DATA && bits.bitsAllocated > 1),
    'unsupported',
    'readDicom: expected compressed pixels of 8 bits or more, found bits or floating-point numbers.',
  );
  const isPlanar = samplesPerPixel === 3 && dataSet.uint16('x00280006') === 1;
  return {
    transferSyntax,
    coding,
    modality,
    rows,
    columns,
    frames,
    samplesPerPixel,
    photometric,
    isPlanar,
    pixels,
    ...bits,
  };
}

type Bits = Pick<ImageHeader, 'bitsAllocated' | 'bitsStored' | 'highBit' | 'isSigned'>;

function floatBits(pixels: PixelTag): Bits {
  const bits = pixels === FLOAT_PIXELS ? 32 : 64;
  return { bitsAllocated: bits, bitsStored: bits, highBit: bits - 1, isSigned: true };
}

function readBits(dataSet: DataSet): Bits {
  const bitsAllocated = dataSet.uint16('x00280100') ?? 0;
  check(
    bitsAllocated === 1 || bitsAllocated === 8 || bitsAllocated === 16 || bitsAllocated === 32,
    'unsupported',
    `readDicom: expected 1, 8, 16 or 32 bits allocated, found ${bitsAllocated}.`,
  );
  const bitsStored = dataSet.uint16('x00280101') ?? bitsAllocated;
  const highBit = dataSet.uint16('x00280102') ?? bitsStored - 1;
  check(
    bitsStored >= 1 && highBit >= bitsStored - 1 && highBit < bitsAllocated,
    'data',
    `readDicom: expected the stored bits to lie in the ${bitsAllocated} allocated, found ${bitsStored} below bit ${highBit}.`,
  );
  return { bitsAllocated, bitsStored, highBit, isSigned: dataSet.uint16('x00280103') === 1 };
}
