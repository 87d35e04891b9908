import type { Shape3 } from './mask-volume.js';

/** Where the surface of a mask is, and how much of it each place stands for. */
export interface SurfacePoints {
  /** Per point of the grid: 0 where there is no surface, else which weight it has. */
  codes: Uint8Array;
  shape: Shape3;
  /** Per code: mm² of surface, mm of contour in 2D, or 1 where points are counted. */
  weights: Float64Array;
}
