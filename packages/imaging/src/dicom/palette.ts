import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import { luminance } from '../luminance.js';
import type { ImageHeader } from './header.js';
import { type LookupTable, lookUp, readLookupTable } from './lookup-table.js';

/** Red, green and blue of PALETTE COLOR, DICOM PS3.3 C.7.6.3.1.5. */
export type Palette = readonly [red: LookupTable, green: LookupTable, blue: LookupTable];

/** @throws {VividMedError} unsupported for palettes in segments, data for those that are cut short. */
export function readPalette(dataSet: DataSet, { isSigned }: ImageHeader): Palette {
  check(
    !('x00281221' in dataSet.elements),
    'unsupported',
    'readDicom: expected a palette of plain entries, found one in segments (0028,1221).',
  );
  const read = (colour: 1 | 2 | 3): LookupTable =>
    readLookupTable(dataSet, [`x0028110${colour}`, `x0028120${colour}`], isSigned);
  return [read(1), read(2), read(3)];
}

/** Luminance of indices, in the unit of the entries. */
export function paletteLuminance(indices: ArrayLike<number>, palette: Palette): Float32Array {
  const colours = new Float32Array(3 * indices.length);
  for (let i = 0; i < indices.length; i++) {
    for (let c = 0; c < 3; c++) colours[3 * i + c] = lookUp(palette[c] as LookupTable, indices[i] as number);
  }
  return luminance(colours, [0, 1, 2], 3, indices.length);
}
