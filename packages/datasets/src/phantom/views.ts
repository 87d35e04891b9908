import type { Rng } from '@vividmed/core';
import type { Shape3 } from '../volume.js';
import type { Build } from './build.js';
import type { Patient } from './draw.js';
import type { Grid } from './raster.js';

/** Square pixels of an axial image whose width holds the body and a margin: origin along H and W, and the size of a pixel. */
function axialView(build: Build, rng: Rng, [height, width]: readonly [number, number]): [number, number, number] {
  const half = build.halfWidth + build.wall + rng.uniform(8, 18);
  const x = rng.uniform(-6, 6);
  const pixel = (2 * half) / width;
  return [18 - (pixel * height) / 2, x - half, pixel];
}

/** Voxels of a CT, square within a slice: the lungs with a margin, D towards the head, H towards the back, W towards the patient's left. */
export function ctGrid({ build, rng: stream }: Patient, shape: Shape3): Grid {
  const rng = stream.fork('ct view');
  const [depth, height, width] = shape;
  const [y, x, pixel] = axialView(build, rng, [height, width]);
  const z = rng.uniform(-8, 8);
  const [bottom, top] = [Math.min(build.dome.left, build.dome.right) - 62 + z, build.apex + 16 + z];
  return { shape, origin: [bottom, y, x], step: [(top - bottom) / depth, pixel, pixel] };
}

/** Voxels of one axial slice, at a level with both pleural spaces: above the higher dome of the diaphragm, below the apex. */
export function sliceGrid({ build, rng: stream }: Patient, size: readonly [number, number]): Grid {
  const rng = stream.fork('slice view');
  const [y, x, pixel] = axialView(build, rng, size);
  const thickness = rng.uniform(4, 6);
  const level = rng.uniform(Math.max(build.dome.left, build.dome.right) + 2, build.apex - 24);
  return { shape: [1, ...size], origin: [level - thickness / 2, y, x], step: [thickness, pixel, pixel] };
}

/** Rays of a radiograph, sampled along H from front to back: rows from the head down, W towards the patient's left. */
export function radiographGrid(
  { build, rng: stream }: Patient,
  [rows, columns]: readonly [number, number],
  samples = Math.max(32, Math.round(Math.min(rows, columns) / 4)),
): Grid {
  const rng = stream.fork('radiograph view');
  const field = 2 * build.halfWidth * rng.uniform(1.16, 1.45);
  const pixel = Math.max(field / columns, (build.apex - Math.min(build.dome.left, build.dome.right) + 84) / rows);
  const head = build.apex + rng.uniform(14, 44);
  return {
    shape: [rows, samples, columns],
    origin: [head, -145, rng.uniform(-9, 9) - (columns * pixel) / 2],
    step: [-pixel, 290 / samples, pixel],
  };
}
