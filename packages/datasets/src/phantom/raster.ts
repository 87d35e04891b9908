import type { Shape3 } from '../volume.js';
import type { Rod, Shape } from './shapes.js';

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
  /** Width of the border in millimetres, where wider than a voxel. */
  soft?: number;
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
export function indexRange(low: number, high: number, origin: number, step: number, count: number): [number, number] {
  const [a, b] = [(low - origin) / step - 0.5, (high - origin) / step - 0.5];
  return [Math.max(0, Math.floor(Math.min(a, b))), Math.min(count, Math.ceil(Math.max(a, b)) + 1)];
}

const finest = ({ step }: Grid): number => Math.min(Math.abs(step[0]), Math.abs(step[1]), Math.abs(step[2]));

/**
 * Paints a solid over what is there; voxels that its surface cuts are mixed by the share that is covered. Returns the voxel that
 * it fills most.
 */
export function paint(
  raster: Raster,
  { shape, hu, opacity = 1, soft = 0, set = 0, clear = 0, instance }: Paint,
): number {
  const { grid } = raster;
  const [depth, height, width] = grid.shape;
  const [oz, oy, ox] = grid.origin;
  const [sz, sy, sx] = grid.step;
  const [x0, x1, y0, y1, z0, z1] = shape.bounds;
  const edge = Math.max(finest(grid), soft);
  const more = edge / 2;
  const [d0, d1] = indexRange(z0 - more, z1 + more, oz, sz, depth);
  const [h0, h1] = indexRange(y0 - more, y1 + more, oy, sy, height);
  const [w0, w1] = indexRange(x0 - more, x1 + more, ox, sx, width);
  const keep = 0xffff & ~clear;
  let [most, fullest] = [0, 0];
  for (let d = d0; d < d1; d++) {
    const z = oz + (d + 0.5) * sz;
    const level = shape.at(z);
    if (level === undefined) continue;
    for (let h = h0; h < h1; h++) {
      const y = oy + (h + 0.5) * sy;
      const row = (d * height + h) * width;
      for (let w = w0; w < w1; w++) {
        const x = ox + (w + 0.5) * sx;
        const covered = 0.5 - level(x, y) / edge;
        if (covered <= 0) continue;
        const i = row + w;
        const share = (covered < 1 ? covered : 1) * opacity;
        const value = typeof hu === 'number' ? hu : hu(x, y, z);
        raster.hu[i] = raster.hu[i]! * (1 - share) + value * share;
        if (covered >= 0.5) {
          raster.bits[i] = (raster.bits[i]! & keep) | set;
          if (instance !== undefined) raster.instance[i] = instance;
        }
        if (covered > most) [most, fullest] = [covered, i];
      }
    }
  }
  return fullest;
}

export interface RodPaint {
  rods: readonly Rod[];
  hu: number;
  set?: number;
  clear?: number;
  instance?: number;
  /** Draw only where one of these structures is. */
  within?: number;
}

/** Paints chains of rods. Rods thinner than a voxel are mixed by the share of the voxel that they fill. */
export function paintRods(raster: Raster, { rods, hu, set = 0, clear = 0, instance, within = 0 }: RodPaint): void {
  const { grid } = raster;
  const [depth, height, width] = grid.shape;
  const [oz, oy, ox] = grid.origin;
  const [sz, sy, sx] = grid.step;
  const edge = finest(grid);
  const keep = 0xffff & ~clear;
  for (const { from, to, radii } of rods) {
    const [ra, rb] = radii;
    const reach = Math.max(ra, rb) + edge / 2;
    const [ax, ay, az] = from;
    const [dx, dy, dz] = [to[0] - ax, to[1] - ay, to[2] - az];
    const inverse = 1 / Math.max(1e-9, dx * dx + dy * dy + dz * dz);
    const filled = Math.min(1, (Math.PI * ((ra + rb) / 2) ** 2) / (edge * edge));
    const [d0, d1] = indexRange(Math.min(az, to[2]) - reach, Math.max(az, to[2]) + reach, oz, sz, depth);
    const [h0, h1] = indexRange(Math.min(ay, to[1]) - reach, Math.max(ay, to[1]) + reach, oy, sy, height);
    const [w0, w1] = indexRange(Math.min(ax, to[0]) - reach, Math.max(ax, to[0]) + reach, ox, sx, width);
    for (let d = d0; d < d1; d++) {
      const pz = oz + (d + 0.5) * sz - az;
      for (let h = h0; h < h1; h++) {
        const py = oy + (h + 0.5) * sy - ay;
        const row = (d * height + h) * width;
        for (let w = w0; w < w1; w++) {
          const px = ox + (w + 0.5) * sx - ax;
          const t = Math.min(1, Math.max(0, (px * dx + py * dy + pz * dz) * inverse));
          const [ex, ey, ez] = [px - t * dx, py - t * dy, pz - t * dz];
          const level = Math.sqrt(ex * ex + ey * ey + ez * ez) - (ra + (rb - ra) * t);
          const covered = 0.5 - level / edge;
          const i = row + w;
          if (covered <= 0 || (within !== 0 && (raster.bits[i]! & within) === 0)) continue;
          const share = Math.min(1, covered) * filled;
          raster.hu[i] = raster.hu[i]! * (1 - share) + hu * share;
          if (covered >= 0.5) {
            raster.bits[i] = (raster.bits[i]! & keep) | set;
            if (instance !== undefined) raster.instance[i] = instance;
          }
        }
      }
    }
  }
}
