import { applyAffine } from '../geometry/affine.js';
import { boxToPatient } from '../geometry/box.js';
import { measureMask } from './geometry.js';
import { type Code, checkResults, type Grid, type Results, type ScoredBox, type Side } from './results.js';

type Corners = ScoredBox['corners'];

/** A box in voxels, in parts of the image and, where the grid has a place in the patient, in mm. */
export interface JsonBox {
  /** d0, h0, w0, d1, h1, w1 as edges of voxels. */
  voxels: Corners;
  /** The same over depth, height and width of the image, 0 to 1. */
  normalised: number[];
  /** Its eight corners, mm LPS, depth first; a box along the voxels is none along the patient's axes. */
  cornersLpsMm?: readonly (readonly number[])[];
  score?: number;
}

export interface JsonRegion {
  label: string;
  kind: 'mask' | 'boxes';
  code: Code;
  category: Code;
  anatomicRegion?: Code;
  side?: Side;
  phrase?: string;
  /** False: it was looked for and not found. */
  found: boolean;
  /** The boxes of the region; of a mask the one around it. */
  boxes: JsonBox[];
  /** Masks alone. */
  numVoxels?: number;
  /** Masks of grids with a place in the patient; a radiograph has no depth. */
  volumeMl?: number;
  centroidLpsMm?: readonly number[];
}

/** Results as plain data. Masks themselves are for NIfTI and DICOM. */
export interface ResultsJson {
  /** Grows when a field changes its meaning. */
  version: 1;
  notForClinicalUse: true;
  algorithm: Results['algorithm'];
  shape: readonly number[];
  spacingMm: readonly number[];
  report: string;
  regions: JsonRegion[];
}

/** @throws {VividMedError} as `checkResults` */
export function resultsJson(results: Results, grid: Grid): ResultsJson {
  checkResults(results, grid);
  return {
    version: 1,
    notForClinicalUse: true,
    algorithm: results.algorithm,
    shape: grid.shape,
    spacingMm: grid.spacingMm,
    report: results.report,
    regions: results.regions.map((region): JsonRegion => {
      if (region.kind === 'boxes') {
        const { boxes, ...named } = region;
        return { ...named, found: boxes.length > 0, boxes: boxes.map((box) => jsonBox(box, grid)) };
      }
      const { mask, probability: _, ...named } = region;
      const { numVoxels, volumeMl, corners, centroid } = measureMask(mask, grid);
      const centroidLpsMm = centroid && grid.affine && applyAffine(grid.affine, fromEdges(centroid));
      return {
        ...named,
        found: numVoxels > 0,
        boxes: corners === undefined ? [] : [jsonBox({ corners }, grid)],
        numVoxels,
        ...(grid.affine === undefined ? {} : { volumeMl }),
        ...(centroidLpsMm === undefined ? {} : { centroidLpsMm }),
      };
    }),
  };
}

/** Edges of voxels, of which 0.5 is the centre of voxel 0, as indices of voxel centres. */
const fromEdges = ([d, h, w]: readonly [number, number, number]) => [d - 0.5, h - 0.5, w - 0.5] as const;

function jsonBox({ corners, score }: ScoredBox, grid: Grid): JsonBox {
  const cornersLpsMm = grid.affine && boxToPatient(corners, grid.affine);
  return {
    voxels: corners,
    normalised: corners.map((edge, i) => edge / (grid.shape[i % 3] as number)),
    ...(cornersLpsMm === undefined ? {} : { cornersLpsMm }),
    ...(score === undefined ? {} : { score }),
  };
}
