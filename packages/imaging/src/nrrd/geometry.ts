import {
  affineFromGrid,
  type FileGrid,
  isGrid,
  type PatientSystem,
  scaled,
  spacingFromGrid,
  type Vector3,
} from '../raw/affine.js';
import type { RawImage } from '../raw/raw-image.js';
import type { ImageWarning } from '../volume.js';
import { splitVectors } from './axes.js';
import type { NrrdHeader } from './header.js';

const SYSTEMS: Readonly<Record<string, PatientSystem>> = {
  'left-posterior-superior': 'LPS',
  lps: 'LPS',
  'right-anterior-superior': 'RAS',
  ras: 'RAS',
  'left-anterior-superior': 'LAS',
  las: 'LAS',
};

const MM_PER_UNIT: Readonly<Record<string, number>> = { mm: 1, cm: 10, m: 1000, um: 0.001, µm: 0.001 };

type Geometry = Pick<RawImage, 'spacingMm' | 'spacingSource' | 'affine'>;

/** Spacing, and the affine of files whose `space` is that of a patient. */
export function readGeometry({ fields }: NrrdHeader, listAxis: number | undefined, warnings: ImageWarning[]): Geometry {
  const mm = readUnit(fields, warnings);
  const grid = readGrid(fields, mm);
  const system = SYSTEMS[fields.get('space')?.toLowerCase() ?? ''];
  if (grid !== undefined) {
    return {
      spacingMm: spacingFromGrid(grid),
      spacingSource: { plane: 'header', depth: 'header' },
      ...(system === undefined ? {} : { affine: affineFromGrid(grid, system) }),
    };
  }
  if (fields.has('space directions')) {
    warnings.push({
      code: 'orientation-damaged',
      message: 'The directions or the origin of space are not used: they are no grid.',
    });
  }
  const steps = (fields.get('spacings') ?? directionLengths(fields)).split(/\s+/).map(Number);
  const ofSpace = steps.filter((_, axis) => axis !== listAxis);
  const [x, y, z] = [0, 1, 2].map((axis) => {
    const step = Math.abs(ofSpace[axis] ?? Number.NaN) * mm;
    return Number.isFinite(step) && step > 0 ? step : undefined;
  });
  return {
    spacingMm: [z ?? 1, y ?? 1, x ?? 1],
    spacingSource: {
      plane: x === undefined || y === undefined ? 'assumed' : 'header',
      depth: z === undefined ? 'assumed' : 'header',
    },
  };
}

/** Directions of spaces of two axes place nothing in a patient, but have lengths. */
const directionLengths = (fields: NrrdHeader['fields']): string =>
  splitVectors(fields.get('space directions') ?? '')
    .map((vector) => (vector === undefined ? Number.NaN : Math.hypot(...vector)))
    .join(' ');

function readUnit(fields: NrrdHeader['fields'], warnings: ImageWarning[]): number {
  const units = [...new Set((fields.get('space units') ?? '"mm"').match(/"[^"]*"/g) ?? [])];
  const mm = units.length === 1 ? MM_PER_UNIT[units[0]?.slice(1, -1) ?? ''] : undefined;
  if (mm === undefined)
    warnings.push({ code: 'unit-assumed', message: 'The units of space are not one unit of length; mm assumed.' });
  return mm ?? 1;
}

/** A slice of two axes in space gets the normal of its plane, 1 mm long. */
function readGrid(fields: NrrdHeader['fields'], mm: number): FileGrid | undefined {
  const vectors = splitVectors(fields.get('space directions') ?? '').filter((vector) => vector !== undefined);
  const origin = splitVectors(fields.get('space origin') ?? '(0,0,0)')[0];
  const [x, y, z] = vectors.map((vector) => (isVector3(vector) ? scaled(vector, mm) : undefined));
  if (x === undefined || y === undefined || origin === undefined || !isVector3(origin)) return undefined;
  if (vectors.length > 2 && z === undefined) return undefined;
  const grid: FileGrid = { steps: [x, y, z ?? normal(x, y)], origin: scaled(origin, mm) };
  return isGrid(grid) ? grid : undefined;
}

const isVector3 = (vector: readonly number[]): vector is Vector3 => vector.length === 3;

function normal(x: Vector3, y: Vector3): Vector3 {
  const cross: Vector3 = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
  return scaled(cross, 1 / Math.hypot(...cross));
}
