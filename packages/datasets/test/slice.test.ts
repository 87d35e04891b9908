import { createRng } from '@vividmed/core';
import { expect, test } from 'vitest';
import {
  type AnatomyName,
  anatomyNames,
  boxOfMask,
  type Case,
  expandMask,
  findingNames,
  groundedReport,
  isFinding,
  isPhrase,
  labelReport,
  modalityQuestion,
  planeQuestion,
  reportSegments,
  reportText,
  targetPresence,
  truthOf,
} from '../src/index.js';
import { drawBody, randomPatient, structureBits } from '../src/phantom/draw.js';
import { sliceGrid } from '../src/phantom/views.js';
import { phantoms, slices } from './cases.js';

const size = [64, 64] as const;
const shape = [1, ...size] as const;
const pixels = size[0] * size[1];
const patientOf = (seed: number): ReturnType<typeof randomPatient> => randomPatient(createRng(seed).fork('phantom'));
const planKey = ({ name, side, zone }: Pick<Case['findings'][number], 'name' | 'side' | 'zone'>): string =>
  `${side} ${zone} ${name}`;
const meanWhere = (values: Float32Array, isInside: (i: number) => boolean): number => {
  const inside = values.filter((_, i) => isInside(i));
  return inside.reduce((sum, value) => sum + value, 0) / inside.length;
};

test('a slice is one axial CT slice with square pixels', () => {
  for (const { id, seed, plane, volume } of slices) {
    expect([id, plane, volume.modality, volume.shape]).toEqual([`phantom-${seed}-slice`, 'axial', 'CT', shape]);
    const [thickness, height, width] = volume.spacingMm;
    expect(height).toBe(width);
    expect(Math.abs(thickness - 5)).toBeLessThanOrEqual(1);
  }
});

test('levels are spread between the dome of the diaphragm and the apex', () => {
  const levels = Array.from({ length: 200 }, (_, seed) => {
    const patient = patientOf(seed);
    const { origin, step } = sliceGrid(patient, size);
    const { dome, apex } = patient.build;
    const floor = Math.max(dome.left, dome.right);
    return (origin[0] + step[0] / 2 - floor) / (apex - floor);
  });
  expect(Math.min(...levels)).toBeGreaterThan(0);
  expect(Math.max(...levels)).toBeLessThan(1);
  for (const part of [0.2, 0.4, 0.6, 0.8]) {
    const here = levels.filter((level) => Math.abs(level - part) < 0.1).length / levels.length;
    expect(here, `around ${part}`).toBeGreaterThan(0.1);
  }
});

test('the truth of a slice is that of the same layer of a stack through the same patient', () => {
  for (const { seed, masks, findings } of slices) {
    const patient = patientOf(seed);
    const { origin, step } = sliceGrid(patient, size);
    const stack = {
      shape: [5, ...size] as const,
      origin: [origin[0] - 2 * step[0], origin[1], origin[2]] as const,
      step,
    };
    const { raster } = drawBody(stack, patient, false);
    const layer = 2 * pixels;
    for (const name of anatomyNames) {
      const differing = masks[name].findIndex(
        (on, i) => (on === 1) !== (raster.bits[layer + i]! & structureBits[name]) > 0,
      );
      expect(differing, `${seed} ${name}`).toBe(-1);
    }
    const instance = raster.instance.subarray(layer, layer + pixels);
    const cut = patient.plan.filter(({ name }, i) =>
      name === 'cardiomegaly' ? masks.heart.includes(1) : instance.includes(i + 1),
    );
    expect(findings.map(planKey)).toEqual(cut.map(planKey));
    for (const { name, side, zone, box, mask } of findings) {
      const number = patient.plan.findIndex((found) => planKey(found) === planKey({ name, side, zone })) + 1;
      const whole = expandMask(mask, shape, box);
      const isThere = (i: number): boolean => (name === 'cardiomegaly' ? masks.heart[i] === 1 : instance[i] === number);
      expect(whole.findIndex((on, i) => (on === 1) !== isThere(i))).toBe(-1);
      expect(boxOfMask(whole, shape)).toEqual(box);
    }
  }
});

test('what is not cut has no box and is not in the report', () => {
  const left = { lesions: 0, hearts: 0 };
  for (const { ct, slice } of phantoms) {
    const { boxes, findings, masks, report } = slice;
    const labels = labelReport(reportText(report));
    for (const name of findingNames) {
      expect(labels[name], `${slice.id} ${name}`).toBe(boxes[name].length > 0);
      expect(boxes[name]).toEqual(findings.filter((found) => found.name === name).map(({ box }) => box));
    }
    left.lesions += ct.findings.length - findings.length;
    if (ct.boxes.cardiomegaly.length > 0 && !masks.heart.includes(1)) {
      expect(boxes.cardiomegaly).toEqual([]);
      left.hearts++;
    }
    for (const { target, side, present } of reportSegments(report).filter(isPhrase)) {
      expect(truthOf(slice, target, side).present, `${slice.id} ${side} ${target}`).toBe(present);
      if (!isFinding(target)) expect(masks[target as AnatomyName].includes(1)).toBe(true);
    }
  }
  expect(left.lesions).toBeGreaterThan(10);
  expect(left.hearts).toBeGreaterThan(0);
});

test('Hounsfield units of a slice are those of air, lung and heart', () => {
  let hearts = 0;
  for (const { volume, masks, findings } of slices) {
    const { data } = volume;
    expect(data.every((hu) => hu >= -1024 && hu < 1500)).toBe(true);
    // Air above the patient; the table is below.
    expect(Math.abs(meanWhere(data, (i) => i < 2 * size[1]) + 1000)).toBeLessThan(20);
    const hasAir = findings.some(({ name }) => name === 'pneumothorax');
    const sick = new Uint8Array(pixels);
    for (const { box, mask } of findings) expandMask(mask, shape, box).forEach((on, i) => on && (sick[i] = 1));
    if (masks.lungs.includes(1) && !hasAir) {
      const lung = meanWhere(data, (i) => masks.lungs[i] === 1 && sick[i] === 0);
      expect(lung).toBeGreaterThan(-900);
      expect(lung).toBeLessThan(-650);
    }
    if (!masks.heart.includes(1)) continue;
    const heart = meanWhere(data, (i) => masks.heart[i] === 1);
    expect(heart).toBeGreaterThan(0);
    expect(heart).toBeLessThan(70);
    hearts++;
  }
  expect(hearts).toBeGreaterThan(5);
});

test('in a slice the left of the patient is on the right of the image, and the back is below', () => {
  let sided = 0;
  for (const { masks, findings } of slices) {
    const middle = (name: AnatomyName): [number, number] | undefined => {
      const box = boxOfMask(masks[name], shape);
      return box && [(box[1] + box[4]) / 2 / size[0], (box[2] + box[5]) / 2 / size[1]];
    };
    const [left, right, spine] = [middle('left lung'), middle('right lung'), middle('spine')!];
    if (left) expect(left[1]).toBeGreaterThan(spine[1]);
    if (right) expect(right[1]).toBeLessThan(spine[1]);
    for (const lung of [left, right]) if (lung) expect(spine[0]).toBeGreaterThan(lung[0]);
    for (const { side, box } of findings) {
      if (side === null) continue;
      expect(side === 'left').toBe((box[2] + box[5]) / 2 / size[1] > spine[1]);
      sided++;
    }
  }
  expect(sided).toBeGreaterThan(10);
});

test('conversations about a slice call it an axial CT and say what it shows', () => {
  const missing = new Set<string>();
  for (const slice of slices) {
    const rng = createRng(slice.seed);
    expect(modalityQuestion(slice, rng).answer).toBe('CT.');
    expect(planeQuestion(slice, rng).answer).toBe('axial.');
    for (let i = 0; i < 12; i++) {
      const { regions } = targetPresence(slice, rng.fork(i), { grounding: 1, negativeGrounding: 1 });
      for (const { target, side, present } of regions) {
        expect(present, `${slice.id} ${target}`).toBe(truthOf(slice, target, side).present);
        if (!present && !isFinding(target)) missing.add(target);
      }
    }
    for (const { present, mask } of groundedReport(slice, rng).regions)
      expect(mask?.includes(1) ?? false).toBe(present);
  }
  // Anatomy that a radiograph always shows.
  for (const name of ['heart', 'clavicles', 'liver']) expect(missing).toContain(name);
});
