import { check } from '@vividmed/core';
import { type Volume, voxelCount } from '@vividmed/datasets';
import type { PageReport } from './data.js';

/** @throws {VividMedError} `shape` when an image or a mask does not fit its grid, `data` when phrases do not fit their text. */
export function checkCase(where: string, volume: Volume, reports: readonly PageReport[]): void {
  const count = voxelCount(volume.shape);
  check(
    count > 0 && volume.data.length === count,
    'shape',
    () => `${where}: expected ${count} voxels, found ${volume.data.length}.`,
  );
  for (const { text, phrases } of reports) {
    let at = 0;
    phrases.forEach(({ start, end, mask }, i) => {
      check(
        start >= at && end > start && end <= text.length,
        'data',
        () => `${where}: expected phrase ${i} within the text and after the one before, found ${start} to ${end}.`,
      );
      at = end;
      const length = mask?.length ?? 0;
      check(
        length === 0 || length === count,
        'shape',
        () => `${where}: expected a mask of ${count} voxels for phrase ${i}, found ${length}.`,
      );
    });
  }
}
