import type { Affine, Shape3 } from '../volume.js';

export type Vector3 = readonly [number, number, number];

/** Directions of the three patient axes of a format: R or L, A or P, S or I, as NRRD names them. */
export type PatientSystem = 'RAS' | 'LAS' | 'LPS';

/** The grid of a file in its own terms: the x axis is the one whose voxels lie next to each other in the file. */
export interface FileGrid {
  /** Step in mm from one voxel to the next along the axes x, y and z of the file. */
  steps: readonly [Vector3, Vector3, Vector3];
  /** Centre of the first voxel in mm. */
  origin: Vector3;
}

const signs = (system: PatientSystem): Vector3 => [system.startsWith('R') ? -1 : 1, system[1] === 'A' ? -1 : 1, 1];

/**
 * Affine of our arrays from the grid of a file. The one place where [x, y, z] becomes [D, H, W] and where patient axes
 * are turned to those of DICOM (x to the left, y to the back, z to the head).
 */
export function affineFromGrid({ steps: [x, y, z], origin }: FileGrid, system: PatientSystem): Affine {
  return signs(system).flatMap((sign, axis) => [z, y, x, origin].map((column) => positive(sign * at(column, axis))));
}

/** The grid that `affineFromGrid` makes this affine of. */
export function gridFromAffine(affine: Affine, system: PatientSystem): FileGrid {
  const sign = signs(system);
  const column = (index: number): Vector3 => [
    positive(sign[0] * (affine[index] as number)),
    positive(sign[1] * (affine[4 + index] as number)),
    positive(sign[2] * (affine[8 + index] as number)),
  ];
  return { steps: [column(2), column(1), column(0)], origin: column(3) };
}

/** Size of a voxel along depth, height and width. */
export const spacingFromGrid = ({ steps: [x, y, z] }: FileGrid): Shape3 => [
  Math.hypot(...z),
  Math.hypot(...y),
  Math.hypot(...x),
];

/** True when all numbers are finite and no axis lies in the plane of the others, to a millionth. */
export function isGrid({ steps, origin }: FileGrid): boolean {
  const volume = steps.reduce((product, step) => product * Math.hypot(...step), 1);
  return (
    [...steps.flat(), ...origin].every((value) => Number.isFinite(value)) &&
    volume > 0 &&
    Number.isFinite(volume) &&
    Math.abs(determinant(steps)) > 1e-6 * volume
  );
}

/** Largest distance in mm between the corners of a grid of this size (x, y, z) in one place and in another. */
export function gridDistance(one: FileGrid, other: FileGrid, size: Vector3): number {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
    ([0, 1, 2] as const).map((axis) => ((bits >> axis) & 1) * (size[axis] - 1)),
  );
  const place = ({ steps, origin }: FileGrid, corner: readonly number[], axis: number): number =>
    steps.reduce((sum, step, k) => sum + at(step, axis) * (corner[k] as number), at(origin, axis));
  return Math.max(
    ...corners.map((corner) =>
      Math.hypot(...[0, 1, 2].map((axis) => place(one, corner, axis) - place(other, corner, axis))),
    ),
  );
}

export const determinant = ([x, y, z]: readonly [Vector3, Vector3, Vector3]): number =>
  x[0] * (y[1] * z[2] - y[2] * z[1]) - y[0] * (x[1] * z[2] - x[2] * z[1]) + z[0] * (x[1] * y[2] - x[2] * y[1]);

/** The same vector, longer or shorter. */
export const scaled = (vector: Vector3, factor: number): Vector3 => [
  vector[0] * factor,
  vector[1] * factor,
  vector[2] * factor,
];

const at = (vector: Vector3, axis: number): number => vector[axis] as number;

/** Without -0, which is equal to 0 and prints as something else. */
const positive = (value: number): number => value + 0;
