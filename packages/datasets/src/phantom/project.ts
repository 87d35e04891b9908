import type { Rng } from '@vividmed/core';
import type { Raster } from './raster.js';

/** Attenuation of water per millimetre, for a chest tube voltage of about 100 kV. */
const waterPerMm = 0.018;
/** Photons that a pixel sees without a patient. */
const photons = 60_000;

/** Attenuation per millimetre. Bone attenuates more than its Hounsfield units say at the energy of a CT. */
const attenuation = (hu: number): number =>
  waterPerMm * (Math.max(0, 1 + hu / 1000) + (hu > 120 ? (hu - 120) / 900 : 0));

/**
 * A radiograph from a body: Beer-Lambert's law along the depth (H) of the grid, scattered light, the blur and the counting
 * noise of a detector, and the logarithm that readers expect, with a soft shoulder and toe. [D, W] values, 0 to 4095.
 */
export function project(raster: Raster, rng: Rng): Float32Array {
  const [rows, samples, columns] = raster.grid.shape;
  const step = Math.abs(raster.grid.step[1]);
  const light = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const line = new Float64Array(columns);
    for (let s = 0; s < samples; s++) {
      const start = (r * samples + s) * columns;
      for (let c = 0; c < columns; c++) line[c]! += attenuation(raster.hu[start + c] as number);
    }
    for (let c = 0; c < columns; c++) light[r * columns + c] = Math.exp(-(line[c] as number) * step);
  }
  const sharp = blur(light, rows, columns, 0.45);
  const veil = blur(light, rows, columns, columns / 10);
  const out = new Float32Array(rows * columns);
  const [centre, slope] = [rng.uniform(2.05, 2.35), rng.uniform(0.75, 0.95)];
  for (let i = 0; i < out.length; i++) {
    const seen = Math.max(1e-4, (sharp[i] as number) * 0.985 + (veil[i] as number) * 0.015);
    const noisy = Math.max(1e-4, seen + Math.sqrt(seen / photons) * rng.normal());
    const density = -Math.log(noisy);
    out[i] = Math.round(4095 / (1 + Math.exp(-(density - centre) * 1.6 * slope)));
  }
  return out;
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
          sum += (kernel[k + reach] as number) * (from[line * across + j * stride] as number);
        }
        to[line * across + i * stride] = sum / total;
      }
    }
    return to;
  };
  return pass(pass(image, rows, columns, 1, columns), columns, rows, columns, 1);
}
