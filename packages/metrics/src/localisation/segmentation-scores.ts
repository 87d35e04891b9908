import { type BothEmpty, maskOverlap, shareOf } from './mask-overlap.js';
import type { MaskVolume } from './mask-volume.js';
import { type SurfaceDefinition, surfaceDistances } from './surface-distances.js';
import {
  averageSymmetricSurfaceDistance,
  hausdorffDistance,
  meanAverageSurfaceDistance,
  surfaceDice,
} from './surface-metrics.js';

export interface SegmentationOptions {
  /** Up to where two surfaces count as one: of the order of the spread between readers. */
  toleranceMm: number;
  definition?: SurfaceDefinition;
  /** What two empty masks have in every metric; where it is not said, 1 in overlaps and NaN in metrics of surfaces. */
  bothEmpty?: BothEmpty;
}

/** Metrics of one pair of masks. */
export interface SegmentationScores {
  dice: number;
  iou: number;
  volumetricSimilarity: number;
  surfaceDice: number;
  hausdorffMm: number;
  hausdorff95Mm: number;
  assdMm: number;
  masdMm: number;
}

/**
 * Every metric of a predicted and a true mask, with the distances between their surfaces measured once.
 *
 * @throws {VividMedError} `shape` or `numeric` for a mask that is none, `data` for grids that differ, `config` for a
 *   tolerance below 0.
 */
export function segmentationScores(
  predicted: MaskVolume,
  truth: MaskVolume,
  { toleranceMm, definition, bothEmpty }: SegmentationOptions,
): SegmentationScores {
  const distances = surfaceDistances(predicted, truth, definition);
  const { shared, sizes } = maskOverlap(predicted.data, truth.data, 'segmentationScores');
  const both = sizes[0] + sizes[1];
  const overlap = (part: number, whole: number): number => shareOf(part, whole, bothEmpty ?? 'perfect');
  return {
    dice: overlap(2 * shared, both),
    iou: overlap(shared, both - shared),
    volumetricSimilarity: overlap(2 * Math.min(...sizes), both),
    surfaceDice: surfaceDice(distances, toleranceMm, bothEmpty),
    hausdorffMm: hausdorffDistance(distances, 100, bothEmpty),
    hausdorff95Mm: hausdorffDistance(distances, 95, bothEmpty),
    assdMm: averageSymmetricSurfaceDistance(distances, bothEmpty),
    masdMm: meanAverageSurfaceDistance(distances, bothEmpty),
  };
}
