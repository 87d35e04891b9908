import { type Box, check } from '@vividmed/core';
import type { Mask } from '../localisation/mask-overlap.js';
import type { ScoredPair } from './entry.js';

/** Where one target of one image is, as predicted and in truth. What is left out was not predicted, or is not known. */
export interface LocalisationPair extends ScoredPair {
  /** What is searched for: scores are means over these classes. */
  target: string;
  /** Millimetres of a voxel along depth, height and width. */
  spacingMm: readonly [number, number, number];
  /** Voxels along depth, height and width: masks are [D,H,W], boxes are corners in voxel edges. */
  shape: readonly [number, number, number];
  prediction: {
    mask?: Mask;
    boxes?: readonly { box: Box; score: number }[];
    /** Whether the target is shown at all: thresholds decide, so it is not known from boxes and masks alone. */
    found?: boolean;
  };
  /** No boxes, or an empty mask: the target is known not to be there. */
  reference: { mask?: Mask; boxes?: readonly Box[] };
}

/** Whether the target is in the image. */
export const isThere = ({ reference: { mask, boxes } }: LocalisationPair): boolean =>
  (boxes?.length ?? 0) > 0 || (mask !== undefined && Array.prototype.includes.call(mask, 1));

/** @throws {VividMedError} `shape` for masks that do not fill the shape, `numeric` for masks with NaN or a wrong spacing. */
export function checkLocalisationPair(pair: LocalisationPair, where: string): void {
  const { spacingMm, shape, prediction, reference } = pair;
  const voxels = shape.reduce((product, size) => product * size, 1);
  for (const [side, { mask }] of Object.entries({ prediction, reference })) {
    if (!mask) continue;
    check(
      mask.length === voxels,
      'shape',
      () => `${where}: expected a ${side} mask of ${shape.join(' x ')} voxels, found ${mask.length} voxels.`,
      'predictions are compared on the grid of the reference: resample them first.',
    );
    const unknown = Array.prototype.findIndex.call(mask, (value: number) => Number.isNaN(value));
    check(unknown < 0, 'numeric', `${where}: expected a ${side} mask of numbers, found NaN at voxel ${unknown}.`);
  }
  check(
    spacingMm.every((side) => side > 0 && Number.isFinite(side)),
    'numeric',
    `${where}: expected a spacing above 0, found ${spacingMm.join(', ')}.`,
  );
}
