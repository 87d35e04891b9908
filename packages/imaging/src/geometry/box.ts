import { check } from '@vividmed/core';
import type { Affine, Shape3 } from '../volume.js';
import { applyAffine, type Point } from './affine.js';

/** Corners (d0, h0, w0, d1, h1, w1) in voxel edges: voxel i spans i to i + 1, so d1 is one past the last voxel. */
export type Box = readonly [number, number, number, number, number, number];

/** @throws {VividMedError} data, for corners that are not finite or in the wrong order. */
export function checkBox(box: Box, where: string): void {
  const isRight = [0, 1, 2].every(
    (axis) => Number.isFinite(box[axis]! + box[axis + 3]!) && box[axis]! <= box[axis + 3]!,
  );
  check(
    box.length === 6 && isRight,
    'data',
    `${where}: expected finite corners d0, h0, w0, d1, h1, w1, the first before the second, found others.`,
  );
}

/** The eight corners, in indices of voxel centres. */
const cornersOf = (box: Box): Point[] =>
  Array.from({ length: 8 }, (_, i) => [
    box[i & 4 ? 3 : 0]! - 0.5,
    box[i & 2 ? 4 : 1]! - 0.5,
    box[i & 1 ? 5 : 2]! - 0.5,
  ]);

/** The box around a box whose indices are mapped, clipped to a grid of this shape. */
export function mapBox(map: Affine, box: Box, shape: Shape3): Box {
  const corners = cornersOf(box).map((corner) => applyAffine(map, corner));
  const edge = (axis: number, of: (...values: number[]) => number): number =>
    Math.min(Math.max(of(...corners.map((corner) => corner[axis]!)) + 0.5, 0), shape[axis]!);
  const { min, max } = Math;
  return [edge(0, min), edge(1, min), edge(2, min), edge(0, max), edge(1, max), edge(2, max)];
}

/**
 * The eight corners of a box in the patient, in mm (x left, y back, z head). The last axis of the array changes first; an oblique
 * grid's box is oblique in the patient too.
 *
 * @throws {VividMedError} data
 */
export function boxToPatient(box: Box, affine: Affine): Point[] {
  checkBox(box, 'boxToPatient');
  return cornersOf(box).map((corner) => applyAffine(affine, corner));
}
