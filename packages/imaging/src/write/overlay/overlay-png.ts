import { check } from '@vividmed/core';
import type { PreparableVolume } from '../../prepare/plan.js';
import type { Results } from '../results.js';
import { canvasPng } from './canvas.js';
import { drawSlice } from './draw-slice.js';
import { withLegend } from './legend.js';
import { fullestSlice, type OverlayOptions, sceneOf } from './scene.js';

const DEFAULT_SIZE = 768;

/**
 * One slice of an image with what was found in it, as PNG: contours and fills of masks, boxes with their scores, letters of
 * the patient's sides, and a legend. It is turned the way radiologists look at it, and seen through a window of the
 * preparation. `slice` is its index in the array, along the axis that the plane looks along; the one that shows most
 * regions unless given.
 *
 * @throws {VividMedError} config for a slice, plane, window or size that is none; shape, data as other writers
 */
export function overlayPng(
  volume: PreparableVolume,
  results: Results,
  options: OverlayOptions & { slice?: number } = {},
): Uint8Array {
  const scene = sceneOf(volume, results, options);
  const { slice = fullestSlice(scene), size = DEFAULT_SIZE } = options;
  const depth = scene.plane.view.shape[0];
  check(
    Number.isInteger(slice) && slice >= 0 && slice < depth,
    'config',
    `overlayPng: expected a slice of 0 to ${depth - 1}, found ${slice}.`,
  );
  return canvasPng(withLegend(drawSlice(scene, slice, size), scene, [slice]));
}
