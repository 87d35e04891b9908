import { check } from '@vividmed/core';
import { patientAxisOf } from '../../geometry/axis-codes.js';
import { type Turn, turnBetween } from '../../geometry/turn.js';
import { turnView, type View, wholeView } from '../../geometry/view.js';
import { codesOf, standardPlane } from '../../prepare/orientation.js';
import type { PreparableVolume } from '../../prepare/plan.js';

/** The planes that radiologists look at. */
export type Plane = 'axial' | 'coronal' | 'sagittal';

/** Slices of a volume along one of its axes, each turned the way radiologists look at it. */
export interface PlaneView {
  /** Slices are its depth, in the order of the array. */
  view: View;
  turn: Turn;
  /** Millimetres from slice to slice, row to row, column to column. */
  spacingMm: readonly [number, number, number];
  /** Letters of the patient at the edges of a slice; none where the image does not tell. */
  marks?: { top: string; bottom: string; left: string; right: string };
  /** Where the image tells which plane it is. */
  name?: Plane;
}

/** By the axis of the patient (x, y, z) that the slices follow each other along. */
const PLANES: readonly Plane[] = ['sagittal', 'coronal', 'axial'];

/** DICOM's letters for head and feet (PS3.3 C.7.6.1.1.1). */
const letterOf = (code: string): string => ({ S: 'H', I: 'F' })[code] ?? code;
const OPPOSITE: Readonly<Record<string, string>> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };
const oppositeOf = (letter: string): string => OPPOSITE[letter] ?? '';

const asStored: Turn = { axes: [0, 1, 2], flips: [false, false, false] };

/**
 * How the slices of a volume are looked at: those of the file unless a plane is named. Axial slices have the patient's left
 * on their right, the others the head on top; mammograms stay as they hang.
 *
 * @throws {VividMedError} config, for a plane of an image that does not say how it lies, or that is flat across it
 */
export function planeView(volume: PreparableVolume, plane: Plane | undefined): PlaneView {
  const codes = codesOf(volume);
  check(
    codes !== undefined || plane === undefined,
    'config',
    `overlayPng: expected an image with a place in the patient for the plane ${plane}, found none.`,
    'Leave the plane out to see the slices as they are stored.',
  );
  const patientAxis = plane === undefined ? patientAxisOf(codes?.[0] ?? '') : PLANES.indexOf(plane);
  const through = [...(codes ?? '')].find((code) => patientAxisOf(code) === patientAxis);
  if (codes === undefined || through === undefined) {
    return { view: wholeView(volume.shape), turn: asStored, spacingMm: volume.spacingMm };
  }
  const isHung = volume.modality === 'MG';
  const wanted = isHung ? codes : `${through}${standardPlane[patientAxis as 0 | 1 | 2]}`; // one of three planes
  const turn = turnBetween(codes, wanted);
  check(
    volume.shape[0] > 1 || turn.axes[0] === 0,
    'config',
    `overlayPng: expected the plane of a flat image, ${PLANES[patientAxisOf(codes[0] ?? '')]}, found ${plane}.`,
  );
  const [bottom, right] = [letterOf(wanted[1] ?? ''), letterOf(wanted[2] ?? '')];
  const [d, h, w] = turn.axes.map((axis) => volume.spacingMm[axis] as number) as [number, number, number]; // three axes
  return {
    view: turnView(wholeView(volume.shape), turn),
    turn,
    spacingMm: [d, h, w],
    marks: { top: oppositeOf(bottom), bottom, left: oppositeOf(right), right },
    name: PLANES[patientAxis] as Plane, // one of three
  };
}
