import { check } from '@vividmed/core';
import { luminance } from '../luminance.js';
import { checkModality } from '../modality.js';
import type { ImageWarning, Volume } from '../volume.js';
import { checkIndex, type GridOptions, type RawImage, voxelsOf } from './raw-image.js';
import { integerRange, isFloat, type Samples } from './samples.js';

/**
 * One volume of a grid as 32-bit floats: scaled, colours as their luminance, with numbers that are not finite set to the
 * smallest that is, and a warning.
 *
 * @throws {VividMedError} data, when no number is finite; config, for a modality that is none
 */
export function toVolume(where: string, raw: RawImage, index: number, { modality = 'OT' }: GridOptions): Volume {
  checkModality(where, modality);
  checkIndex(where, raw, index);
  const warnings = [...raw.warnings];
  const isColour = raw.channels > 1;
  const stored = raw.read(index);
  const data = isColour ? luminanceOf(stored, raw) : toFloats(stored, raw, warnings);
  const range = fillNotFinite(where, data, warnings);
  return {
    data,
    shape: raw.shape,
    spacingMm: raw.spacingMm,
    spacingSource: raw.spacingSource,
    modality,
    unit: modality === 'CT' ? 'HU' : 'none',
    storableRange: isFloat(raw.type) ? range : scaledRange(raw),
    ...(raw.affine === undefined ? {} : { affine: raw.affine }),
    source: { format: raw.format, photometric: isColour ? 'RGB' : 'MONOCHROME2' },
    warnings,
  };
}

function luminanceOf(stored: Samples, { channels, shape }: RawImage): Float32Array {
  check(
    !(stored instanceof BigInt64Array || stored instanceof BigUint64Array),
    'unsupported',
    'luminance: expected colours of at most 32 bits, found 64.',
  );
  return luminance(stored, [0, 1, 2], channels, voxelsOf(shape));
}

/** Computed with doubles and rounded once. */
function toFloats(stored: Samples, { scale, type }: RawImage, warnings: ImageWarning[]): Float32Array {
  const slope = scale?.slope ?? 1;
  const intercept = scale?.intercept ?? 0;
  const out = new Float32Array(stored.length);
  let isRounded = false;
  for (let i = 0; i < stored.length; i++) {
    const value = slope * Number(stored[i]) + intercept;
    out[i] = value;
    isRounded ||= out[i] !== value;
  }
  if (isRounded && scale === undefined && !isFloat(type)) {
    warnings.push({
      code: 'rounded-integers',
      message: 'Some integers are above 16777216 and were rounded to 32-bit floats; readLabelMap keeps them.',
    });
  }
  return out;
}

/** Fills in place and returns the smallest and largest of the finite numbers. */
function fillNotFinite(where: string, data: Float32Array, warnings: ImageWarning[]): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let numNotFinite = 0;
  for (const value of data) {
    if (!Number.isFinite(value)) numNotFinite++;
    else {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  check(numNotFinite < data.length, 'data', `${where}: expected finite voxels, found none among ${data.length}.`);
  if (numNotFinite === 0) return [low, high];
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) data[i] = low;
  warnings.push({
    code: 'not-finite',
    message: `${numNotFinite} of ${data.length} voxels were not finite numbers and were set to the smallest that is.`,
  });
  return [low, high];
}

function scaledRange({ type, scale }: RawImage): readonly [number, number] {
  const { slope, intercept } = scale ?? { slope: 1, intercept: 0 };
  const ends = integerRange(type).map((end) => slope * end + intercept);
  return [Math.min(...ends), Math.max(...ends)];
}
