import type { Rng } from '@vividmed/core';
import { indexRange, type Raster, type RodPaint } from './raster.js';

/** Attenuation of water per millimetre, for a chest tube voltage of about 100 kV. */
const waterPerMm = 0.018;
/** Photons that reach a square millimetre of the detector without a patient, after what the detector wastes. */
const photonsPerMm2 = 4_500;

/** Attenuation per millimetre. Bone attenuates more than its Hounsfield units say at the energy of a CT. */
const attenuation = (hu: number): number =>
  waterPerMm * ((hu > -1000 ? 1 + hu / 1000 : 0) + (hu > 120 ? (hu - 120) / 1100 : 0));

/** What lies along the rays through the depth (H) of a raster: -log of the light that passes, and the structures met. */
export interface Shadow {
  rows: number;
  columns: number;
  density: Float32Array;
  bits: Uint16Array;
}

/** Beer-Lambert's law along the depth of the raster. Findings are met where `instances[i]` is 1. */
export function castRays(raster: Raster, instances: readonly Uint8Array[]): Shadow {
  const [rows, samples, columns] = raster.grid.shape;
  const step = Math.abs(raster.grid.step[1]);
  const density = new Float32Array(rows * columns);
  const bits = new Uint16Array(rows * columns);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let s = 0; s < samples; s++) {
      for (let c = 0, o = r * columns; c < columns; c++, i++, o++) {
        density[o]! += attenuation(raster.hu[i]!) * step;
        bits[o]! |= raster.bits[i]!;
        const instance = raster.instance[i]!;
        if (instance > 0) instances[instance - 1]![o] = 1;
      }
    }
  }
  return { rows, columns, density, bits };
}

/**
 * Adds thin rods to a shadow: balls strung along each, so close that their sum has the volume of the rod. A rod replaces what
 * the raster has in its place, and is drawn where the raster has one of `within`. Pixels whose centre a ball covers get its bits.
 */
export function castRods(shadow: Shadow, raster: Raster, { rods, hu, set = 0, within = 0 }: RodPaint): void {
  const [rows, samples, columns] = raster.grid.shape;
  const [oz, oy, ox] = raster.grid.origin;
  const [sz, sy, sx] = raster.grid.step;
  const half = Math.abs(sx) * 0.55;
  const own = attenuation(hu);
  for (const { from, to, radii } of rods) {
    const [dx, dy, dz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
    const length = Math.hypot(dx, dy, dz);
    const count = Math.max(1, Math.ceil(length / Math.max(1.2, 0.5 * Math.max(radii[0], half))));
    for (let k = 0; k < count; k++) {
      const t = (k + 0.5) / count;
      const r = radii[0] + (radii[1] - radii[0]) * t;
      const [x, y, z] = [from[0] + dx * t, from[1] + dy * t, from[2] + dz * t];
      // A ball smaller than a pixel is spread over it.
      const spread = Math.sqrt(r * r + half * half);
      const weight = (0.75 * (length / count) * r * r) / spread ** 3;
      const s = Math.min(samples - 1, Math.max(0, Math.floor((y - oy) / sy)));
      const [r0, r1] = indexRange(z - spread, z + spread, oz, sz, rows);
      const [c0, c1] = indexRange(x - spread, x + spread, ox, sx, columns);
      for (let row = r0; row < r1; row++) {
        const pz = oz + (row + 0.5) * sz - z;
        for (let column = c0; column < c1; column++) {
          const px = ox + (column + 0.5) * sx - x;
          const away = px * px + pz * pz;
          if (away >= spread * spread) continue;
          const i = (row * samples + s) * columns + column;
          if (within !== 0 && (raster.bits[i]! & within) === 0) continue;
          const o = row * columns + column;
          shadow.density[o]! += 2 * Math.sqrt(spread * spread - away) * weight * (own - attenuation(raster.hu[i]!));
          if (away <= r * r) shadow.bits[o]! |= set;
        }
      }
    }
  }
}

/**
 * The picture of a shadow: scattered light, the blur and the counting noise of a detector, and the tone curve that readers
 * expect, with a soft shoulder and toe. [D, W] values, 0 to 4095, bright where dense.
 */
export function develop({ rows, columns, density }: Shadow, pixelMm: number, rng: Rng): Float32Array {
  const photons = photonsPerMm2 * pixelMm * pixelMm;
  const light = density.map((value) => Math.exp(-value));
  const sharp = blur(light, rows, columns, 0.4);
  const veil = blur(light, rows, columns, columns / 10);
  const out = new Float32Array(rows * columns);
  const [centre, slope] = [rng.uniform(1.45, 2.05), rng.uniform(0.9, 1.25)];
  const scatter = rng.uniform(0.02, 0.05);
  for (let i = 0; i < out.length; i++) {
    const seen = Math.max(1e-4, sharp[i]! * (1 - scatter) + veil[i]! * scatter);
    const noisy = Math.max(1e-4, seen + Math.sqrt(seen / photons) * rng.normal());
    out[i] = Math.round(4095 / (1 + Math.exp((Math.log(noisy) + centre) * slope)));
  }
  return out;
}

const letter = ['X....', 'X....', 'X....', 'X....', 'X....', 'X....', 'XXXXX'];

/** The lead letter that marks the patient's left, beside the neck, in place. */
export function markSide(image: Float32Array, rows: number, columns: number, rng: Rng): void {
  const size = Math.max(1, rng.uniform(0.005, 0.008) * rows);
  const [top, left] = [rng.uniform(0.03, 0.14) * rows, rng.uniform(0.85, 0.93) * columns];
  for (let r = Math.floor(top); r < top + 7 * size && r < rows; r++) {
    for (let c = Math.floor(left); c < left + 5 * size && c < columns; c++) {
      const mark = letter[Math.floor((r - top) / size)]?.[Math.floor((c - left) / size)];
      if (mark === 'X') image[r * columns + c] = 4095;
    }
  }
}

/** Gaussian blur with edges repeated. */
function blur(image: Float32Array, rows: number, columns: number, sigma: number): Float32Array {
  const reach = Math.ceil(sigma * 2.5);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2));
  const total = kernel.reduce((sum, value) => sum + value, 0);
  const pass = (from: Float32Array, count: number, length: number, stride: number, across: number): Float32Array => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < count; line++) {
      for (let i = 0; i < length; i++) {
        let sum = 0;
        for (let k = -reach; k <= reach; k++) {
          const j = Math.min(length - 1, Math.max(0, i + k));
          sum += kernel[k + reach]! * from[line * across + j * stride]!;
        }
        to[line * across + i * stride] = sum / total;
      }
    }
    return to;
  };
  return pass(pass(image, rows, columns, 1, columns), columns, rows, columns, 1);
}
