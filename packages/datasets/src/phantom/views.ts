import type { Shape3 } from '../volume.js';
import type { Patient } from './draw.js';
import type { Grid } from './raster.js';

/** Voxels of a CT, square within a slice: the lungs with a margin, D towards the head, H towards the back, W towards the patient's left. */
export function ctGrid({ build, rng: stream }: Patient, shape: Shape3): Grid {
  const rng = stream.fork('ct view');
  const half = build.halfWidth + build.wall + rng.uniform(8, 18);
  const [x, z] = [rng.uniform(-6, 6), rng.uniform(-8, 8)];
  const [depth, height, width] = shape;
  const [bottom, top] = [Math.min(build.dome.left, build.dome.right) - 62 + z, build.apex + 16 + z];
  const pixel = (2 * half) / width;
  return {
    shape,
    origin: [bottom, 18 - (pixel * height) / 2, x - half],
    step: [(top - bottom) / depth, pixel, pixel],
  };
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
