import { check } from '@vividmed/core';
import type { Affine, Shape3 } from '../volume.js';

/** Three coordinates: of a voxel (d, h, w), or in the patient (x, y, z) in mm. */
export type Point = readonly [number, number, number];

/** The map that changes nothing. */
export const identityAffine: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

/** The point that an affine map [3, 4] sends `point` to. */
export function applyAffine(affine: Affine, [a, b, c]: Point): Point {
  const row = (r: number): number =>
    affine[4 * r]! * a + affine[4 * r + 1]! * b + affine[4 * r + 2]! * c + affine[4 * r + 3]!;
  return [row(0), row(1), row(2)];
}

/** The map that does `inner` first and `outer` then. */
export function composeAffine(outer: Affine, inner: Affine): Affine {
  return Array.from({ length: 12 }, (_, i) => {
    const [row, column] = [4 * Math.floor(i / 4), i % 4];
    const product = [0, 1, 2].reduce((sum, k) => sum + outer[row + k]! * inner[4 * k + column]!, 0);
    return column === 3 ? product + outer[row + 3]! : product;
  });
}

/** Scales the axes, then moves: index i becomes `scale * i + offset`. */
export const scaleAffine = (scale: Point, offset: Point): Affine => [
  scale[0],
  0,
  0,
  offset[0],
  0,
  scale[1],
  0,
  offset[1],
  0,
  0,
  scale[2],
  offset[2],
];

const column = (affine: Affine, c: number): Point => [affine[c]!, affine[4 + c]!, affine[8 + c]!];

/** Distance between neighbours along each axis of the array, in mm when the map leads to the patient. */
export function spacingOf(affine: Affine): Shape3 {
  const length = (c: number): number => Math.hypot(...column(affine, c));
  return [length(0), length(1), length(2)];
}

const cross = ([a, b, c]: Point, [x, y, z]: Point): Point => [b * z - c * y, c * x - a * z, a * y - b * x];
const dot = ([a, b, c]: Point, [x, y, z]: Point): number => a * x + b * y + c * z;

/** Volume of a voxel, in mm³ when the map leads to the patient. */
export const voxelVolume = (affine: Affine): number =>
  Math.abs(dot(column(affine, 0), cross(column(affine, 1), column(affine, 2))));

/**
 * Checks that a map has twelve finite numbers and three axes that span space.
 *
 * @throws {VividMedError} data
 */
export function checkAffine(affine: Affine, where: string): void {
  check(
    affine.length === 12 && affine.every(Number.isFinite),
    'data',
    `${where}: expected an affine of 12 finite numbers, found ${affine.filter(Number.isFinite).length} of ${affine.length}.`,
  );
  // A millionth of a right-angled voxel of these sides: what is flatter comes from a header of zeros.
  check(
    voxelVolume(affine) > 1e-6 * spacingOf(affine).reduce((product, side) => product * side, 1),
    'data',
    `${where}: expected three axes in different directions, found an affine without volume.`,
    'Leave the affine out when the position of the image is not known.',
  );
}

/**
 * The way back.
 *
 * @throws {VividMedError} data, for axes that lie in a plane
 */
export function invertAffine(affine: Affine): Affine {
  checkAffine(affine, 'invertAffine');
  const [a, b, c] = [column(affine, 0), column(affine, 1), column(affine, 2)];
  const determinant = dot(a, cross(b, c));
  const rows = [cross(b, c), cross(c, a), cross(a, b)];
  const offset = column(affine, 3);
  return rows.flatMap((row) => [...row.map((value) => value / determinant), -dot(row, offset) / determinant]);
}

/** The largest angle between an axis of the array and the axis of the patient that it is closest to, in degrees. */
export function obliquityDegrees(affine: Affine): number {
  const angle = (c: number): number => {
    const axis = column(affine, c).map(Math.abs);
    return Math.acos(Math.min(1, Math.max(...axis) / Math.hypot(...axis)));
  };
  return (Math.max(angle(0), angle(1), angle(2)) * 180) / Math.PI;
}
