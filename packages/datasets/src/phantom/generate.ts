import { check, createRng, type Rng } from '@vividmed/core';
import { reportOf, type Report } from '../report/report.js';
import { anatomyNames, type AnatomyName, findingNames, type FindingName } from '../taxonomy.js';
import { type Box, boxOfMask, cropMask, type Shape3, type Volume } from '../volume.js';
import { drawBody, type Patient, randomPatient, structureBits } from './draw.js';
import type { PlannedFinding } from './findings.js';
import { castRays, castRods, develop, markSide } from './project.js';
import { ctGrid, radiographGrid } from './views.js';

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

/** The masks of the structures, from one bit per structure. */
const readMasks = (bits: Uint16Array): Case['masks'] =>
  Object.fromEntries(anatomyNames.map((name) => [name, maskOf(bits, structureBits[name])])) as Case['masks'];

function maskOf(bits: Uint16Array, bit: number): Uint8Array {
  const mask = new Uint8Array(bits.length);
  for (let i = 0; i < mask.length; i++) mask[i] = (bits[i]! & bit) === 0 ? 0 : 1;
  return mask;
}

function instanceMask(instance: Uint8Array, number: number): Uint8Array {
  const mask = new Uint8Array(instance.length);
  for (let i = 0; i < mask.length; i++) mask[i] = instance[i] === number ? 1 : 0;
  return mask;
}

/** Box of each finding; an enlarged heart is shown by the heart. */
function readInstances(
  plan: readonly PlannedFinding[],
  masks: Case['masks'],
  found: readonly Uint8Array[],
  shape: Shape3,
): Instances {
  return plan.map((finding, i) => {
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
  const patient = randomPatient(createRng(seed).fork('phantom'));
  const report = reportOf(patient.plan, patient.rng.fork('report'));
  const ct = takeCt(seed, patient, report, ctShape);
  const radiograph = takeRadiograph(seed, patient, report, radiographSize);
  return { seed, ct, radiograph, report };
}

function takeCt(seed: number, patient: Patient, report: Report, shape: Shape3): Case {
  const { plan, rng } = patient;
  const grid = ctGrid(patient, shape);
  const { raster } = drawBody(grid, patient, false);
  const found = plan.map((_, i) => instanceMask(raster.instance, i + 1));
  const masks = readMasks(raster.bits);
  const noise = rng.fork('ct noise');
  addNoise(raster.hu, noise, noise.uniform(10, 24));
  const volume: Volume = { data: raster.hu, shape, spacingMm: grid.step as Shape3, modality: 'CT' };
  return collect({ seed, plane: 'axial', report, volume }, plan, masks, readInstances(plan, masks, found, shape));
}

function takeRadiograph(seed: number, patient: Patient, report: Report, size: readonly [number, number]): Case {
  const { plan, rng } = patient;
  const [rows, columns] = size;
  const grid = radiographGrid(patient, size);
  const { raster, thin } = drawBody(grid, patient, true);
  const shape: Shape3 = [1, rows, columns];
  const found = plan.map(() => new Uint8Array(rows * columns));
  const shadow = castRays(raster, found);
  for (const part of thin) castRods(shadow, raster, part);
  const masks = readMasks(shadow.bits);
  const pixel = grid.step[2];
  const data = develop(shadow, pixel, rng.fork('detector'));
  const marker = rng.fork('marker');
  if (marker.chance(0.6)) markSide(data, rows, columns, marker);
  const volume: Volume = { data, shape, spacingMm: [1, pixel, pixel], modality: 'CR' };
  return collect({ seed, plane: 'frontal', report, volume }, plan, masks, readInstances(plan, masks, found, shape));
}
