import type { Rng } from '@vividmed/core';
import type { Shape3 } from '../volume.js';
import type { Shape } from './shapes.js';

/** Voxel centres at `origin + (index + 0.5) * step` per axis (z, y, x), in millimetres; steps may be negative. */
export interface Grid {
  shape: Shape3;
  origin: readonly [number, number, number];
  step: readonly [number, number, number];
}

/** A body on a grid: Hounsfield units, one bit per named structure, and the number of the finding at each voxel (0: none). */
export interface Raster {
  grid: Grid;
  hu: Float32Array;
  bits: Uint16Array;
  instance: Uint8Array;
}

export interface Paint {
  shape: Shape;
  /** Hounsfield units, or a function of the place. */
  hu: number | ((x: number, y: number, z: number) => number);
  /** How much of what was there is replaced; 1 by default. */
  opacity?: number;
  /** Structures to add to, and to take away from, the voxels that are at least half covered. */
  set?: number;
  clear?: number;
  /** Number of the finding; 0 takes findings away; left out, findings stay. */
  instance?: number;
}

export function emptyRaster(grid: Grid): Raster {
  const count = grid.shape[0] * grid.shape[1] * grid.shape[2];
  return {
    grid,
    hu: new Float32Array(count).fill(-1000),
    bits: new Uint16Array(count),
    instance: new Uint8Array(count),
  };
}

/** First and one past the last index whose centre may lie between `low` and `high`. */
function range(low: number, high: number, origin: number, step: number, count: number): [number, number] {
  const [a, b] = [(low - origin) / step, (high - origin) / step];
  return [Math.max(0, Math.floor(Math.min(a, b)) - 1), Math.min(count, Math.ceil(Math.max(a, b)) + 1)];
}

/** Paints a solid over what is there; voxels that its surface cuts are mixed by the share that is covered. */
export function paint(raster: Raster, { shape, hu, opacity = 1, set = 0, clear = 0, instance }: Paint): void {
  const { grid } = raster;
  const [depth, height, width] = grid.shape;
  const [oz, oy, ox] = grid.origin;
  const [sz, sy, sx] = grid.step;
  const [x0, x1, y0, y1, z0, z1] = shape.bounds;
  const [d0, d1] = range(z0, z1, oz, sz, depth);
  const [h0, h1] = range(y0, y1, oy, sy, height);
  const [w0, w1] = range(x0, x1, ox, sx, width);
  const sharpness = 1 / Math.min(Math.abs(sz), Math.abs(sy), Math.abs(sx));
  const keep = 0xffff & ~clear;
  for (let d = d0; d < d1; d++) {
    const z = oz + (d + 0.5) * sz;
    const level = shape.at(z);
    for (let h = h0; h < h1; h++) {
      const y = oy + (h + 0.5) * sy;
      const row = (d * height + h) * width;
      for (let w = w0; w < w1; w++) {
        const x = ox + (w + 0.5) * sx;
        const covered = 0.5 - level(x, y) * sharpness;
        if (covered <= 0) continue;
        const i = row + w;
        const share = (covered < 1 ? covered : 1) * opacity;
        const value = typeof hu === 'number' ? hu : hu(x, y, z);
        raster.hu[i] = (raster.hu[i] as number) * (1 - share) + value * share;
        if (covered >= 0.5) {
          raster.bits[i] = ((raster.bits[i] as number) & keep) | set;
          if (instance !== undefined) raster.instance[i] = instance;
        }
      }
    }
  }
}

/** Smooth random numbers in space, about -1 to 1: a periodic lattice of 16³ values, interpolated. */
export function createField(rng: Rng): (x: number, y: number, z: number) => number {
  const lattice = Float32Array.from({ length: 4096 }, () => rng.uniform(-1, 1));
  return (x, y, z) => {
    const [fx, fy, fz] = [Math.floor(x), Math.floor(y), Math.floor(z)];
    const [u, v, w] = [x - fx, y - fy, z - fz];
    const [x0, x1] = [fx & 15, (fx + 1) & 15];
    const [y0, y1] = [(fy & 15) << 4, ((fy + 1) & 15) << 4];
    const [z0, z1] = [(fz & 15) << 8, ((fz + 1) & 15) << 8];
    const at = (i: number): number => lattice[i] as number;
    const low =
      (at(z0 | y0 | x0) * (1 - u) + at(z0 | y0 | x1) * u) * (1 - v) +
      (at(z0 | y1 | x0) * (1 - u) + at(z0 | y1 | x1) * u) * v;
    const high =
      (at(z1 | y0 | x0) * (1 - u) + at(z1 | y0 | x1) * u) * (1 - v) +
      (at(z1 | y1 | x0) * (1 - u) + at(z1 | y1 | x1) * u) * v;
    return low * (1 - w) + high * w;
  };
}
