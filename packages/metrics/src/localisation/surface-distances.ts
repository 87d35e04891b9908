import { borderVoxels } from './border-voxels.js';
import { cropPair } from './crop.js';
import { squaredDistances } from './distance-transform.js';
import { checkOneGrid, type MaskVolume, type Shape3 } from './mask-volume.js';
import { contourLengths, surfaceElementAreas, surfaceElements } from './surface-elements.js';
import type { SurfacePoints } from './surface-points.js';

/**
 * What the surface of a mask is.
 *
 * - `surface-elements`: a mesh between the voxels, each element with its area, or its length in 2D (surface-distance; Nikolov et
 *   al. 2021, where the surface Dice comes from). Does not depend on how finely a surface is sampled, so neither on
 *   the direction it has in an anisotropic grid.
 * - `border-voxels`: the voxels inside that touch the outside, one like another (MetricsReloaded and MONAI).
 */
export type SurfaceDefinition = 'surface-elements' | 'border-voxels';

/** Distances of the points of one surface to the nearest of the other. */
export interface DirectedDistances {
  /** Infinity where the other mask is empty. */
  distancesMm: Float64Array;
  /** mm² of surface, or mm of contour, at each point; 1 for border voxels. */
  weights: Float64Array;
}

export interface SurfaceDistances {
  definition: SurfaceDefinition;
  /** From the surface of the first mask to that of the second; empty with that mask. */
  forward: DirectedDistances;
  /** From the second to the first. */
  backward: DirectedDistances;
}

const none = (): DirectedDistances => ({ distancesMm: new Float64Array(0), weights: new Float64Array(0) });

/** Distances from the points of one surface to another. */
function directed(from: SurfacePoints, to: SurfacePoints, spacingMm: Shape3): DirectedDistances {
  const squares = squaredDistances(to.codes, to.shape, spacingMm);
  let count = 0;
  for (const code of from.codes) if (code !== 0) count++;
  const distancesMm = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0, at = 0; i < from.codes.length; i++) {
    const code = from.codes[i]!;
    if (code === 0) continue;
    distancesMm[at] = Math.sqrt(squares[i]!);
    weights[at++] = from.weights[code]!;
  }
  return { distancesMm, weights };
}

/**
 * How far each point of the surface of one mask is from the surface of the other, both ways, in mm: what Hausdorff distances,
 * mean surface distances and the surface Dice are made of. Exact; a 2D image (D = 1) is measured by its contours.
 *
 * Takes about 12 bytes for each voxel of the smallest block around both masks.
 *
 * @throws {VividMedError} `shape` or `numeric` for a mask that is none, `data` for grids that differ.
 */
export function surfaceDistances(
  first: MaskVolume,
  second: MaskVolume,
  definition: SurfaceDefinition = 'surface-elements',
): SurfaceDistances {
  checkOneGrid(first, second, 'surfaceDistances');
  const cropped = cropPair(first.data, second.data, first.shape);
  if (!cropped) return { definition, forward: none(), backward: none() };
  const { masks, shape } = cropped;
  const weights = shape[0] === 1 ? contourLengths(first.spacingMm) : surfaceElementAreas(first.spacingMm);
  const [a, b] = masks.map((mask) =>
    definition === 'surface-elements' ? surfaceElements(mask, shape, weights) : borderVoxels(mask, shape),
  ) as [SurfacePoints, SurfacePoints]; // `map` of a pair loses its length.
  return { definition, forward: directed(a, b, first.spacingMm), backward: directed(b, a, first.spacingMm) };
}
