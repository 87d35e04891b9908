import { check } from '@vividmed/core';
import { checkAffine } from '../geometry/affine.js';
import { type Box, checkBox } from '../geometry/box.js';
import { cropView, readSlice, turnView, type View, wholeView } from '../geometry/view.js';
import type { Shape3, Volume } from '../volume.js';
import { foregroundBox } from './foreground.js';
import { type Orientation, planOrientation } from './orientation.js';
import { checkVoxelCount, outputOf, type PreparationRecord, type PreparationStep } from './record.js';
import { percentileClip, type ResolvedWindow, resolveWindows, type WindowChoice } from './windows.js';

/** What preparation needs of an image; a `Volume` of this package has all of it. */
export type PreparableVolume = Pick<Volume, 'data' | 'shape' | 'spacingMm' | 'modality'> &
  Partial<Pick<Volume, 'unit' | 'affine' | 'patientOrientation' | 'spacingSource' | 'warnings'>>;

/** What to do to an image. Nothing given is what the models of this project read: turned, windowed, on its own grid. */
export interface PreparationPlan {
  /** `standard` unless given. */
  orientation?: Orientation;
  /** A box of whole voxels of the turned image, or `foreground`: the body in a CT, the inside of the borders of a film. */
  crop?: Box | 'foreground';
  /** One channel each. `wide` in Hounsfield units, else the percentiles 0.5 to 99.5, unless given. */
  windows?: readonly WindowChoice[];
  /** Voxels of about this size in mm (the edges of the image stay where they are), or as many voxels. */
  resample?: { readonly spacingMm: Shape3 } | { readonly shape: Shape3 };
  /** Zeros around the image, as much before as after it, up to a shape or to multiples. */
  pad?: { readonly shape: Shape3 } | { readonly multiple: Shape3 };
}

/** Hounsfield units: told by the reader, or taken for granted in a CT that came without a word about its unit. */
export const unitOf = ({ unit, modality }: PreparableVolume): 'HU' | 'none' =>
  unit ?? (modality === 'CT' ? 'HU' : 'none');

/** Threshold between what lies around a body and the body, in Hounsfield units: between air and fat. */
const bodyHu = -500;
/** And in an image without unit, as a share of the range of its percentiles. */
const filmShare = 0.05;

const perAxis = (of: (axis: 0 | 1 | 2) => number): Shape3 => [of(0), of(1), of(2)];

/** The slices of a view one after the other, in one buffer. */
function slicesOf(view: View, data: ArrayLike<number>): () => Iterable<Float32Array> {
  const buffer = new Float32Array(view.shape[1] * view.shape[2]);
  return function* () {
    for (let d = 0; d < view.shape[0]; d++) {
      readSlice(view, d, data, buffer);
      yield buffer;
    }
  };
}

const defaultChoice = (unit: 'HU' | 'none'): WindowChoice => (unit === 'HU' ? 'wide' : { percentiles: percentileClip });

/** The window that an image is read through unless a plan names another: programs show images through it too. */
export function defaultWindow(volume: PreparableVolume): ResolvedWindow {
  const unit = unitOf(volume);
  return resolveWindows([defaultChoice(unit)], unit === 'HU', slicesOf(wholeView(volume.shape), volume.data))[0]!;
}

function checkVolume({ data, shape, spacingMm, affine }: PreparableVolume): void {
  const where = 'prepareImage';
  check(
    shape.length === 3 && shape.every((size) => Number.isInteger(size) && size > 0),
    'shape',
    `${where}: expected depth, height and width in voxels, found [${shape.join(', ')}].`,
  );
  checkVoxelCount(data, shape, where);
  check(
    spacingMm.length === 3 && spacingMm.every((size) => Number.isFinite(size) && size > 0),
    'data',
    `${where}: expected voxel sizes above 0 mm, found [${spacingMm.join(', ')}].`,
  );
  if (affine) checkAffine(affine, where);
  let numBad = 0;
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) numBad++;
  check(
    numBad === 0,
    'data',
    `${where}: expected finite voxels, found ${numBad} of ${data.length} that are not.`,
    'Give voxels outside the scanned region the value of air before the image is prepared.',
  );
}

function checkSizes(sizes: Shape3, isRight: (size: number) => boolean, what: string): void {
  check(
    sizes.length === 3 && sizes.every(isRight),
    'config',
    `prepareImage: expected ${what} for depth, height and width, found [${sizes.join(', ')}].`,
  );
}

const isCount = (size: number): boolean => Number.isInteger(size) && size > 0;

function resampledShape(resample: NonNullable<PreparationPlan['resample']>, shape: Shape3, spacingMm: Shape3): Shape3 {
  if ('shape' in resample) {
    checkSizes(resample.shape, isCount, 'whole numbers of voxels above 0');
    return resample.shape;
  }
  const wanted = resample.spacingMm;
  checkSizes(wanted, (size) => Number.isFinite(size) && size > 0, 'voxel sizes above 0 mm');
  // A flat image has no neighbours along depth.
  return perAxis((axis) =>
    shape[axis] === 1 ? 1 : Math.max(1, Math.round((shape[axis] * spacingMm[axis]) / wanted[axis])),
  );
}

function paddedShape(pad: NonNullable<PreparationPlan['pad']>, shape: Shape3): Shape3 {
  const sizes = 'shape' in pad ? pad.shape : pad.multiple;
  checkSizes(sizes, isCount, 'whole numbers of voxels above 0');
  const to = perAxis((axis) => ('shape' in pad ? sizes[axis] : Math.ceil(shape[axis] / sizes[axis]) * sizes[axis]));
  check(
    to.every((size, axis) => size >= shape[axis]!),
    'config',
    `prepareImage: expected a shape to pad to of at least [${shape.join(', ')}], found [${to.join(', ')}].`,
  );
  return to;
}

/**
 * Finds what `applyPreparation` will do to an image, in numbers: how it is turned, which values are black and white, sizes.
 *
 * @throws {VividMedError} shape or data for an image that is damaged, config for a plan that does not fit it
 */
export function planPreparation(volume: PreparableVolume, plan: PreparationPlan = {}): PreparationRecord {
  checkVolume(volume);
  const { data, shape, spacingMm, spacingSource, modality, affine, warnings = [] } = volume;
  const unit = unitOf(volume);
  const isHu = unit === 'HU';
  const steps: PreparationStep[] = [];

  const { step: orient, assumptions } = planOrientation(volume, plan.orientation ?? 'standard');
  let view = wholeView(shape);
  if (orient) {
    steps.push(orient);
    view = turnView(view, orient);
  }

  if (plan.crop === 'foreground') {
    const slices = slicesOf(view, data);
    const [film] = isHu ? [] : resolveWindows([{ percentiles: percentileClip }], false, slices);
    const threshold = film ? film.low + filmShare * (film.high - film.low) : bodyHu;
    const box = foregroundBox(view, slices(), threshold);
    if (box)
      steps.push({
        kind: 'crop',
        box,
        reason: isHu ? 'the body, brighter than -500 HU' : 'what is inside the dark borders',
      });
    else
      assumptions.push({
        code: 'no-foreground',
        message: 'No plane of the image is brighter than what lies around a body: nothing was cropped.',
      });
    if (box) view = cropView(view, box);
  } else if (plan.crop) {
    const box = plan.crop;
    checkBox(box, 'prepareImage');
    check(
      box.every((edge, i) => Number.isInteger(edge) && edge >= 0 && edge <= view.shape[i % 3]!) &&
        [0, 1, 2].every((axis) => box[axis]! < box[axis + 3]!),
      'config',
      `prepareImage: expected a box of whole voxels inside [${view.shape.join(', ')}], found [${box.join(', ')}].`,
    );
    steps.push({ kind: 'crop', box, reason: 'asked for' });
    view = cropView(view, box);
  }

  const windows = resolveWindows(plan.windows ?? [defaultChoice(unit)], isHu, slicesOf(view, data));
  const why = isHu
    ? 'air to dense bone in Hounsfield units, the same in every scan'
    : 'the values have no unit, so the darkest and brightest voxels are black and white';
  steps.push({ kind: 'window', windows, reason: plan.windows ? 'asked for' : why });
  if (volume.unit === undefined && isHu)
    assumptions.push({
      code: 'unit-assumed',
      message: 'A CT that does not name its unit was taken to be in Hounsfield units.',
    });

  let now = view.shape;
  if (plan.resample) {
    const to = resampledShape(plan.resample, now, orient ? perAxis((k) => spacingMm[orient.axes[k]]!) : spacingMm);
    if (to.some((size, axis) => size !== now[axis])) {
      const reason = 'shape' in plan.resample ? 'the size that was asked for' : 'the voxel size that was asked for';
      steps.push({ kind: 'resample', from: now, to, reason });
      now = to;
    }
  }
  if (plan.pad) {
    const to = paddedShape(plan.pad, now);
    const before = perAxis((axis) => Math.floor((to[axis] - now[axis]) / 2));
    const after = perAxis((axis) => to[axis] - now[axis] - before[axis]);
    if (to.some((size, axis) => size !== now[axis]))
      steps.push({
        kind: 'pad',
        before,
        after,
        reason: 'shape' in plan.pad ? 'the shape that was asked for' : 'whole multiples',
      });
  }

  const input = {
    shape,
    spacingMm,
    ...(spacingSource && { spacingSource }),
    modality,
    unit,
    ...(affine && { affine }),
    warnings,
  };
  return { input, steps, output: outputOf({ input, steps }), assumptions };
}
