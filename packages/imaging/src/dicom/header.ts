import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import { checkVoxels, type ReadOptions } from '../limits.js';
import { decimal, type ParsedFile, PIXEL_DATA, text } from './dataset.js';
import { type Coding, TRANSFER_SYNTAXES } from './transfer-syntax.js';

/** What the attributes say about the stored pixels, DICOM PS3.3 C.7.6.3. */
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
  bitsAllocated: 8 | 16 | 32;
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
}

const PHOTOMETRIC = {
  1: ['MONOCHROME1', 'MONOCHROME2'],
  3: ['RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_ICT', 'YBR_RCT'],
} as const;

/** @throws {VividMedError} data for attributes that contradict each other, unsupported for what is not read. */
export function readHeader({ dataSet, transferSyntax }: ParsedFile, options: ReadOptions): ImageHeader {
  const coding = TRANSFER_SYNTAXES[transferSyntax];
  check(
    coding !== undefined,
    'unsupported',
    `readDicom: expected a transfer syntax that is read here, found ${/^[\d.]{1,64}$/.test(transferSyntax) ? transferSyntax : 'a damaged UID'}.`,
    'The README lists those that are read; convert the file, for instance to explicit VR little endian.',
  );
  check(
    PIXEL_DATA in dataSet.elements,
    'x7fe00008' in dataSet.elements || 'x7fe00009' in dataSet.elements ? 'unsupported' : 'data',
    'readDicom: expected pixel data (7FE0,0010), found none.',
    'Reports, structure sets and directories have no pixels; maps of floating-point numbers are not read.',
  );
  // The rescale, spacing and position of these stand in one item per frame; without them the numbers would be wrong.
  check(
    !('x52009229' in dataSet.elements || 'x52009230' in dataSet.elements),
    'unsupported',
    'readDicom: expected an image with one geometry, found functional groups (an enhanced multi-frame object).',
  );
  check(
    !('x00283000' in dataSet.elements),
    'unsupported',
    'readDicom: expected a linear rescale, found a modality lookup table (0028,3000).',
  );
  const bits = readBits(dataSet);
  const rows = dataSet.uint16('x00280010') ?? 0;
  const columns = dataSet.uint16('x00280011') ?? 0;
  const frames = text(dataSet, 'x00280008') === undefined ? 1 : (decimal(dataSet, 'x00280008') ?? 0);
  checkVoxels('readDicom', [frames, rows, columns], options);
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
    photometric === 'PALETTE COLOR' ? 'Colours of a palette are not read.' : undefined,
  );
  const modality = text(dataSet, 'x00080060') ?? '';
  check(/^[A-Z]{2,16}$/.test(modality), 'data', 'readDicom: expected a modality (0008,0060), found none.');
  const isPlanar = samplesPerPixel === 3 && dataSet.uint16('x00280006') === 1;
  return { transferSyntax, coding, modality, rows, columns, frames, samplesPerPixel, photometric, isPlanar, ...bits };
}

function readBits(dataSet: DataSet): Pick<ImageHeader, 'bitsAllocated' | 'bitsStored' | 'highBit' | 'isSigned'> {
  const bitsAllocated = dataSet.uint16('x00280100') ?? 0;
  check(
    bitsAllocated === 8 || bitsAllocated === 16 || bitsAllocated === 32,
    'unsupported',
    `readDicom: expected 8, 16 or 32 bits allocated, found ${bitsAllocated}.`,
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
