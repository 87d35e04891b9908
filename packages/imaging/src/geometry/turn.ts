import type { Affine, Shape3 } from '../volume.js';
import { type AxisCodes, checkCodes, patientAxisOf } from './axis-codes.js';

/** Another order of the axes of an array, and which of the new ones run the other way. */
export interface Turn {
  /** The old axis that each new axis is. */
  axes: readonly [number, number, number];
  /** By new axis. */
  flips: readonly [boolean, boolean, boolean];
}

/**
 * The turn that brings an array with axes `from` to axes `to`. It moves no voxel in the patient.
 *
 * @throws {VividMedError} config, for codes that are none
 */
export function turnBetween(from: AxisCodes, to: AxisCodes): Turn {
  checkCodes(from, 'turnBetween');
  checkCodes(to, 'turnBetween');
  const axisOf = (k: number): number => [...from].findIndex((c) => patientAxisOf(c) === patientAxisOf(to[k]!));
  const axes = [axisOf(0), axisOf(1), axisOf(2)] as const;
  const flip = (k: number): boolean => from[axes[k]!] !== to[k];
  return { axes, flips: [flip(0), flip(1), flip(2)] };
}

export const isIdentityTurn = ({ axes, flips }: Turn): boolean =>
  axes.every((axis, k) => axis === k) && !flips.includes(true);

/** Sizes, or anything else that each axis has one of, in the new order. */
export const turnSizes = ({ axes }: Turn, sizes: Shape3): Shape3 => [sizes[axes[0]]!, sizes[axes[1]]!, sizes[axes[2]]!];

/** The map from indices after the turn to indices of an array of this shape before it. */
export function turnMap({ axes, flips }: Turn, shape: Shape3): Affine {
  const map = Array.from({ length: 12 }, () => 0);
  axes.forEach((axis, k) => {
    map[4 * axis + k] = flips[k] ? -1 : 1;
    map[4 * axis + 3] = flips[k] ? shape[axis]! - 1 : 0;
  });
  return map;
}
