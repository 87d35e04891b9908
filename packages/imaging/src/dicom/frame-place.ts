import type { DataSet } from 'dicom-parser';
import type { SpacingSource } from '../volume.js';
import { decimal, decimals, text } from './dataset.js';
import { type FrameGroups, MACRO } from './functional-groups.js';

/** Position, mm LPS. */
export type Point = readonly [number, number, number];
/** Direction cosines along a row, then down a column. */
export type Orientation = readonly [number, number, number, number, number, number];

/** Where a frame lies and how large its pixels are, as far as the file says it. */
export interface FramePlace {
  position: Point | undefined;
  orientation: Orientation | undefined;
  /** Distance of rows, then of columns, mm. */
  planeMm: readonly [number, number] | undefined;
  planeSource: SpacingSource['plane'];
  /** SpacingBetweenSlices and SliceThickness, mm. */
  betweenMm: number | undefined;
  thicknessMm: number | undefined;
  patientOrientation: readonly [string, string] | undefined;
}

/** Attributes with the distance of rows and of columns in mm, the one in the patient first. */
const PLANE = [
  ['PixelSpacing', 'x00280030'],
  ['ImagerPixelSpacing', 'x00181164'],
  ['NominalScannedPixelSpacing', 'x00182010'],
] as const;

/** Reads where a frame lies; numbers that cannot be a size, a position or an orientation count as absent. */
export function readPlace(dataSet: DataSet, groups: FrameGroups): FramePlace {
  const measures = groups.macro(MACRO.pixelMeasures);
  const plane = PLANE.flatMap(([name, tag]) => {
    const [row, column] = decimals(tag === 'x00280030' ? measures : dataSet, tag, 2) ?? [];
    return row !== undefined && column !== undefined && row > 0 && column > 0
      ? [{ name, mm: [row, column] as const }]
      : [];
  })[0];
  const codes = [text(dataSet, 'x00200020', 0), text(dataSet, 'x00200020', 1)];
  const [along, down] = codes.map((code) => (/^[LRAPHF]{1,3}$/.test(code ?? '') ? code : undefined));
  const [x, y, z] = decimals(groups.macro(MACRO.planePosition), 'x00200032', 3) ?? [];
  return {
    position: x === undefined || y === undefined || z === undefined ? undefined : [x, y, z],
    orientation: readOrientation(groups.macro(MACRO.planeOrientation)),
    planeMm: plane?.mm,
    planeSource: plane?.name ?? 'assumed',
    betweenMm: positive(decimal(measures, 'x00180088')),
    thicknessMm: positive(decimal(measures, 'x00180050')),
    patientOrientation: along === undefined || down === undefined ? undefined : [along, down],
  };
}

const positive = (mm: number | undefined): number | undefined => (mm !== undefined && mm > 0 ? mm : undefined);

function readOrientation(dataSet: DataSet): Orientation | undefined {
  const [ax, ay, az, bx, by, bz] = decimals(dataSet, 'x00200037', 6) ?? [];
  if (ax === undefined || ay === undefined || az === undefined) return undefined;
  if (bx === undefined || by === undefined || bz === undefined) return undefined;
  const orientation: Orientation = [ax, ay, az, bx, by, bz];
  // Cosines of length 1 at right angles have a normal of length 1; anything else is no orientation.
  const isUnit = (length: number): boolean => Math.abs(length - 1) <= 0.01;
  return isUnit(Math.hypot(...normalOf(orientation))) && isUnit(Math.hypot(ax, ay, az)) ? orientation : undefined;
}

/** The direction that slices are counted in: row by column. */
export function normalOf([ax, ay, az, bx, by, bz]: Orientation): Point {
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
}
