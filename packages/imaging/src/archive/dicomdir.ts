import { check, VividMedError } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import { items, parseDataSet, text } from '../dicom/dataset.js';
import type { ReadOptions } from '../limits.js';

/** Media Storage Directory Storage, DICOM PS3.4 annex B. */
const DIRECTORY_CLASS = '1.2.840.10008.1.3.10';
/** Parts of a file ID are at most 8, of 8 characters each (PS3.10 section 8.2); many files have longer ones. */
const MAX_PARTS = 8;
const PART = /^[\w][\w .+~()-]{0,63}$/;

/**
 * The files that a DICOMDIR names, each as the parts of its path from the folder of the DICOMDIR; undefined for any
 * other file, also one that does not parse: its reader tells what is wrong with it.
 *
 * @throws {VividMedError} data, for a name that leaves the folder.
 */
export function dicomdirFiles(bytes: Uint8Array, options: ReadOptions): string[][] | undefined {
  const dataSet = tryParse(bytes, options);
  if (dataSet === undefined || text(dataSet, 'x00020002') !== DIRECTORY_CLASS) return undefined;
  return items(dataSet, 'x00041220').flatMap((record) => {
    const id = record.string('x00041500')?.trim();
    if (id === undefined || id === '') return [];
    const parts = id.split('\\').map((part) => part.trim());
    check(
      parts.length <= MAX_PARTS && parts.every((part) => PART.test(part)),
      'data',
      'readDicomdir: expected file IDs (0004,1500) inside the folder of the DICOMDIR, found one that leaves it.',
    );
    return [parts];
  });
}

function tryParse(bytes: Uint8Array, options: ReadOptions): DataSet | undefined {
  try {
    return parseDataSet(bytes, options).dataSet;
  } catch (error) {
    if (!VividMedError.isInstance(error)) throw error;
    return undefined;
  }
}
