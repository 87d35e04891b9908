import { VividMedError } from '@vividmed/core';
import type { SampleType } from '../raw/samples.js';

/** Codes of nifti1.h with their numbers, and how many of them make a voxel. */
const DATA_TYPES: Readonly<Record<number, readonly [type: SampleType, channels: number]>> = {
  2: ['uint8', 1],
  4: ['int16', 1],
  8: ['int32', 1],
  16: ['float32', 1],
  64: ['float64', 1],
  128: ['uint8', 3],
  256: ['int8', 1],
  512: ['uint16', 1],
  768: ['uint32', 1],
  1024: ['int64', 1],
  1280: ['uint64', 1],
  2304: ['uint8', 4],
};

const NOT_READ: Readonly<Record<number, string>> = {
  1: '1 bit a voxel',
  32: 'complex numbers',
  1536: 'floats of 128 bits',
  1792: 'complex numbers',
  2048: 'complex numbers',
};

/** @throws {VividMedError} unsupported for complex numbers and other rare types, data for codes that are none */
export function dataTypeOf(where: string, code: number): readonly [type: SampleType, channels: number] {
  const known = DATA_TYPES[code];
  if (known !== undefined) return known;
  const rare = NOT_READ[code];
  throw rare === undefined
    ? new VividMedError('data', `${where}: expected a data type of NIfTI, found code ${code}.`)
    : new VividMedError('unsupported', `${where}: expected integers or floats of at most 64 bits, found ${rare}.`);
}

/** Code of an integer or float type. */
export function dataTypeCode(type: SampleType): number {
  for (const [code, [found, channels]] of Object.entries(DATA_TYPES)) {
    if (found === type && channels === 1) return Number(code);
  }
  throw new VividMedError('unsupported', `writeNifti: expected a data type of NIfTI, found ${type}.`);
}
