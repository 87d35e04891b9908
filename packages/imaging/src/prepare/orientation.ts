import { check } from '@vividmed/core';
import { obliquityDegrees } from '../geometry/affine.js';
import { type AxisCodes, axisCodes, checkCodes, patientAxisOf } from '../geometry/axis-codes.js';
import { isIdentityTurn, turnBetween } from '../geometry/turn.js';
import type { ImageWarning, Volume } from '../volume.js';
import type { StepOf } from './record.js';

/** `standard` is as radiologists look at images, `keep` leaves the array as it is; or axis codes of one's own. */
export type Orientation = 'standard' | 'keep' | AxisCodes;

type Oriented = Pick<Volume, 'shape' | 'modality'> & Partial<Pick<Volume, 'affine' | 'patientOrientation'>>;

/** Axial slices from the feet up, rows to the back, columns to the patient's left. */
const standardVolume: AxisCodes = 'SPL';

/** Rows and columns of a flat image, by the axis of the patient that it is looked at along (x, y, z). */
export const standardPlane = ['IP', 'IL', 'PL'] as const;

/** Angle from which an oblique grid is worth a word: codes name the closest axes, and nothing is turned by less than 90 degrees. */
const obliqueDegrees = 10;

/** DICOM writes H and F where axis codes have S and I; of `PFL` the first letter is the main direction (PS3.3 C.7.6.1.1.1). */
const codeOf = (direction: string): string => ({ H: 'S', F: 'I' })[direction[0] ?? ''] ?? direction[0] ?? '';

/** The codes of a flat image that says where its rows and columns run to, or undefined. */
function planeCodes([along, down]: readonly [string, string]): AxisCodes | undefined {
  const [columns, rows] = [codeOf(along), codeOf(down)];
  const used = [patientAxisOf(rows), patientAxisOf(columns)];
  if (used.includes(-1) || used[0] === used[1]) return undefined;
  const depth = [0, 1, 2].find((axis) => !used.includes(axis))!;
  return `${'LPS'[depth]!}${rows}${columns}`;
}

/** Codes of the axes of an image, or undefined where the file does not tell. */
export function codesOf({ shape, affine, patientOrientation }: Oriented): AxisCodes | undefined {
  if (affine) return axisCodes(affine);
  return patientOrientation && shape[0] === 1 ? planeCodes(patientOrientation) : undefined;
}

const unknownOrientation: ImageWarning = {
  code: 'orientation-unknown',
  message:
    'The image does not say how it lies in the patient: it was left as it is, and read as if the left of the patient were on its right.',
};

/**
 * The step that turns an image the wanted way, if one is needed, and what had to be assumed. An image of unknown orientation is
 * never turned.
 *
 * @throws {VividMedError} config, for codes that are none or that would give a flat image depth
 */
export function planOrientation(
  volume: Oriented,
  wanted: Orientation,
): { step?: StepOf<'orient'>; assumptions: ImageWarning[] } {
  if (wanted === 'keep') return { assumptions: [] };
  if (wanted !== 'standard') checkCodes(wanted, 'prepareImage');
  const from = codesOf(volume);
  if (!from) return { assumptions: [unknownOrientation] };
  const angle = volume.affine ? obliquityDegrees(volume.affine) : 0;
  const assumptions =
    angle < obliqueDegrees
      ? []
      : [
          {
            code: 'oblique',
            message: `The grid is up to ${angle.toFixed(0)} degrees off the axes of the patient: it was turned to the closest ones, and stays oblique.`,
          },
        ];
  // Mammograms hang by side and view, chest wall to chest wall.
  if (wanted === 'standard' && volume.modality === 'MG') return { assumptions };
  const isFlat = volume.shape[0] === 1;
  const to =
    wanted !== 'standard' ? wanted : isFlat ? `${from[0]!}${standardPlane[patientAxisOf(from[0]!)]!}` : standardVolume;
  const turn = turnBetween(from, to);
  check(
    !isFlat || turn.axes[0] === 0,
    'config',
    `prepareImage: expected codes that keep the plane of a flat image ${from}, found ${to}.`,
  );
  if (isIdentityTurn(turn)) return { assumptions };
  const reason = wanted === 'standard' ? 'the way radiologists look at it, and the model learnt it' : 'asked for';
  return { step: { kind: 'orient', from, to, ...turn, reason }, assumptions };
}
