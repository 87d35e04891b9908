import { check } from '@vividmed/core';
import type { LabelMap } from '../label-map.js';
import { checkIndex, type RawImage } from './raw-image.js';
import type { Samples } from './samples.js';

/**
 * One volume of a grid as labels: 8 and 16 bits without a sign as they are, everything else as 32 bits.
 *
 * @throws {VividMedError} data, for numbers that are no labels: fractions, above 32 bits; unsupported, for colours
 */
export function toLabelMap(where: string, raw: RawImage, index: number): LabelMap {
  checkIndex(where, raw, index);
  check(raw.channels === 1, 'unsupported', `${where}: expected one number a voxel, found ${raw.channels}.`);
  const { shape, spacingMm, spacingSource, affine, warnings } = raw;
  const names = raw.namesOf(index);
  return {
    labels: toLabels(where, raw.read(index), raw.scale),
    shape,
    spacingMm,
    spacingSource,
    ...(affine === undefined ? {} : { affine }),
    ...(names === undefined ? {} : { names }),
    warnings,
  };
}

function toLabels(where: string, stored: Samples, scale: RawImage['scale']): LabelMap['labels'] {
  const isPlain = scale === undefined || (scale.slope === 1 && scale.intercept === 0);
  if (isPlain && (stored instanceof Uint8Array || stored instanceof Uint16Array || stored instanceof Int32Array)) {
    return stored;
  }
  const { slope, intercept } = scale ?? { slope: 1, intercept: 0 };
  const labels = new Int32Array(stored.length);
  for (let i = 0; i < stored.length; i++) {
    const value = slope * Number(stored[i]) + intercept;
    labels[i] = value;
    check(
      labels[i] === value,
      'data',
      () => `${where}: expected labels, whole numbers of 32 bits, found another number at voxel ${i}.`,
      'An image of intensities is read with readImage, decodeImage or the reader of its format.',
    );
  }
  return labels;
}
