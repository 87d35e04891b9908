import type { DataSet } from 'dicom-parser';
import type { Affine, Shape3, SpacingSource, Volume } from '../volume.js';
import { decimal, decimals, text } from './dataset.js';

/** Attributes with the distance of rows and of columns in mm, the one in the patient first. */
const PLANE = [
  ['PixelSpacing', 'x00280030'],
  ['ImagerPixelSpacing', 'x00181164'],
  ['NominalScannedPixelSpacing', 'x00182010'],
] as const;
const DEPTH = [
  ['SpacingBetweenSlices', 'x00180088'],
  ['SliceThickness', 'x00180050'],
] as const;

type Geometry = Pick<Volume, 'spacingMm' | 'spacingSource' | 'affine' | 'patientOrientation'>;

/** Spacing, position and orientation as far as the file has them; what it does not have is said to be assumed. */
export function readGeometry(dataSet: DataSet, [frames]: Shape3): Geometry {
  const plane = PLANE.map(([name, tag]) => [name, decimals(dataSet, tag, 2)] as const).find(([, mm]) => isSpacing(mm));
  // One slice is as deep as it is thick; between slices lies their distance.
  const depth = (frames > 1 ? DEPTH : DEPTH.slice(1))
    .map(([name, tag]) => [name, decimal(dataSet, tag)] as const)
    .find(([, mm]) => mm !== undefined && mm > 0);
  const [row, column] = plane?.[1] ?? [1, 1];
  const spacingMm: Shape3 = [depth?.[1] ?? 1, row ?? 1, column ?? 1];
  const spacingSource: SpacingSource = { plane: plane?.[0] ?? 'assumed', depth: depth?.[0] ?? 'assumed' };
  const affine = plane?.[0] === 'PixelSpacing' ? readAffine(dataSet, spacingMm) : undefined;
  const orientation = [text(dataSet, 'x00200020', 0), text(dataSet, 'x00200020', 1)];
  const [along, down] = orientation.map((code) => (/^[LRAPHF]{1,3}$/.test(code ?? '') ? code : undefined));
  return {
    spacingMm,
    spacingSource,
    ...(affine === undefined ? {} : { affine }),
    ...(along === undefined || down === undefined ? {} : { patientOrientation: [along, down] }),
  };
}

const isSpacing = (mm: readonly number[] | undefined): boolean => mm !== undefined && mm.every((value) => value > 0);

function readAffine(dataSet: DataSet, [depthMm, rowMm, columnMm]: Shape3): Affine | undefined {
  const position = decimals(dataSet, 'x00200032', 3);
  const cosines = decimals(dataSet, 'x00200037', 6);
  if (position === undefined || cosines === undefined) return undefined;
  const [ax, ay, az, bx, by, bz] = cosines as [number, number, number, number, number, number];
  const along = [ax, ay, az];
  const down = [bx, by, bz];
  const normal = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
  // Cosines of length 1 at right angles have a normal of length 1; anything else is no orientation.
  if (Math.abs(Math.hypot(...normal) - 1) > 0.01 || Math.abs(Math.hypot(...along) - 1) > 0.01) return undefined;
  return [0, 1, 2].flatMap((axis) => [
    (normal[axis] as number) * depthMm,
    (down[axis] as number) * rowMm,
    (along[axis] as number) * columnMm,
    position[axis] as number,
  ]);
}
