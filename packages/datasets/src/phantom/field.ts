import type { Rng } from '@vividmed/core';

/** A smooth function of space. */
export type Field = (x: number, y: number, z: number) => number;

/** Smooth random numbers in space, about -1 to 1: a periodic lattice of 16³ values, interpolated. */
export function createField(rng: Rng): Field {
  const lattice = Float32Array.from({ length: 4096 }, () => rng.uniform(-1, 1));
  return (x, y, z) => {
    const fx = Math.floor(x);
    const fy = Math.floor(y);
    const fz = Math.floor(z);
    const u = x - fx;
    const v = y - fy;
    const w = z - fz;
    const x0 = fx & 15;
    const x1 = (fx + 1) & 15;
    const y0 = (fy & 15) << 4;
    const y1 = ((fy + 1) & 15) << 4;
    const z0 = (fz & 15) << 8;
    const z1 = ((fz + 1) & 15) << 8;
    const a = lattice[z0 | y0 | x0]! * (1 - u) + lattice[z0 | y0 | x1]! * u;
    const b = lattice[z0 | y1 | x0]! * (1 - u) + lattice[z0 | y1 | x1]! * u;
    const c = lattice[z1 | y0 | x0]! * (1 - u) + lattice[z1 | y0 | x1]! * u;
    const d = lattice[z1 | y1 | x0]! * (1 - u) + lattice[z1 | y1 | x1]! * u;
    return (a * (1 - v) + b * v) * (1 - w) + (c * (1 - v) + d * v) * w;
  };
}
