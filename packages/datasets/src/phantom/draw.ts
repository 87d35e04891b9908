import type { Rng } from '@vividmed/core';
import type { AnatomyName } from '../taxonomy.js';
import {
  aorta,
  type Build,
  cage,
  clavicles,
  heart,
  liver,
  lung,
  ribs,
  shoulders,
  skin,
  spine,
  stomach,
  trachea,
} from './body.js';
import type { PlannedFinding } from './findings.js';
import { lesionPaints } from './lesions.js';
import { createField, emptyRaster, type Grid, paint, type Raster } from './raster.js';
import { capsule, intersection, type Point, solid } from './shapes.js';

/** Bit of each structure in `Raster.bits`; names that cover several have several. */
export const structureBits: Record<AnatomyName, number> = {
  'left lung': 1,
  'right lung': 2,
  lungs: 3,
  heart: 4,
  aorta: 8,
  trachea: 16,
  // The mediastinum holds the heart, the great vessels and the windpipe.
  mediastinum: 32 | 4 | 8 | 16,
  spine: 64,
  ribs: 128,
  clavicles: 256,
  liver: 512,
  stomach: 1024,
};
const lungBits = structureBits.lungs;

/** Vessels of a lung: rods that branch from its root and thin out towards the surface. */
function drawVessels(raster: Raster, build: Build, sign: number, rng: Rng): void {
  const space = lung(build, sign > 0 ? 'left' : 'right');
  const root: Point = [sign * 38, 12, sign > 0 ? 14 : 4];
  const grow = (from: Point, direction: Point, radius: number, generation: number): void => {
    const length = rng.uniform(0.8, 1.2) * [34, 30, 26, 20, 16][generation]!;
    const to: Point = [
      from[0] + direction[0] * length,
      from[1] + direction[1] * length,
      from[2] + direction[2] * length,
    ];
    paint(raster, { shape: intersection(capsule(from, to, radius), space), hu: 30 });
    if (generation === 4) return;
    for (let i = 0; i < 2; i++) {
      const next = [0, 1, 2].map((axis) => (direction[axis] as number) + rng.normal(0, 0.42)) as unknown as [
        number,
        number,
        number,
      ];
      const norm = Math.hypot(...next) || 1;
      grow(to, [next[0] / norm, next[1] / norm, next[2] / norm], radius * 0.72, generation + 1);
    }
  };
  for (const angle of [-1.15, -0.7, -0.25, 0.3, 0.85]) {
    const turn = angle + rng.normal(0, 0.12);
    grow(root, [sign * Math.cos(turn) * 0.85, rng.uniform(-0.45, 0.45), Math.sin(turn)], 4.6, 0);
  }
  paint(raster, {
    shape: capsule([root[0] - sign * 6, 10, root[2] + 12], [root[0] + sign * 2, 14, root[2] - 16], 8.5),
    hu: 45,
    clear: lungBits,
  });
}

/** Draws a body and its findings on a grid. All grids of one random stream show the same body. */
export function drawBody(grid: Grid, build: Build, plan: readonly PlannedFinding[], rng: Rng): Raster {
  const raster = emptyRaster(grid);
  const field = createField(rng.fork('field'));
  const chest = cage(build);
  const outer = skin(build);
  paint(raster, { shape: outer, hu: -95 });
  const inset = build.wall * 0.4;
  const flesh = solid(outer.bounds, (z) => {
    const level = outer.at(z);
    return (x, y) => level(x, y) + inset;
  });
  paint(raster, { shape: flesh, hu: (x, y, z) => 40 + 35 * field(x / 24, y / 24, z / 24) });
  paint(raster, { shape: chest, hu: 25 });
  const column = solid(
    [-40, 40, -build.halfDepth, 62, build.base + 20, build.apex],
    (z) => (x, y) => Math.max(Math.abs(x) - build.middle, y - 56, -y - build.halfDepth + 14, build.base + 20 - z),
  );
  paint(raster, { shape: column, hu: 20, set: 32 });
  paint(raster, { shape: liver(build), hu: 68, set: structureBits.liver });

  const air = rng.fork('lungs').uniform(-880, -800);
  for (const side of ['right', 'left'] as const) {
    const space = lung(build, side);
    const hu = (x: number, y: number, z: number): number =>
      air + 0.35 * y + 55 * field(x / 16, y / 16, z / 16) + 30 * field(x / 5, y / 5, z / 5);
    paint(raster, {
      shape: space,
      hu,
      set: structureBits[`${side} lung`],
      clear: 32 | structureBits.liver,
    });
    drawVessels(raster, build, side === 'left' ? 1 : -1, rng.fork(`vessels ${side}`));
  }
  plan.forEach((found, i) => {
    for (const item of lesionPaints(rng.fork(`lesion ${i}`), build, found, i + 1, field, lungBits)) paint(raster, item);
  });

  const { wall, gas } = stomach(build);
  const belly = solid(wall.bounds, (z) => {
    const [left, inside] = [wall.at(z), chest.at(z)];
    return (x, y) => Math.max(left(x, y), inside(x, y) + 4);
  });
  paint(raster, {
    shape: belly,
    hu: 35,
    set: structureBits.stomach,
    clear: lungBits | structureBits.liver,
    instance: 0,
  });
  if (rng.fork('gas').chance(0.8)) paint(raster, { shape: intersection(gas, belly), hu: -950 });

  paint(raster, {
    shape: heart(build),
    hu: 45,
    set: structureBits.heart,
    clear: lungBits | 32 | structureBits.liver,
    instance: 0,
  });
  paint(raster, {
    shape: aorta(build),
    hu: 55,
    set: structureBits.aorta,
    clear: lungBits | 4,
    instance: 0,
  });
  paint(raster, {
    shape: trachea(build),
    hu: -980,
    set: structureBits.trachea,
    clear: lungBits,
    instance: 0,
  });
  const { bone, all } = spine(build);
  paint(raster, {
    shape: all,
    hu: 90,
    set: structureBits.spine,
    clear: lungBits | 8 | 32,
    instance: 0,
  });
  for (const shape of bone) paint(raster, { shape, hu: 260, set: structureBits.spine, clear: lungBits, instance: 0 });
  for (const shape of ribs(build))
    paint(raster, { shape, hu: 420, set: structureBits.ribs, clear: lungBits, instance: 0 });
  for (const shape of shoulders(build)) paint(raster, { shape, hu: 330 });
  for (const shape of clavicles(build)) paint(raster, { shape, hu: 520, set: structureBits.clavicles });
  return raster;
}
