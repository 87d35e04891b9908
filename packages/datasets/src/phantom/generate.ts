import { check, createRng, type Rng } from '@vividmed/core';
import { reportOf, type Report } from '../report/report.js';
import { anatomyNames, type AnatomyName, findingNames, type FindingName } from '../taxonomy.js';
import { type Box, boxOfMask, cropMask, type Shape3, type Volume, voxelCount } from '../volume.js';
import { randomBuild } from './body.js';
import { drawBody, structureBits } from './draw.js';
import { type PlannedFinding, planFindings } from './findings.js';
import { project } from './project.js';
import type { Grid, Raster } from './raster.js';

/** One instance of a finding, as it is in one image. */
export interface Finding extends PlannedFinding {
  /** Longest side of its box in millimetres. */
  sizeMm: number;
  box: Box;
  /** The part of its mask inside its box (`expandMask` makes it whole). */
  mask: Uint8Array;
}

/** One image of a patient with its whole truth. */
export interface Case {
  /** For example `phantom-7-ct`. */
  id: string;
  seed: number;
  volume: Volume;
  plane: 'axial' | 'frontal';
  masks: Record<AnatomyName, Uint8Array>;
  /** Boxes of the instances, in the order of `findings`. */
  boxes: Record<FindingName, Box[]>;
  findings: Finding[];
  report: Report;
}

export interface PhantomOptions {
  /** Depth, height and width of the CT in voxels. */
  ctShape?: Shape3;
  /** Rows and columns of the radiograph. */
  radiographSize?: readonly [number, number];
}

export interface Phantom {
  seed: number;
  ct: Case;
  radiograph: Case;
  report: Report;
}

type Instances = { mask: Uint8Array; box: Box }[];

function collect(
  parts: { seed: number; volume: Volume; plane: Case['plane']; report: Report },
  plan: readonly PlannedFinding[],
  masks: Record<AnatomyName, Uint8Array>,
  instances: Instances,
): Case {
  const { volume, seed } = parts;
  const findings = plan.map((found, i): Finding => {
    const { mask, box } = instances[i] as Instances[number];
    const sizeMm = Math.max(
      ...[0, 1, 2].map((axis) =>
        volume.shape[axis] === 1 ? 0 : (box[axis + 3]! - box[axis]!) * volume.spacingMm[axis]!,
      ),
    );
    return { ...found, sizeMm, box, mask: cropMask(mask, volume.shape, box) };
  });
  const boxes = Object.fromEntries(
    findingNames.map((name) => [name, findings.filter((found) => found.name === name).map(({ box }) => box)]),
  ) as Case['boxes'];
  const kind = parts.plane === 'axial' ? 'ct' : 'radiograph';
  return { ...parts, id: `phantom-${seed}-${kind}`, masks, boxes, findings };
}

/** The voxels of each structure and finding, or, for a radiograph, the pixels whose ray meets them. */
function readTruth(
  raster: Raster,
  plan: readonly PlannedFinding[],
  flat: boolean,
): { masks: Case['masks']; instances: Instances } {
  const [depth, height, width] = raster.grid.shape;
  const shape: Shape3 = flat ? [1, depth, width] : [depth, height, width];
  const count = voxelCount(shape);
  const bits = flat ? new Uint16Array(count) : raster.bits;
  const found = plan.map(() => new Uint8Array(count));
  for (let d = 0, i = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++, i++) {
        const o = flat ? d * width + w : i;
        if (flat) bits[o] = (bits[o] as number) | (raster.bits[i] as number);
        const instance = raster.instance[i] as number;
        if (instance > 0) found[instance - 1]![o] = 1;
      }
    }
  }
  const masks = Object.fromEntries(
    anatomyNames.map((name) => {
      const mask = new Uint8Array(count);
      const bit = structureBits[name];
      for (let i = 0; i < count; i++) if (((bits[i] as number) & bit) !== 0) mask[i] = 1;
      return [name, mask];
    }),
  ) as Case['masks'];
  const instances = plan.map((finding, i) => {
    const mask = finding.name === 'cardiomegaly' ? masks.heart : (found[i] as Uint8Array);
    const box = boxOfMask(mask, shape);
    check(
      box,
      'numeric',
      `generatePhantom: expected finding ${i} to cover a voxel, found none.`,
      'Ask for more voxels.',
    );
    return { mask, box };
  });
  return { masks, instances };
}

/** Reconstruction noise of a CT, in Hounsfield units. */
function addNoise(data: Float32Array, rng: Rng, std: number): void {
  for (let i = 0; i < data.length; i++) data[i] = Math.max(-1024, (data[i] as number) + rng.normal(0, std));
}

/**
 * A patient of the chest phantom: a CT and a frontal radiograph of one random body, with the exact mask of each structure,
 * mask and box of each finding, and a report that says what is there. The same seed gives the same bytes.
 *
 * CT: [D, H, W] in Hounsfield units, D towards the head, H towards the back, W towards the patient's left.
 * Radiograph: [1, H, W], rows from the head down, W towards the patient's left, 0 to 4095, bright where dense.
 *
 * @throws {VividMedError} `config` for sizes too small to hold a chest.
 */
export function generatePhantom(seed: number, options: PhantomOptions = {}): Phantom {
  const { ctShape = [32, 64, 64], radiographSize = [128, 128] } = options;
  const sizes = [...ctShape, ...radiographSize];
  check(
    sizes.length === 5 && sizes.every((size) => Number.isInteger(size) && size >= 24),
    'config',
    `generatePhantom: expected a CT of three and a radiograph of two sizes of at least 24, found [${sizes.join(', ')}].`,
  );
  const rng = createRng(seed).fork('phantom');
  const plan = planFindings(rng.fork('findings'));
  const build = randomBuild(rng.fork('build'), plan);
  const report = reportOf(plan, rng.fork('report'));
  const view = rng.fork('view');
  const half = build.halfWidth + build.wall + view.uniform(6, 16);
  const [x, z] = [view.uniform(-6, 6), view.uniform(-8, 8)];

  const [depth, height, width] = ctShape;
  const [bottom, top] = [build.base - 42 + z, build.apex + 22 + z];
  const ctGrid: Grid = {
    shape: ctShape,
    origin: [bottom, -half, x - half],
    step: [(top - bottom) / depth, (2 * half) / height, (2 * half) / width],
  };
  const body = drawBody(ctGrid, build, plan, rng.fork('draw'));
  addNoise(body.hu, rng.fork('ct noise'), view.uniform(10, 24));
  const ctTruth = readTruth(body, plan, false);
  const ct = collect(
    {
      seed,
      plane: 'axial',
      report,
      volume: { data: body.hu, shape: ctShape, spacingMm: ctGrid.step as Shape3, modality: 'CT' },
    },
    plan,
    ctTruth.masks,
    ctTruth.instances,
  );

  const [rows, columns] = radiographSize;
  const field = 2 * half * view.uniform(0.96, 1.08);
  const pixel = Math.max(field / columns, (build.apex - build.base + 90) / rows);
  const head = build.apex + 45 + z;
  const samples = Math.max(40, Math.round(Math.min(rows, columns) / 4));
  const step: [number, number, number] = [-pixel, 290 / samples, pixel];
  const rays = drawBody(
    { shape: [rows, samples, columns], origin: [head, -150, x - (columns * pixel) / 2], step },
    build,
    plan,
    rng.fork('draw'),
  );
  const truth = readTruth(rays, plan, true);
  const radiograph = collect(
    {
      seed,
      plane: 'frontal',
      report,
      volume: {
        data: project(rays, rng.fork('detector')),
        shape: [1, rows, columns],
        spacingMm: [1, pixel, pixel],
        modality: 'CR',
      },
    },
    plan,
    truth.masks,
    truth.instances,
  );
  return { seed, ct, radiograph, report };
}
