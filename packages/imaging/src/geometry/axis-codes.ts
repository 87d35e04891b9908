import { check } from '@vividmed/core';
import type { Affine } from '../volume.js';
import { checkAffine, spacingOf } from './affine.js';

/**
 * Where depth, height and width of an array grow to in the patient, a letter each: L or R, P or A, S or I (left, right,
 * back, front, head, feet). `SPL` is a stack of axial slices from the feet up, as radiologists see them.
 */
export type AxisCodes = string;

/** Letters of the two ends of x, y and z in DICOM's patient coordinates, the positive end first. */
const ends = ['LR', 'PA', 'SI'] as const;

/** The axis of the patient that a letter is an end of, or -1. */
export const patientAxisOf = (letter: string): number =>
  ends.findIndex((pair) => letter !== '' && pair.includes(letter));

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/**
 * Codes of the axes of the patient that those of the array are closest to, each used once.
 *
 * @throws {VividMedError} data, for an affine that is none
 */
export function axisCodes(affine: Affine): AxisCodes {
  checkAffine(affine, 'axisCodes');
  const spacing = spacingOf(affine);
  const cosine = (row: number, column: number): number => affine[4 * row + column]! / spacing[column]!;
  const closeness = (order: (typeof orders)[number]): number =>
    order.reduce<number>((sum, row, column) => sum + Math.abs(cosine(row, column)), 0);
  const best = orders.reduce((a, b) => (closeness(b) > closeness(a) + 1e-9 ? b : a));
  return best.map((row, column) => ends[row]![cosine(row, column) < 0 ? 1 : 0]).join('');
}

/** @throws {VividMedError} config, unless there is one letter for each axis of the patient. */
export function checkCodes(codes: AxisCodes, where: string): void {
  check(
    codes.length === 3 &&
      new Set([...codes].map(patientAxisOf)).size === 3 &&
      [...codes].every((c) => patientAxisOf(c) >= 0),
    'config',
    `${where}: expected axis codes such as SPL, found ${JSON.stringify(codes.slice(0, 12))}.`,
    'One letter each for depth, height and width: L or R, P or A, S or I.',
  );
}
