import { obliquityDegrees } from '../geometry/affine.js';
import { axisCodes } from '../geometry/axis-codes.js';
import type { Shape3 } from '../volume.js';
import { type PreparationRecord, type PreparationStep, walkSteps } from './record.js';

const axisNames = ['depth', 'height', 'width'] as const;
const letters: Record<string, string> = {
  L: 'the left',
  R: 'the right',
  P: 'the back',
  A: 'the front',
  S: 'the head',
  I: 'the feet',
};

const times = (sizes: Shape3): string => sizes.join(' x ');
const short = (value: number): string => String(Number(value.toPrecision(4)));
const inMm = (sizes: Shape3): string => `${sizes.map(short).join(' x ')} mm`;
const directions = (codes: string): string =>
  [...codes].map((code, axis) => `${axisNames[axis]!} to ${letters[code]!}`).join(', ');

function spacingText({ spacingMm, spacingSource }: PreparationRecord['input']): string {
  if (!spacingSource) return inMm(spacingMm);
  const { plane, depth } = spacingSource;
  return `${inMm(spacingMm)} (in plane ${plane}, along depth ${depth})`;
}

/** Axes along which voxels were merged: what was smaller is not seen. */
function lossText(from: Shape3, to: Shape3): string {
  const lost = axisNames.filter((_, axis) => to[axis]! < from[axis]!);
  if (lost.length === 0) return 'nothing is lost';
  const factor = (name: (typeof axisNames)[number]): string => {
    const axis = axisNames.indexOf(name);
    return `${name} ${from[axis]!} to ${to[axis]!}, ${short(from[axis]! / to[axis]!)} voxels in one`;
  };
  return `detail is lost along ${lost.map(factor).join('; ')}`;
}

function stepText(step: PreparationStep, after: Shape3, unit: string): string {
  if (step.kind === 'orient')
    return `Turned from ${step.from} to ${step.to} (${directions(step.to)}), now ${times(after)}`;
  if (step.kind === 'crop') return `Cropped to ${times(after)}, from voxel ${step.box.slice(0, 3).join(', ')} on`;
  if (step.kind === 'resample')
    return `Resampled from ${times(step.from)} to ${times(step.to)}, by the mean of the area where it shrinks and linearly where it grows; ${lossText(step.from, step.to)}`;
  if (step.kind === 'pad')
    return `Padded with black to ${times(after)}, ${step.before.join(', ')} voxels of it in front`;
  const suffix = unit === 'HU' ? ' HU' : '';
  const windows = step.windows.map(({ name, low, high }) => `${name}, ${short(low)} to ${short(high)}${suffix}`);
  return `Windowed to 0..1: ${windows.join('; ')}. What is beyond is black or white`;
}

/**
 * What was done to an image and why, in lines that people read: what came in, each step, what was assumed, what comes out and
 * how results go back.
 */
export function explainPreprocessing(record: PreparationRecord): string {
  const { input, output, assumptions } = record;
  const orientation = input.affine
    ? `${axisCodes(input.affine)} (${directions(axisCodes(input.affine))}), ${obliquityDegrees(input.affine).toFixed(1)} degrees off the axes of the patient`
    : 'no position in the patient';
  const steps = walkSteps(record).map(
    ({ step, after }, i) => `${i + 1}. ${stepText(step, after, input.unit)}. Why: ${step.reason}.`,
  );
  const channels = output.channels > 1 ? `, ${output.channels} channels` : '';
  return [
    `In: ${input.modality}, ${times(input.shape)} voxels (depth x height x width) of ${spacingText(input)}, ${input.unit === 'HU' ? 'Hounsfield units' : 'values without a unit'}, ${orientation}.`,
    ...input.warnings.map(({ code, message }) => `Warning of the reader (${code}): ${message}`),
    ...steps,
    ...assumptions.map(({ code, message }) => `Assumed (${code}): ${message}`),
    `Out: ${times(output.shape)} voxels of ${inMm(output.spacingMm)}${channels}, in 0..1.`,
    'Back: masks and boxes take the same steps in reverse, onto the voxels that came in.',
  ].join('\n');
}
