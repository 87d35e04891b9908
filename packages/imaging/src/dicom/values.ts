import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import { luminance } from '../luminance.js';
import { decimal, text } from './dataset.js';
import type { ImageHeader } from './header.js';
import type { Cells } from './native.js';

/** Numbers that are a measurement: they keep their meaning however the file asks for them to be shown. */
const QUANTITATIVE = new Set(['CT', 'PT']);

/** From stored values to those of a volume. */
export interface ValueScale {
  slope: number;
  intercept: number;
  unit: 'HU' | 'none';
  /** MONOCHROME1: small values are bright, and are turned. */
  isInverted: boolean;
  /** Stored values that are no measurement, such as the corners around a round field of view. */
  padding: readonly [number, number] | undefined;
}

/** @throws {VividMedError} data, for a rescale that is not one and for CT without one. */
export function readScale(dataSet: DataSet, header: ImageHeader): ValueScale {
  const { modality, photometric } = header;
  const [slope, intercept] = [decimal(dataSet, 'x00281053'), decimal(dataSet, 'x00281052')];
  check(
    modality !== 'CT' || (slope !== undefined && intercept !== undefined),
    'data',
    'readDicom: expected rescale slope and intercept (0028,1053) and (0028,1052) in a CT, found none.',
    'Without them the values are not Hounsfield units.',
  );
  check(slope !== 0, 'data', 'readDicom: expected a rescale slope other than 0, found 0.');
  const isHu = modality === 'CT' && ['HU', undefined].includes(text(dataSet, 'x00281054'));
  return {
    slope: slope ?? 1,
    intercept: intercept ?? 0,
    unit: isHu ? 'HU' : 'none',
    isInverted: photometric === 'MONOCHROME1' && !QUANTITATIVE.has(modality),
    padding: readPadding(dataSet, header),
  };
}

/** The value, or range of values, of padding (PS3.3 C.7.5.1.1.2), as the header's sign reads its 16 bits. */
function readPadding(dataSet: DataSet, header: ImageHeader): readonly [number, number] | undefined {
  if (header.samplesPerPixel !== 1) return undefined;
  const read = (tag: string) => (header.isSigned ? dataSet.int16(tag) : dataSet.uint16(tag));
  const value = read('x00280120');
  const limit = read('x00280121') ?? value;
  return value === undefined || limit === undefined ? undefined : [Math.min(value, limit), Math.max(value, limit)];
}

/** Numbers that the stored bits can say. */
export function storedRange({ bitsStored, isSigned }: ImageHeader): readonly [number, number] {
  return isSigned ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] : [0, 2 ** bitsStored - 1];
}

/**
 * Stored values of cells: the stored bits moved down and given their sign.
 *
 * `bits` are those of a sample: the cell for native data, the coded precision else, which may hold no more than the
 * stored bits, so that nothing is to be moved.
 */
export function storedValues(cells: Cells, bits: number, header: ImageHeader): Int32Array | Uint32Array {
  const { bitsStored, highBit, isSigned } = header;
  const shift = bits > bitsStored ? Math.min(highBit + 1, bits) - bitsStored : 0;
  const up = 32 - bitsStored - shift;
  const down = 32 - bitsStored;
  const out = isSigned ? new Int32Array(cells.length) : new Uint32Array(cells.length);
  // Shifting left drops what lies above the stored bits (overlays, in old files), shifting right what lies below.
  if (isSigned) for (let i = 0; i < cells.length; i++) out[i] = ((cells[i] as number) << up) >> down;
  else for (let i = 0; i < cells.length; i++) out[i] = ((cells[i] as number) << up) >>> down;
  return out;
}

/** Brightness of the pixels of one frame, in the unit of its samples. */
export function brightness(samples: ArrayLike<number>, header: ImageHeader, isRgb: boolean): Float32Array {
  const { rows, columns, samplesPerPixel, isPlanar, coding, photometric } = header;
  const pixels = rows * columns;
  if (samplesPerPixel === 1) return Float32Array.from(samples);
  const pick = (at: (pixel: number) => number): Float32Array =>
    Float32Array.from({ length: pixels }, (_, pixel) => samples[at(pixel)] as number);
  const isYbr = photometric.startsWith('YBR') && !isRgb;
  // Y0 Y1 Cb Cr for every two pixels; the first sample of YBR is the luminance itself.
  if (isYbr && photometric === 'YBR_FULL_422' && coding === 'native') return pick((i) => 4 * (i >> 1) + (i & 1));
  const stride = isPlanar && coding === 'native' ? 1 : 3;
  if (isYbr) return pick((i) => i * stride);
  if (stride === 3) return luminance(samples, [0, 1, 2], 3, pixels);
  return luminance(samples, [0, pixels, 2 * pixels], 1, pixels);
}

/** Applies the scale in place: padding to the darkest of the other values, inversion, rescale. */
export function applyScale(values: Float32Array, header: ImageHeader, scale: ValueScale): readonly [number, number] {
  const { slope, intercept, isInverted, padding } = scale;
  const [low, high] = storedRange(header);
  // Bright is dense after turning about the middle of the stored range; both steps are one linear function.
  const factor = isInverted ? -slope : slope;
  const offset = isInverted ? slope * (low + high) + intercept : intercept;
  let darkest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const stored = values[i] as number;
    const isPadding = padding !== undefined && stored >= padding[0] && stored <= padding[1];
    const value = factor * stored + offset;
    values[i] = isPadding ? Number.NaN : value;
    if (!isPadding && value < darkest) darkest = value;
  }
  if (padding !== undefined) {
    const background = Number.isFinite(darkest) ? darkest : factor * padding[0] + offset;
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = background;
  }
  const ends = [factor * low + offset, factor * high + offset] as const;
  return [Math.min(...ends), Math.max(...ends)];
}
