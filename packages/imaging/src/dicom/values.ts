import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import { decimal, text } from './dataset.js';
import { type FrameGroups, MACRO } from './functional-groups.js';
import type { ImageHeader } from './header.js';
import { type LookupTable, lookUp, readLookupTable, tableItems } from './lookup-table.js';
import { type Palette, readPalette } from './palette.js';
import { PIXEL_DATA } from './parse-attributes.js';

/** Numbers that are a measurement: they keep their meaning however the file asks for them to be shown. */
const QUANTITATIVE = new Set(['CT', 'PT']);

/** From stored values to those of a volume. */
export interface ValueScale {
  slope: number;
  intercept: number;
  /** Modality lookup table, which takes the place of slope and intercept. */
  table: LookupTable | undefined;
  unit: 'HU' | 'none';
  /** Smallest and largest value that the file could have stored, scaled. */
  range: readonly [number, number];
  /** Colours of PALETTE COLOR, whose luminance is scaled no further. */
  palette: Palette | undefined;
  /** MONOCHROME1: small values are bright, and are turned. */
  isInverted: boolean;
  /** Stored values that are no measurement, such as the corners around a round field of view. */
  padding: readonly [number, number] | undefined;
}

const UNSCALED = {
  slope: 1,
  intercept: 0,
  table: undefined,
  unit: 'none',
  isInverted: false,
  padding: undefined,
} as const;

/** @throws {VividMedError} data, for a rescale that is not one and for CT without one. */
export function readScale(dataSet: DataSet, groups: FrameGroups, header: ImageHeader): ValueScale {
  const { modality, photometric } = header;
  const values = groups.macro(MACRO.values);
  const [lut] = tableItems(dataSet, 'x00283000');
  const table = lut && readLookupTable(lut, ['x00283002', 'x00283006'], header.isSigned);
  const [slope, intercept] = [decimal(values, 'x00281053'), decimal(values, 'x00281052')];
  check(
    modality !== 'CT' || table !== undefined || (slope !== undefined && intercept !== undefined),
    'data',
    'readDicom: expected rescale slope and intercept (0028,1053) and (0028,1052) in a CT, found none.',
    'Without them the values are not Hounsfield units.',
  );
  check(slope !== 0, 'data', 'readDicom: expected a rescale slope other than 0, found 0.');
  const type = lut === undefined ? text(values, 'x00281054') : (text(lut, 'x00283004') ?? 'US');
  const palette = photometric === 'PALETTE COLOR' ? readPalette(dataSet, header) : undefined;
  if (palette !== undefined) return { ...UNSCALED, palette, range: [0, Math.max(...palette.map(({ max }) => max))] };
  const ends = storedRange(header).map((value) => (slope ?? 1) * value + (intercept ?? 0));
  return {
    slope: slope ?? 1,
    intercept: intercept ?? 0,
    table,
    range: table === undefined ? [Math.min(...ends), Math.max(...ends)] : [0, table.max],
    palette,
    unit: modality === 'CT' && ['HU', undefined].includes(type) ? 'HU' : 'none',
    isInverted: photometric === 'MONOCHROME1' && !QUANTITATIVE.has(modality),
    padding: readPadding(dataSet, header),
  };
}

/** The value, or range of values, of padding (PS3.3 C.7.5.1.1.2), as the header's sign reads its 16 bits. */
function readPadding(dataSet: DataSet, header: ImageHeader): readonly [number, number] | undefined {
  if (header.samplesPerPixel !== 1 || header.pixels !== PIXEL_DATA) return undefined;
  const read = (tag: string) => (header.isSigned ? dataSet.int16(tag) : dataSet.uint16(tag));
  const value = read('x00280120');
  const limit = read('x00280121') ?? value;
  return value === undefined || limit === undefined ? undefined : [Math.min(value, limit), Math.max(value, limit)];
}

/** Numbers that the stored bits can say; of floating-point ones, which could say any, those from 0 to 1. */
function storedRange({ bitsStored, isSigned, pixels }: ImageHeader): readonly [number, number] {
  if (pixels !== PIXEL_DATA) return [0, 1];
  return isSigned ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] : [0, 2 ** bitsStored - 1];
}

/**
 * Applies the scale in place: table or rescale, inversion within the range; padding becomes NaN. Returns the smallest
 * of the other values.
 */
export function applyScale(values: Float32Array, scale: ValueScale): number {
  const { slope, intercept, table, isInverted, padding } = scale;
  // Bright is dense after turning about the middle of the stored range; both steps are one linear function.
  const [low, high] = scale.range;
  const sign = isInverted ? -1 : 1;
  const start = isInverted ? low + high : 0;
  const factor = sign * slope;
  const offset = start + sign * intercept;
  let darkest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const stored = values[i] as number;
    if (padding !== undefined && stored >= padding[0] && stored <= padding[1]) {
      values[i] = Number.NaN;
      continue;
    }
    const value = table === undefined ? factor * stored + offset : start + sign * lookUp(table, stored);
    values[i] = value;
    if (value < darkest) darkest = value;
  }
  return darkest;
}

/** Gives padding, which is NaN, the darkest of the other values of the volume. */
export function fillPadding(values: Float32Array, darkest: number): void {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) values[i] = darkest;
}
