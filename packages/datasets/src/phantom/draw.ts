import type { Rng } from '@vividmed/core';
import type { AnatomyName } from '../taxonomy/phantom.js';
import type { Side } from '../taxonomy/target.js';
import { type Build, randomBuild } from './build.js';
import { createField, type Field } from './field.js';
import { type PlannedFinding, planFindings } from './findings.js';
import { lesionPaints } from './lesions.js';
import { aorta, breasts, cage, greatVessels, heart, liver, lung, spleen, stomach, table, trachea } from './organs.js';
import { emptyRaster, type Grid, paint, paintRods, type Raster, type RodPaint } from './raster.js';
import { intersection, type Rod } from './shapes.js';
import { arms, clavicles, ribs, shoulders, spine, sternum } from './skeleton.js';
import { drawTrunk } from './trunk.js';
import { vessels } from './vessels.js';

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
const middleBit = 32;
/** Of what is named here a voxel has one alone. */
const everything = 0xffff;

/** One random patient, before there is an image of it. */
export interface Patient {
  plan: PlannedFinding[];
  build: Build;
  vessels: Rod[];
  field: Field;
  /** Hounsfield units of aerated lung. */
  air: number;
  gas: boolean;
  rng: Rng;
}

export function randomPatient(rng: Rng): Patient {
  const plan = planFindings(rng.fork('findings'));
  const build = randomBuild(rng.fork('build'), plan);
  const tissue = rng.fork('tissue');
  return {
    plan,
    build,
    vessels: (['right', 'left'] as const).flatMap((side) => vessels(build, side, rng.fork(`vessels ${side}`))),
    field: createField(rng.fork('field')),
    air: tissue.uniform(-880, -800),
    gas: tissue.chance(0.8),
    rng,
  };
}

/** Fat and small vessels between the lungs; the lungs are drawn over it. */
function drawMiddle(raster: Raster, { build, field }: Patient): void {
  const { apex, halfDepth, middle } = build;
  const low = Math.min(build.dome.left, build.dome.right) - 8;
  paint(raster, {
    shape: { bounds: [-middle - 16, middle + 16, -halfDepth, 52, low, apex], at: cage(build).at },
    hu: (x, y, z) => -55 + 80 * field(x / 15, y / 15, z / 22),
    set: middleBit,
  });
}

/** The lungs, denser towards the back and below. */
function drawLungs(raster: Raster, { build, field, air }: Patient): void {
  const hu = (x: number, y: number, z: number): number =>
    air + 0.3 * y - 0.18 * z + 48 * field(x / 13, y / 13, z / 13) + 26 * field(x / 5 + 7, y / 5, z / 5);
  const clear = middleBit | structureBits.liver;
  for (const side of ['right', 'left'] as const satisfies readonly Side[]) {
    paint(raster, { shape: lung(build, side), hu, set: structureBits[`${side} lung`], clear });
  }
}

function drawBelly(raster: Raster, { build, gas: hasGas }: Patient): void {
  const clear = lungBits | structureBits.liver | middleBit;
  paint(raster, { shape: spleen(build), hu: 55, clear, instance: 0 });
  const { wall, gas } = stomach(build);
  paint(raster, { shape: wall, hu: 35, set: structureBits.stomach, clear, instance: 0 });
  if (hasGas) paint(raster, { shape: intersection(gas, wall), hu: -950 });
}

/** What a radiograph adds along its rays instead of drawing it on a grid: thin things, finest first. */
function thinParts({ build, vessels: tree }: Patient, armsDown: boolean): RodPaint[] {
  const { bodies, arches } = spine(build);
  const bone = { clear: everything, instance: 0 };
  return [
    { rods: tree, hu: 40, within: lungBits },
    { rods: bodies, hu: 200, set: structureBits.spine, ...bone },
    { rods: arches, hu: 330, set: structureBits.spine, ...bone },
    { rods: ribs(build), hu: 470, set: structureBits.ribs, ...bone },
    { rods: sternum(build), hu: 130, ...bone },
    { rods: shoulders(build, armsDown), hu: 420 },
    { rods: clavicles(build), hu: 640, set: structureBits.clavicles, ...bone },
  ];
}

/** A patient on a grid. */
export interface Drawing {
  raster: Raster;
  /** The thin parts that are left to draw: none for a CT. */
  thin: RodPaint[];
  /** The voxel that each planned finding fills most; `undefined` for cardiomegaly. */
  cores: (number | undefined)[];
}

/** Draws a patient on a grid. All grids show the same body but for the arms, which are raised in a CT. */
export function drawBody(grid: Grid, patient: Patient, armsDown: boolean): Drawing {
  const { build, plan, field, rng } = patient;
  const raster = emptyRaster(grid);
  drawTrunk(raster, build, field, armsDown);
  if (armsDown) paintRods(raster, { rods: arms(build), hu: 35 });
  if (build.breasts > 0) {
    const hu = (x: number, y: number, z: number): number => -60 + 60 * field(x / 16, y / 16, z / 16);
    for (const shape of breasts(build)) paint(raster, { shape, hu });
  }
  drawMiddle(raster, patient);
  paint(raster, { shape: liver(build), hu: 62, set: structureBits.liver, clear: middleBit });
  drawLungs(raster, patient);
  const cores = plan.map((found, i) => {
    const items = lesionPaints(rng.fork(`lesion ${i}`), build, found, i + 1, field, lungBits);
    return items.map((item) => paint(raster, item)).at(-1);
  });
  drawBelly(raster, patient);
  const organ = { instance: 0, clear: lungBits | structureBits.liver | structureBits.stomach };
  paint(raster, {
    shape: heart(build),
    hu: 42,
    set: structureBits.heart,
    ...organ,
    clear: organ.clear | middleBit,
  });
  paintRods(raster, { rods: greatVessels(build), hu: 45, set: middleBit, instance: 0, clear: lungBits });
  paintRods(raster, { rods: aorta(build), hu: 48, set: structureBits.aorta, instance: 0, clear: everything });
  paintRods(raster, { rods: trachea(build), hu: -980, set: structureBits.trachea, instance: 0, clear: everything });
  const { column } = spine(build);
  paintRods(raster, { rods: column, hu: 75, set: structureBits.spine, instance: 0, clear: everything });
  if (!armsDown) paint(raster, { shape: table(build), hu: -350 });
  const thin = thinParts(patient, armsDown);
  if (!armsDown) for (const part of thin) paintRods(raster, part);
  return { raster, thin: armsDown ? thin : [], cores };
}

/**
 * Draws a patient on a grid that holds the whole chest, so that it shows every finding. On a coarse grid a thin one may have
 * lost each voxel to its neighbours: it keeps the one it fills most.
 */
export function drawWholeBody(grid: Grid, patient: Patient, armsDown: boolean): Drawing {
  const drawing = drawBody(grid, patient, armsDown);
  const { instance } = drawing.raster;
  drawing.cores.forEach((core, i) => {
    if (core !== undefined && !instance.includes(i + 1)) instance[core] = i + 1;
  });
  return drawing;
}
