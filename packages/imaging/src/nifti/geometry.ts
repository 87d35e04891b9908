import {
  affineFromGrid,
  determinant,
  type FileGrid,
  gridDistance,
  isGrid,
  scaled,
  spacingFromGrid,
} from '../raw/affine.js';
import type { RawImage } from '../raw/raw-image.js';
import type { ImageWarning } from '../volume.js';
import type { NiftiHeader } from './header.js';

/** Millimetres in a unit of length: codes 1 to 3 of xyzt_units; 0 is unknown, and mm in all files that exist. */
const MM_PER_UNIT: Readonly<Record<number, number>> = { 0: 1, 1: 1000, 2: 1, 3: 0.001 };

/**
 * Places that the sform and the qform give to one voxel may differ by this part of a voxel: a quaternion of 32-bit floats
 * near a half turn is off by 0.0004 rad, 0.2 voxels at the end of 512.
 */
const SAME_PLACE = 0.5;

type Geometry = Pick<RawImage, 'spacingMm' | 'spacingSource' | 'affine'>;

/**
 * Grid of a NIfTI file in patient space: its sform, else its qform, else its steps alone along right, front and head, as
 * method 1 of nifti1.h says. What was assumed or contradicts is told in `warnings`.
 */
export function readGeometry(header: NiftiHeader, warnings: ImageWarning[]): Geometry {
  const mm = MM_PER_UNIT[header.xyztUnits & 7];
  if (mm === undefined)
    warnings.push({ code: 'unit-assumed', message: 'The unit of length is none of NIfTI; mm assumed.' });
  const unit = (grid: FileGrid): FileGrid => inMm(grid, mm ?? 1);
  const sform = header.sformCode > 0 ? usable(unit(sformGrid(header)), 'sform', warnings) : undefined;
  const qform = header.qformCode > 0 ? usable(unit(qformGrid(header)), 'qform', warnings) : undefined;
  if (sform !== undefined && qform !== undefined) warnIfApart(sform, qform, header, warnings);
  const grid = sform ?? qform;
  const steps = stepsOf(header);
  if (grid === undefined) {
    warnings.push({
      code: 'orientation-assumed',
      message: 'The file has no usable sform or qform; its axes are taken to run right, front and head, from 0.',
    });
  }
  const used =
    grid ??
    unit({
      steps: [
        [steps[0], 0, 0],
        [0, steps[1], 0],
        [0, 0, steps[2]],
      ],
      origin: [0, 0, 0],
    });
  const isSaid = (axis: 1 | 2 | 3): boolean => grid !== undefined || isStep(header.pixdim[axis]);
  return {
    spacingMm: spacingFromGrid(used),
    spacingSource: {
      plane: isSaid(1) && isSaid(2) ? 'header' : 'assumed',
      depth: isSaid(3) ? 'header' : 'assumed',
    },
    affine: affineFromGrid(used, 'RAS'),
  };
}

const isStep = (step: number | undefined): step is number => step !== undefined && Number.isFinite(step) && step !== 0;

/** Lengths of the steps along x, y and z, 1 for one that is none: slices of one image often have 0. */
function stepsOf({ pixdim }: NiftiHeader): [number, number, number] {
  const step = (axis: number): number => (isStep(pixdim[axis]) ? Math.abs(pixdim[axis]) : 1);
  return [step(1), step(2), step(3)];
}

/** Method 3 of nifti1.h: three rows of an affine. */
function sformGrid({ srow }: NiftiHeader): FileGrid {
  const column = (index: number) =>
    [srow[index] as number, srow[4 + index] as number, srow[8 + index] as number] as const;
  return { steps: [column(0), column(1), column(2)], origin: column(3) };
}

/** Method 2 of nifti1.h: a rotation as a quaternion, whose third axis pixdim[0] may turn around. */
function qformGrid(header: NiftiHeader): FileGrid {
  const [b0, c0, d0, x, y, z] = header.quatern as [number, number, number, number, number, number];
  // Rounding may make b, c and d a little longer than 1; then a is 0.
  const length = Math.hypot(b0, c0, d0);
  const [b, c, d] = length > 1 ? [b0 / length, c0 / length, d0 / length] : [b0, c0, d0];
  const a = Math.sqrt(Math.max(0, 1 - (b * b + c * c + d * d)));
  const [dx, dy, dz] = stepsOf(header);
  const sign = (header.pixdim[0] as number) < 0 ? -1 : 1;
  return {
    steps: [
      scaled([a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)], dx),
      scaled([2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)], dy),
      scaled([2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c], dz * sign),
    ],
    origin: [x, y, z],
  };
}

const inMm = ({ steps: [x, y, z], origin }: FileGrid, mm: number): FileGrid => ({
  steps: [scaled(x, mm), scaled(y, mm), scaled(z, mm)],
  origin: scaled(origin, mm),
});

function usable(grid: FileGrid, form: string, warnings: ImageWarning[]): FileGrid | undefined {
  if (isGrid(grid)) return grid;
  warnings.push({
    code: 'orientation-damaged',
    message: `The ${form} is not used: its numbers are not finite, or its axes do not span space.`,
  });
  return undefined;
}

function warnIfApart(sform: FileGrid, qform: FileGrid, { dim }: NiftiHeader, warnings: ImageWarning[]): void {
  const size = [dim[1] ?? 1, dim[2] ?? 1, dim[3] ?? 1] as const;
  const apart = gridDistance(sform, qform, size);
  if (apart <= SAME_PLACE * Math.min(...spacingFromGrid(sform))) return;
  const isMirrored = determinant(sform.steps) * determinant(qform.steps) < 0;
  warnings.push({
    code: 'orientations-disagree',
    message: `The sform and the qform place voxels up to ${apart.toPrecision(3)} mm apart${isMirrored ? ', mirrored' : ''}; the sform is used.`,
  });
}
