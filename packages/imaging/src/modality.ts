import { check } from '@vividmed/core';

/** @throws {VividMedError} config, for a text that cannot be a DICOM modality. */
export function checkModality(where: string, modality: string): void {
  check(
    /^[A-Z]{2,16}$/.test(modality),
    'config',
    `${where}: expected a DICOM modality such as CR, found another text.`,
  );
}
