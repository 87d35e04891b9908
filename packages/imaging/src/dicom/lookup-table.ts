import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import { items } from './dataset.js';

/** Values for stored numbers from `first` on; smaller ones take the first value, larger ones the last. */
export interface LookupTable {
  first: number;
  values: Float32Array;
  /** Largest number that an entry of its bits can hold. */
  max: number;
}

/**
 * A lookup table of DICOM PS3.3 C.11.1.1 or C.7.6.3.1.5: a descriptor of three numbers and the entries.
 *
 * @throws {VividMedError} data, when it has fewer entries than it says.
 */
export function readLookupTable(
  dataSet: DataSet,
  [descriptor, data]: readonly [descriptor: string, data: string],
  isSigned: boolean,
): LookupTable {
  const said = dataSet.uint16(descriptor, 0);
  const bits = dataSet.uint16(descriptor, 2);
  const first = isSigned ? dataSet.int16(descriptor, 1) : dataSet.uint16(descriptor, 1);
  const element = dataSet.elements[data];
  check(
    said !== undefined && first !== undefined && (bits === 8 || (bits !== undefined && bits > 8 && bits <= 16)),
    'data',
    'readDicom: expected a lookup table with a descriptor of three numbers, found none.',
  );
  // 0 stands for 65536, which its 16 bits cannot say.
  const count = said === 0 ? 65536 : said;
  const bytes = element?.length ?? 0;
  // Entries of 8 bits are stored in words by some, and in bytes by others.
  const isPacked = bits === 8 && bytes < 2 * count;
  check(
    element !== undefined && bytes >= count * (isPacked ? 1 : 2),
    'data',
    `readDicom: expected a lookup table of ${count} entries, found ${bytes} bytes.`,
  );
  const at = (i: number): number =>
    isPacked ? (dataSet.byteArray[element.dataOffset + i] ?? 0) : (dataSet.uint16(data, i) ?? 0);
  return { first, values: Float32Array.from({ length: count }, (_, i) => at(i)), max: 2 ** bits - 1 };
}

/** The entry for a stored number. */
export function lookUp({ first, values }: LookupTable, stored: number): number {
  return values[Math.min(Math.max(stored - first, 0), values.length - 1)] as number;
}

/** Tables of a sequence that have a descriptor: some programs write the item of a table that is not there. */
export const tableItems = (dataSet: DataSet, sequence: string): DataSet[] =>
  items(dataSet, sequence).filter((item) => (item.elements['x00283002']?.length ?? 0) > 0);
