import { check } from '@vividmed/core';
import type { Affine, Shape3 } from '../volume.js';

/** A coded concept, DICOM PS3.16 section 8: `{ scheme: 'SCT', value: '39607008', meaning: 'Lung' }`. */
export interface Code {
  /** Designator of the coding scheme: `SCT` for SNOMED CT, `DCM` for DICOM. */
  scheme: string;
  value: string;
  meaning: string;
}

export type Side = 'left' | 'right' | 'bilateral';

/** What regions of all kinds say. */
interface Named {
  /** Short name for people; viewers show it. */
  label: string;
  /** What it is, such as (39607008, SCT, Lung): the property type of a segment, the finding of a measurement. */
  code: Code;
  /** What kind of thing that is (PS3.16 CID 7150), such as (123037004, SCT, Anatomical Structure). */
  category: Code;
  /** Where in the body, when `code` does not say it (PS3.16 CID 4). */
  anatomicRegion?: Code;
  /** The patient's side. */
  side?: Side;
  /** The words of the report that point here. */
  phrase?: string;
}

/** A region drawn voxel by voxel. */
export interface MaskRegion extends Named {
  kind: 'mask';
  /** [D,H,W] on the grid of the input; other than 0 is inside. All 0 says that it was looked for and not found. */
  mask: Uint8Array;
  /** [D,H,W], 0 to 1; only a fractional segmentation uses it. */
  probability?: Float32Array;
}

/** A box with what a detector says about it. */
export interface ScoredBox {
  /** d0, h0, w0, d1, h1, w1 as edges of voxels: voxel i spans i to i + 1. */
  corners: readonly [number, number, number, number, number, number];
  /** Certainty, 0 to 1. */
  score?: number;
}

/** Regions drawn as boxes, one for each instance. None says that it was looked for and not found. */
export interface BoxRegion extends Named {
  kind: 'boxes';
  boxes: readonly ScoredBox[];
}

export type Region = MaskRegion | BoxRegion;

/** What was found in one image, on the grid of that image. */
export interface Results {
  regions: readonly Region[];
  /** Text of the report; an empty line parts paragraphs. */
  report: string;
  algorithm: { name: string; version: string };
}

/** Where the voxels of an image lie; a `Volume` is one. */
export interface Grid {
  shape: Shape3;
  spacingMm: Shape3;
  affine?: Affine;
}

/**
 * Holds results against the grid that they are for.
 *
 * @throws {VividMedError} shape for masks of another size, data for boxes, scores, names and codes that are none
 */
export function checkResults(results: Results, { shape }: Grid): void {
  const voxels = shape[0] * shape[1] * shape[2];
  const { name, version } = results.algorithm;
  check(
    name.trim() !== '' && version.trim() !== '',
    'data',
    'results: expected a name and a version of the algorithm, found an empty one.',
  );
  results.regions.forEach((region, i) => {
    const where = `results.regions[${i}]`;
    check(region.label.trim() !== '', 'data', `${where}: expected a label, found an empty one.`);
    const { code, category, anatomicRegion } = region;
    for (const each of [code, category, anatomicRegion]) if (each !== undefined) checkCode(where, each);
    if (region.kind === 'boxes') region.boxes.forEach((box, b) => checkBox(`${where}.boxes[${b}]`, box, shape));
    else checkMask(where, region, voxels);
  });
}

/** PS3.3 table 8.8-1: SH of 16 characters; values of schemes in use are no longer. */
function checkCode(where: string, { scheme, value, meaning }: Code): void {
  for (const [field, text] of Object.entries({ scheme, value }))
    check(
      /^[^\\\p{C}]{1,16}$/u.test(text),
      'data',
      `${where}: expected a code with a ${field} of 1 to 16 characters, found one of ${text.length}.`,
    );
  check(meaning.trim() !== '', 'data', `${where}: expected a code with a meaning, found an empty one.`);
}

function checkMask(where: string, { mask, probability }: MaskRegion, voxels: number): void {
  check(mask.length === voxels, 'shape', `${where}: expected a mask of ${voxels} voxels, found ${mask.length}.`);
  if (probability === undefined) return;
  check(
    probability.length === voxels,
    'shape',
    `${where}: expected probabilities of ${voxels} voxels, found ${probability.length}.`,
  );
  const bad = probability.findIndex((p) => !(p >= 0 && p <= 1));
  check(bad < 0, 'data', `${where}: expected probabilities of 0 to 1, found another at voxel ${bad}.`);
}

function checkBox(where: string, { corners, score }: ScoredBox, shape: Shape3): void {
  shape.forEach((size, axis) => {
    const [low, high] = [corners[axis] as number, corners[axis + 3] as number];
    check(
      low >= 0 && low < high && high <= size,
      'data',
      `${where}: expected edges 0 <= low < high <= ${size} along axis ${axis}, found ${low} and ${high}.`,
    );
  });
  check(
    score === undefined || (score >= 0 && score <= 1),
    'data',
    `${where}: expected a score of 0 to 1, found ${score}.`,
  );
}
