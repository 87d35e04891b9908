import { check, createRng, type Rng } from '@vividmed/core';
import { reportOf, type Report } from '../report/report.js';
import { anatomyNames, type AnatomyName, findingNames, type FindingName } from '../taxonomy/phantom.js';
import { type Box, boxOfMask, cropMask, type Shape3, type Volume } from '../volume.js';
import { drawBody, drawWholeBody, type Patient, randomPatient, structureBits } from './draw.js';
import type { PlannedFinding } from './findings.js';
import { castRays, castRods, develop, markSide } from './project.js';
import type { Raster } from './raster.js';
import { ctGrid, radiographGrid, sliceGrid } from './views.js';

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
  /** For example `phantom-7-ct`; the others end in `slice` and `radiograph`. */
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
  /** Rows and columns of the slice. */
  sliceSize?: readonly [number, number];
}

export interface Phantom {
  seed: number;
  ct: Case;
  /** One axial slice, not one of those of `ct`. */
  slice: Case;
  radiograph: Case;
  /** Of `ct` and `radiograph`; a slice has its own. */
  report: Report;
}

type Parts = Pick<Case, 'id' | 'seed' | 'volume' | 'plane' | 'masks' | 'findings' | 'report'>;

function caseOf(parts: Parts): Case {
  const boxes = Object.fromEntries(
    findingNames.map((name) => [name, parts.findings.filter((found) => found.name === name).map(({ box }) => box)]),
  ) as Case['boxes'];
  return { ...parts, boxes };
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

/** The planned findings that cover a voxel of an image; an enlarged heart is shown by the heart. */
function readFindings(
  plan: readonly PlannedFinding[],
  masks: Case['masks'],
  found: readonly Uint8Array[],
  { shape, spacingMm }: Volume,
): Finding[] {
  return plan.flatMap((finding, i): Finding[] => {
    const mask = finding.name === 'cardiomegaly' ? masks.heart : (found[i] as Uint8Array);
    const box = boxOfMask(mask, shape);
    if (!box) return [];
    const sizeMm = Math.max(
      ...[0, 1, 2].map((axis) => (shape[axis] === 1 ? 0 : (box[axis + 3]! - box[axis]!) * spacingMm[axis]!)),
    );
    return [{ ...finding, sizeMm, box, mask: cropMask(mask, shape, box) }];
  });
}

/** An image of the whole chest shows whatever the report of its patient names. */
function checkAllShown({ id, findings }: Case, plan: readonly PlannedFinding[]): void {
  check(
    findings.length === plan.length,
    'numeric',
    `generatePhantom: expected each of the ${plan.length} findings of ${id} to cover a voxel, found ${findings.length} that do.`,
    'Ask for more voxels.',
  );
}

/** Reconstruction noise of a CT, in Hounsfield units. */
function addNoise(data: Float32Array, rng: Rng, std: number): void {
  for (let i = 0; i < data.length; i++) data[i] = Math.max(-1024, (data[i] as number) + rng.normal(0, std));
}

/**
 * A patient of the chest phantom: a CT, one axial slice and a frontal radiograph of one random body, with the exact mask of each
 * structure, mask and box of each finding, and a report that says what is there. The same seed gives the same bytes.
 *
 * CT: [D, H, W] in Hounsfield units, D towards the head, H towards the back, W towards the patient's left.
 * Slice: [1, H, W], like a CT, at a random level between diaphragm and apex. Its truth and its report are what it shows.
 * Radiograph: [1, H, W], rows from the head down, W towards the patient's left, 0 to 4095, bright where dense.
 *
 * @throws {VividMedError} `config` for sizes too small to hold a chest.
 */
export function generatePhantom(seed: number, options: PhantomOptions = {}): Phantom {
  const { ctShape = [32, 64, 64], radiographSize = [128, 128], sliceSize = [128, 128] } = options;
  const sizes = [...ctShape, ...radiographSize, ...sliceSize];
  check(
    sizes.length === 7 && sizes.every((size) => Number.isInteger(size) && size >= 24),
    'config',
    `generatePhantom: expected a CT of three, a radiograph of two and a slice of two sizes of at least 24, found [${sizes.join(', ')}].`,
  );
  const patient = randomPatient(createRng(seed).fork('phantom'));
  const report = reportOf(patient.plan, patient.rng.fork('report'));
  const ct = takeCt(seed, patient, report, ctShape);
  const slice = takeSlice(seed, patient, sliceSize);
  const radiograph = takeRadiograph(seed, patient, report, radiographSize);
  return { seed, ct, slice, radiograph, report };
}

/** Volume and truth of a body that was drawn in Hounsfield units. */
function scan(
  { grid, hu, bits, instance }: Raster,
  plan: readonly PlannedFinding[],
  noise: Rng,
): Pick<Case, 'volume' | 'masks' | 'findings'> {
  const masks = readMasks(bits);
  addNoise(hu, noise, noise.uniform(10, 24));
  const volume: Volume = { data: hu, shape: grid.shape, spacingMm: grid.step as Shape3, modality: 'CT' };
  const found = plan.map((_, i) => instanceMask(instance, i + 1));
  return { volume, masks, findings: readFindings(plan, masks, found, volume) };
}

function takeCt(seed: number, patient: Patient, report: Report, shape: Shape3): Case {
  const { plan, rng } = patient;
  const { raster } = drawWholeBody(ctGrid(patient, shape), patient, false);
  const image = scan(raster, plan, rng.fork('ct noise'));
  const subject = caseOf({ id: `phantom-${seed}-ct`, seed, plane: 'axial', report, ...image });
  checkAllShown(subject, plan);
  return subject;
}

function takeSlice(seed: number, patient: Patient, size: readonly [number, number]): Case {
  const { plan, rng } = patient;
  const { raster } = drawBody(sliceGrid(patient, size), patient, false);
  const image = scan(raster, plan, rng.fork('slice noise'));
  const shown = anatomyNames.filter((name) => image.masks[name].includes(1));
  const report = reportOf(image.findings, rng.fork('slice report'), shown);
  return caseOf({ id: `phantom-${seed}-slice`, seed, plane: 'axial', report, ...image });
}

function takeRadiograph(seed: number, patient: Patient, report: Report, size: readonly [number, number]): Case {
  const { plan, rng } = patient;
  const [rows, columns] = size;
  const grid = radiographGrid(patient, size);
  const { raster, thin } = drawWholeBody(grid, patient, true);
  const found = plan.map(() => new Uint8Array(rows * columns));
  const shadow = castRays(raster, found);
  for (const part of thin) castRods(shadow, raster, part);
  const masks = readMasks(shadow.bits);
  const pixel = grid.step[2];
  const data = develop(shadow, pixel, rng.fork('detector'));
  const marker = rng.fork('marker');
  if (marker.chance(0.6)) markSide(data, rows, columns, marker);
  const volume: Volume = { data, shape: [1, rows, columns], spacingMm: [1, pixel, pixel], modality: 'CR' };
  const findings = readFindings(plan, masks, found, volume);
  const id = `phantom-${seed}-radiograph`;
  const subject = caseOf({ id, seed, plane: 'frontal', report, volume, masks, findings });
  checkAllShown(subject, plan);
  return subject;
}
