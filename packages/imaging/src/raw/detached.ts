import { check } from '@vividmed/core';
import type { GridOptions } from './raw-image.js';

/** Options of the readers of formats that may keep voxels in a file of their own. */
export interface DetachedOptions extends GridOptions {
  /** Bytes of that file. */
  data?: Uint8Array;
  /** Which volume of several, counted from 0. */
  index?: number;
}

/**
 * Bytes that follow the header, or those of the data file when none do.
 *
 * @throws {VividMedError} data, when there is none of them or both
 */
export function detachedBytes(
  where: string,
  attached: Uint8Array | undefined,
  data: Uint8Array | undefined,
): Uint8Array {
  check(
    attached === undefined || data === undefined,
    'data',
    `${where}: expected no data file, since the voxels follow the header, found one.`,
  );
  const bytes = attached ?? data;
  check(
    bytes !== undefined,
    'data',
    `${where}: expected the voxels, found a header whose voxels are in another file.`,
    'Give the bytes of that file as `data`.',
  );
  return bytes;
}
