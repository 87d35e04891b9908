import { createRng } from '@vividmed/core';
import { describe, expect, test } from 'vitest';
import {
  type AnatomyName,
  anatomyNames,
  boxOfMask,
  type Case,
  expandMask,
  findingNames,
  generatePhantom,
} from '../src/index.js';
import { drawBody, randomPatient, structureBits } from '../src/phantom/draw.js';
import { paintRods } from '../src/phantom/raster.js';
import { radiographGrid } from '../src/phantom/views.js';
import { cases, phantoms } from './cases.js';

const count = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0);
/** Equal arrays; far quicker than `toEqual` on typed arrays. */
const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.prototype.every.call(a, (value, i) => value === b[i]);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const overlap = (a: Uint8Array, b: Uint8Array): number => a.reduce((sum, value, i) => sum + (value & b[i]!), 0);
const iou = (a: Uint8Array, b: Uint8Array): number => {
  const both = overlap(a, b);
  return both / (count(a) + count(b) - both);
};
const meanWhere = ({ volume, masks }: Case, name: AnatomyName, but?: Uint8Array): number => {
  let [sum, number] = [0, 0];
  volume.data.forEach((value, i) => {
    if (masks[name][i] !== 1 || but?.[i] === 1) return;
    sum += value;
    number++;
  });
  return sum / number;
};
const options = { ctShape: [24, 32, 32], radiographSize: [64, 64], sliceSize: [64, 64] } as const;

test('the same seed gives the same bytes, another seed does not', () => {
  const [one, two, other] = [generatePhantom(5, options), generatePhantom(5, options), generatePhantom(6, options)];
  for (const view of ['ct', 'slice', 'radiograph'] as const) {
    const [a, b, c] = [one[view], two[view], other[view]];
    expect(same(a.volume.data, b.volume.data)).toBe(true);
    expect(same(a.volume.data, c.volume.data)).toBe(false);
    for (const name of anatomyNames) expect(same(a.masks[name], b.masks[name])).toBe(true);
    expect(b.findings).toEqual(a.findings);
    expect(b.report).toEqual(a.report);
  }
  expect(two.report).toEqual(one.report);
});

test('a patient is the same at every size', () => {
  const [small, large] = [generatePhantom(8, options), generatePhantom(8, { ...options, ctShape: [32, 48, 48] })];
  expect(large.report).toEqual(small.report);
  expect(same(large.radiograph.volume.data, small.radiograph.volume.data)).toBe(true);
  expect(large.ct.findings.map(({ name, side, zone }) => [name, side, zone])).toEqual(
    small.ct.findings.map(({ name, side, zone }) => [name, side, zone]),
  );
});

test('sizes that cannot hold a chest are refused', () => {
  expect(() => generatePhantom(1, { ctShape: [2, 64, 64] })).toThrow(/at least 24/);
  expect(() => generatePhantom(1, { radiographSize: [64, 64.5] })).toThrow(/at least 24/);
  expect(() => generatePhantom(1, { sliceSize: [20, 64] })).toThrow(/a slice of two sizes of at least 24/);
});

test('every structure is in every image, and of no other value than 0 and 1', () => {
  for (const { masks } of cases) {
    for (const name of anatomyNames) {
      expect(count(masks[name]), name).toBeGreaterThan(0);
      expect(masks[name].includes(2)).toBe(false);
    }
  }
});

test('the lungs are the left and the right lung', () => {
  for (const { masks } of cases) {
    const both = masks['left lung'].map((value, i) => value | masks['right lung'][i]!);
    expect(same(masks.lungs, both)).toBe(true);
  }
});

test('in a CT no voxel belongs to two organs, and the mediastinum holds heart, aorta and windpipe', () => {
  const apart = anatomyNames.filter((name) => name !== 'lungs' && name !== 'mediastinum');
  for (const { ct } of phantoms) {
    for (const [i, one] of apart.entries()) {
      for (const two of apart.slice(i + 1)) {
        expect(overlap(ct.masks[one], ct.masks[two]), `${one} and ${two}`).toBe(0);
      }
      expect(one === 'heart' || one === 'aorta' || one === 'trachea').toBe(
        overlap(ct.masks[one], ct.masks.mediastinum) > 0,
      );
    }
    for (const name of ['heart', 'aorta', 'trachea'] as const) {
      expect(overlap(ct.masks[name], ct.masks.mediastinum)).toBe(count(ct.masks[name]));
    }
  }
});

test('each box is the bounding box of its mask', () => {
  for (const { findings, volume, boxes } of cases) {
    for (const { box, mask, name } of findings) {
      expect(boxOfMask(expandMask(mask, volume.shape, box), volume.shape)).toEqual(box);
      expect(boxes[name]).toContain(box);
    }
    expect(findings).toHaveLength(findingNames.flatMap((name) => boxes[name]).length);
  }
});

describe('sides', () => {
  test('the left of the patient is on the right of the image', () => {
    for (const { masks, volume } of cases) {
      const middle = (name: AnatomyName): number => {
        const box = boxOfMask(masks[name], volume.shape);
        return (box![2] + box![5]) / 2 / volume.shape[2];
      };
      expect(middle('left lung')).toBeGreaterThan(0.5);
      expect(middle('right lung')).toBeLessThan(0.5);
      expect(middle('stomach')).toBeGreaterThan(middle('liver'));
      expect(middle('heart')).toBeGreaterThan((middle('left lung') + middle('right lung')) / 2);
    }
  });

  test('the box of a finding of one side has its centre in that half', () => {
    let seen = 0;
    for (const { findings, volume } of cases) {
      for (const { side, box } of findings) {
        if (side === null) continue;
        expect(side === 'left').toBe((box[2] + box[5]) / 2 > volume.shape[2] / 2);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(60);
  });

  test('rows of a radiograph run down and slices of a CT run up', () => {
    for (const { ct, radiograph } of phantoms) {
      const lowest = (subject: Case, axis: number): number =>
        boxOfMask(subject.masks.liver, subject.volume.shape)![axis]!;
      expect(lowest(radiograph, 1)).toBeGreaterThan(boxOfMask(radiograph.masks.clavicles, [1, 64, 64])![1]);
      expect(lowest(ct, 0)).toBe(0);
      expect(boxOfMask(ct.masks.spine, ct.volume.shape)![1]).toBeGreaterThan(16);
    }
  });
});

test('the masks of a radiograph are the projections of the body', () => {
  const size = [64, 64] as const;
  for (const seed of [5, 6, 7]) {
    const { radiograph } = generatePhantom(seed, options);
    const patient = randomPatient(createRng(seed).fork('phantom'));
    // The same body in three dimensions, thin parts too, with more samples along each ray.
    const { raster, thin } = drawBody(radiographGrid(patient, size, 160), patient, true);
    for (const part of thin) paintRods(raster, part);
    const shadow = (met: (voxel: number) => boolean): Uint8Array => {
      const flat = new Uint8Array(64 * 64);
      for (let i = 0; i < raster.bits.length; i++) if (met(i)) flat[Math.floor(i / (160 * 64)) * 64 + (i % 64)] = 1;
      return flat;
    };
    for (const name of anatomyNames) {
      const flat = shadow((i) => (raster.bits[i]! & structureBits[name]) !== 0);
      const thinOnes = name === 'trachea' || name === 'clavicles' || name === 'aorta';
      expect(iou(radiograph.masks[name], flat), name).toBeGreaterThan(thinOnes ? 0.75 : 0.85);
    }
    radiograph.findings.forEach(({ name, box, mask }, i) => {
      if (name === 'cardiomegaly') return;
      const whole = expandMask(mask, [1, 64, 64], box);
      expect(
        iou(
          whole,
          shadow((voxel) => raster.instance[voxel] === i + 1),
        ),
        name,
      ).toBeGreaterThan(0.75);
    });
  }
});

describe('what a reader would see', () => {
  test('the cardiothoracic ratio tells an enlarged heart from a normal one', () => {
    const widths = phantoms.map(({ radiograph }) => {
      const width = (mask: Uint8Array): number => {
        const box = boxOfMask(mask, [1, 64, 64]);
        return box![5] - box![2];
      };
      const { masks, findings } = radiograph;
      // The thorax is as wide as the lungs with what fills the pleural space.
      const chest = masks.lungs.slice();
      for (const { box, mask } of findings) expandMask(mask, [1, 64, 64], box).forEach((on, i) => on && (chest[i] = 1));
      return { ratio: width(masks.heart) / width(chest), enlarged: radiograph.boxes.cardiomegaly.length > 0 };
    });
    const normal = widths.filter(({ enlarged }) => !enlarged).map(({ ratio }) => ratio);
    const enlarged = widths.filter((one) => one.enlarged).map(({ ratio }) => ratio);
    expect(Math.max(...normal)).toBeLessThan(0.56);
    expect(Math.min(...enlarged)).toBeGreaterThan(0.55);
    expect(Math.min(...enlarged)).toBeGreaterThan(Math.max(...normal));
  });

  test('Hounsfield units are those of the tissues', () => {
    for (const { ct } of phantoms) {
      // At this size half of the heart's voxels hold a share of lung.
      expect(meanWhere(ct, 'heart')).toBeGreaterThan(-40);
      expect(meanWhere(ct, 'heart')).toBeLessThan(60);
      expect(meanWhere(ct, 'ribs')).toBeGreaterThan(120);
      const sick = new Uint8Array(ct.volume.data.length);
      for (const { box, mask } of ct.findings)
        expandMask(mask, ct.volume.shape, box).forEach((on, i) => on && (sick[i] = 1));
      const lung = meanWhere(ct, 'lungs', sick);
      expect(lung).toBeGreaterThan(-900);
      expect(lung).toBeLessThan(-650);
    }
  });

  test('in a radiograph the mediastinum is brighter than the lungs', () => {
    for (const { radiograph } of phantoms) {
      const light = meanWhere(radiograph, 'lungs', radiograph.masks.mediastinum);
      expect(meanWhere(radiograph, 'mediastinum')).toBeGreaterThan(light * 1.05);
    }
  });

  test('findings are denser than lung, but a pneumothorax is air', () => {
    const dense: number[] = [];
    const air: number[] = [];
    for (const { ct } of phantoms) {
      for (const { name, box, mask } of ct.findings) {
        if (name === 'cardiomegaly') continue;
        const on = expandMask(mask, ct.volume.shape, box);
        const inside = [...ct.volume.data].filter((_, i) => on[i] === 1);
        (name === 'pneumothorax' ? air : dense).push(median(inside));
      }
    }
    // Thin air in thick slices is averaged with what is beside it.
    expect(Math.max(...air)).toBeLessThan(-750);
    expect(Math.min(...dense)).toBeGreaterThan(-600);
  });
});
