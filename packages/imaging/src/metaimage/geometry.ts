import { affineFromGrid, isGrid, scaled, type Vector3 } from '../raw/affine.js';
import type { RawImage } from '../raw/raw-image.js';
import type { ImageWarning, Shape3 } from '../volume.js';
import { firstOf, type MetaHeader, numbersOf } from './header.js';

type Geometry = Pick<RawImage, 'spacingMm' | 'spacingSource' | 'affine'>;

/**
 * Spacing, and the affine of files with three axes of space that say where they are. Rows of TransformMatrix are the
 * directions of the axes, in the patient system of DICOM, as ITK reads and writes it.
 */
export function readGeometry(header: MetaHeader, numAxes: number, warnings: ImageWarning[]): Geometry {
  const steps = numbersOf(firstOf(header, 'ElementSpacing', 'ElementSize'), numAxes);
  const isSaid = steps !== undefined && steps.slice(0, 3).every((step) => step > 0);
  const [x = 1, y = 1, z = 1] = isSaid ? steps : [];
  const spacingMm: Shape3 = [z, y, x];
  const geometry: Geometry = {
    spacingMm,
    spacingSource: { plane: isSaid ? 'header' : 'assumed', depth: isSaid && numAxes > 2 ? 'header' : 'assumed' },
  };
  if (steps !== undefined && !isSaid) {
    warnings.push({ code: 'spacing-damaged', message: 'ElementSpacing is not positive; 1 mm assumed.' });
  }
  const matrix = firstOf(header, 'TransformMatrix', 'Rotation', 'Orientation');
  const position = firstOf(header, 'Offset', 'Position', 'Origin');
  if (matrix === undefined || position === undefined || numAxes < 3) return geometry;
  const directions = numbersOf(matrix, numAxes * numAxes) ?? [];
  const origin = numbersOf(position, numAxes) ?? [];
  const step = (axis: number, mm: number): Vector3 => scaled(vector3(directions.slice(axis * numAxes)), mm);
  const grid = { steps: [step(0, x), step(1, y), step(2, z)], origin: vector3(origin) } as const;
  if (isGrid(grid)) return { ...geometry, affine: affineFromGrid(grid, 'LPS') };
  warnings.push({ code: 'orientation-damaged', message: 'TransformMatrix or Offset is not used: they are no grid.' });
  return geometry;
}

const vector3 = ([x = Number.NaN, y = Number.NaN, z = Number.NaN]: readonly number[]): Vector3 => [x, y, z];
