import { check, resizeValues, type Rng } from '@vividmed/core';
import type { Label } from '../taxonomy/labels/label.js';
import { mirroredTarget } from '../taxonomy/sides.js';
import { type Shape3, type Volume, voxelCount } from '../volume.js';
import { biasField, gamma, noise } from './intensity.js';
import { blurValues } from './smooth.js';

/** Which structure each voxel is in, [D, H, W]; 0 is background. What `readLabelMap` of `@vividmed/imaging` gives is one. */
export interface LabelGrid {
  labels: Uint8Array | Uint16Array | Int32Array;
  shape: Shape3;
  spacingMm: Shape3;
}

export interface RenderOptions {
  /** Labels that are of one tissue and so share their intensities; each is its own by default. */
  tissues?: ReadonlyMap<number, number>;
  /** Chance that the background is black, and not as random as a tissue; 0.5 by default. */
  blackBackground?: number;
  /** Largest deviation within a tissue, where intensities are 0 to 1; 0.08 by default. */
  tissueStd?: number;
  /** Widest blur of the borders in voxels, which makes partial volume; 1 by default. */
  blur?: number;
  /** Largest deviation of the logarithm of the bias field; 0.4 by default. */
  bias?: number;
  /** Deviation of the logarithm of the gamma exponent; 0.3 by default. */
  gammaStd?: number;
  /** Largest deviation of the noise; 0.05 by default. */
  noise?: number;
  /** Thickest slices along one axis, in voxels; 4 by default, 1 for none. */
  sliceThickness?: number;
}

const defaultLimits = {
  blackBackground: 0.5,
  tissueStd: 0.08,
  blur: 1,
  bias: 0.4,
  gammaStd: 0.3,
  noise: 0.05,
  sliceThickness: 4,
} as const satisfies Omit<RenderOptions, 'tissues'>;

/** Left and right of a structure are of one tissue. For `RenderOptions`. */
export function tissuesOf(labels: readonly Label[]): Map<number, number> {
  const tissues = new Map<number, number>();
  for (const { value, target } of labels) {
    if (value === undefined || target === undefined) continue;
    const twin = mirroredTarget(target);
    const other = twin === undefined ? undefined : labels.find((label) => label.target === twin)?.value;
    tissues.set(value, Math.min(value, other ?? value));
  }
  return tissues;
}

/** An intensity for each voxel: normal about the mean of its tissue. */
function paint(
  { labels }: LabelGrid,
  tissues: ReadonlyMap<number, number>,
  isBlack: boolean,
  tissueStd: number,
  rng: Rng,
): Float32Array {
  const looks = new Map<number, { mean: number; std: number }>();
  const lookOf = (label: number): { mean: number; std: number } => {
    const tissue = tissues.get(label) ?? label;
    // A stream for each tissue: what one looks like does not depend on where another is.
    const stream = rng.fork(`tissue ${tissue}`);
    return tissue === 0 && isBlack
      ? { mean: 0, std: 0 }
      : { mean: stream.uniform(), std: stream.uniform(0, tissueStd) };
  };
  const grain = rng.fork('grain');
  const out = new Float32Array(labels.length);
  let last = Number.NaN;
  let look = { mean: 0, std: 0 };
  for (let i = 0; i < out.length; i++) {
    const label = labels[i]!;
    // Neighbours are mostly of one label.
    if (label !== last) {
      look = looks.get(label) ?? lookOf(label);
      looks.set(label, look);
      last = label;
    }
    out[i] = look.std === 0 ? look.mean : grain.normal(look.mean, look.std);
  }
  return out;
}

/** As an image of thick slices would look, on the same grid. */
function thicken(data: Float32Array, shape: Shape3, axis: number, thickness: number): Float32Array {
  const coarse = shape.map((size, i) => (i === axis ? Math.max(1, Math.round(size / thickness)) : size));
  const [d, h, w] = coarse as [number, number, number];
  const slices = resizeValues(data, shape, [d, h, w], { shrink: 'area', grow: 'area' });
  return resizeValues(slices, [d, h, w], shape, { shrink: 'linear', grow: 'linear' });
}

/**
 * An image of random contrast from a map of labels, so that a model learns shapes and not the contrast of one sequence (SynthSeg:
 * Billot et al., Medical Image Analysis 2023). Tissues get random means and deviations, borders partial volume by a blur, then come thick
 * slices, bias field, gamma and noise. Values are 0 to 1, the modality is `MR`; the masks of the labels are true to it. The same
 * stream gives the same image.
 *
 * @throws {VividMedError} `shape` where the map does not fill its shape, `config` for limits below 0.
 */
export function renderLabelMap(grid: LabelGrid, rng: Rng, options: RenderOptions = {}): Volume {
  const { labels, shape, spacingMm } = grid;
  check(
    labels.length === voxelCount(shape) && labels.length > 0,
    'shape',
    () => `renderLabelMap: expected ${voxelCount(shape)} labels, at least one, found ${labels.length}.`,
  );
  const { tissues = new Map<number, number>(), ...changes } = options;
  const limits = { ...defaultLimits, ...changes };
  for (const [name, value] of Object.entries(limits))
    check(value >= 0, 'config', () => `renderLabelMap: expected ${name} of at least 0, found ${value}.`);
  const { blackBackground, tissueStd, blur, bias, gammaStd, noise: grain, sliceThickness } = limits;
  const isBlack = rng.fork('background').chance(blackBackground);
  let image = paint(grid, tissues, isBlack, tissueStd, rng);
  const sigma = rng.fork('blur').uniform(0, blur);
  image = blurValues(image, shape, [sigma, sigma, sigma]);
  const thick = rng.fork('slices');
  const thickness = thick.uniform(1, Math.max(1, sliceThickness));
  if (thickness > 1) image = thicken(image, shape, thick.int(3), thickness);
  const clipped = image.map((value) => Math.min(Math.max(value, 0), 1));
  let volume: Volume = { data: clipped, shape, spacingMm, modality: 'MR' };
  volume = biasField(volume, rng.fork('bias').uniform(0, bias), rng.fork('field'));
  volume = gamma(volume, Math.exp(rng.fork('gamma').normal(0, gammaStd)));
  return noise(volume, rng.fork('noise').uniform(0, grain), rng.fork('noise of voxels'));
}
