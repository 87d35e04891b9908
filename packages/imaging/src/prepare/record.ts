import { check } from '@vividmed/core';
import { composeAffine, identityAffine, scaleAffine } from '../geometry/affine.js';
import type { AxisCodes } from '../geometry/axis-codes.js';
import type { Box } from '../geometry/box.js';
import { type Turn, turnMap, turnSizes } from '../geometry/turn.js';
import type { Affine, ImageWarning, Shape3, SpacingSource } from '../volume.js';
import type { ResolvedWindow } from './windows.js';

/** Each step with its numbers, and why it was done. All of it is plain data, so a record can be kept as JSON. */
export type PreparationStep = { reason: string } & (
  | ({ kind: 'orient'; from: AxisCodes; to: AxisCodes } & Turn)
  | { kind: 'crop'; box: Box }
  /** One channel per window. */
  | { kind: 'window'; windows: readonly ResolvedWindow[] }
  | { kind: 'resample'; from: Shape3; to: Shape3 }
  /** Voxels of 0 before and after the image along each axis. */
  | { kind: 'pad'; before: Shape3; after: Shape3 }
);

export type StepOf<Kind extends PreparationStep['kind']> = Extract<PreparationStep, { kind: Kind }>;

/** What was done to an image, in order: enough to do it again to a mask or a box, and to undo it. */
export interface PreparationRecord {
  input: {
    shape: Shape3;
    spacingMm: Shape3;
    spacingSource?: SpacingSource;
    modality: string;
    unit: 'HU' | 'none';
    affine?: Affine;
    /** What the reader found odd about the file. */
    warnings: readonly ImageWarning[];
  };
  steps: readonly PreparationStep[];
  output: {
    shape: Shape3;
    /** One per window. */
    channels: number;
    spacingMm: Shape3;
    affine?: Affine;
  };
  /** What was assumed while preparing. */
  assumptions: readonly ImageWarning[];
}

const perAxis = (of: (axis: 0 | 1 | 2) => number): Shape3 => [of(0), of(1), of(2)];

/** The shape after a step. */
export function stepShape(step: PreparationStep, shape: Shape3): Shape3 {
  if (step.kind === 'orient') return turnSizes(step, shape);
  if (step.kind === 'crop') return perAxis((axis) => step.box[axis + 3]! - step.box[axis]!);
  if (step.kind === 'resample') return step.to;
  if (step.kind === 'pad') return perAxis((axis) => step.before[axis] + shape[axis] + step.after[axis]);
  return shape;
}

/** The map from indices after a step to indices before it, where the image had this shape. */
export function stepMap(step: PreparationStep, shape: Shape3): Affine {
  if (step.kind === 'orient') return turnMap(step, shape);
  if (step.kind === 'crop') return scaleAffine([1, 1, 1], [step.box[0], step.box[1], step.box[2]]);
  if (step.kind === 'pad')
    return scaleAffine(
      [1, 1, 1],
      perAxis((axis) => -step.before[axis]),
    );
  if (step.kind === 'resample') {
    // Both grids have the same outer edges: a half voxel lies between an edge and the centre that an index means.
    const ratio = perAxis((axis) => step.from[axis] / step.to[axis]);
    return scaleAffine(
      ratio,
      perAxis((axis) => (ratio[axis] - 1) / 2),
    );
  }
  return identityAffine;
}

/** Every step with the shapes before and after it. */
export function walkSteps({ input, steps }: Pick<PreparationRecord, 'input' | 'steps'>): {
  step: PreparationStep;
  before: Shape3;
  after: Shape3;
}[] {
  let shape = input.shape;
  return steps.map((step) => {
    const before = shape;
    shape = stepShape(step, before);
    return { step, before, after: shape };
  });
}

/** What comes out of steps: the shape, the size of its voxels and where they are in the patient. */
export function outputOf(record: Pick<PreparationRecord, 'input' | 'steps'>): PreparationRecord['output'] {
  const { input } = record;
  const walked = walkSteps(record);
  const toInput = walked.reduce((map, { step, before }) => composeAffine(map, stepMap(step, before)), identityAffine);
  const spacingMm = walked.reduce<Shape3>((spacing, { step }) => {
    if (step.kind === 'orient') return turnSizes(step, spacing);
    if (step.kind === 'resample') return perAxis((axis) => (spacing[axis] * step.from[axis]) / step.to[axis]);
    return spacing;
  }, input.spacingMm);
  const windows = record.steps.find((step): step is StepOf<'window'> => step.kind === 'window');
  return {
    shape: walked.at(-1)?.after ?? input.shape,
    channels: windows?.windows.length ?? 1,
    spacingMm,
    ...(input.affine && { affine: composeAffine(input.affine, toInput) }),
  };
}

/** @throws {VividMedError} shape, unless there is one value per voxel of the shape. */
export function checkVoxelCount(values: ArrayLike<number>, shape: Shape3, where: string): void {
  const expected = shape[0] * shape[1] * shape[2];
  check(
    values.length === expected,
    'shape',
    `${where}: expected ${expected} values for [${shape.join(', ')}], found ${values.length}.`,
  );
}
