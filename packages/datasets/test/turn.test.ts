import { createRng } from '@vividmed/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Box,
  boxOfMask,
  compose,
  type Shape3,
  type Study,
  turn,
  varyIntensity,
  varyPlace,
  varyPose,
  varySides,
} from '../src/index.js';

const fillBox = (shape: Shape3, [d0, h0, w0, d1, h1, w1]: Box): Uint8Array => {
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let d = d0; d < d1; d++)
    for (let h = h0; h < h1; h++) mask.fill(1, (d * shape[1] + h) * shape[2] + w0, (d * shape[1] + h) * shape[2] + w1);
  return mask;
};

const studyOf = (
  shape: Shape3,
  spacingMm: Shape3,
  parts: Partial<Study>,
  value = (_d: number, _h: number, _w: number) => 0,
): Study => {
  const data = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) =>
    value(Math.floor(i / (shape[1] * shape[2])), Math.floor(i / shape[2]) % shape[1], i % shape[2]),
  );
  return {
    id: 'one',
    volume: { data, shape, spacingMm, modality: 'MR' },
    leftRightAxis: 2,
    masks: {},
    boxes: {},
    present: [],
    absent: [],
    ...parts,
  };
};

const angles = fc.double({ min: -20, max: 20, noNaN: true });
const scales = fc.double({ min: 0.8, max: 1.25, noNaN: true });

const ways = fc.constantFrom('slice', 'about depth', 'about width', 'about all');

test('the box of a mask that was turned is the box that was turned, within a voxel', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.nat(1e6), angles, angles, scales, ways, (seed, angle, other, scale, way) => {
      const isFlat = way === 'slice';
      const rng = createRng(seed);
      const shape: Shape3 = [isFlat ? 1 : 24, 30, 36];
      const degrees = {
        slice: [angle, 0, 0],
        'about depth': [angle, 0, 0],
        'about width': [0, 0, angle],
        'about all': [angle, other, -angle],
      } as const;
      const low = shape.map((size) => (size === 1 ? 0 : Math.floor(size * 0.3) + rng.int(3)));
      const high = low.map((at, axis) => (shape[axis] === 1 ? 1 : at + 4 + rng.int(6)));
      // Three numbers and three more; `map` forgets how many there are.
      const box = [...low, ...high] as unknown as Box;
      const spacingMm: Shape3 = [rng.uniform(0.7, 2), rng.uniform(0.7, 1.5), rng.uniform(0.7, 1.5)];
      const before = studyOf(shape, spacingMm, {
        masks: { liver: fillBox(shape, box), nodule: fillBox(shape, box) },
        // One box with a mask of its own, one without.
        boxes: { nodule: [box], mass: [box] },
      });
      const after = turn(before, { degrees: degrees[way], scale });
      const truth = boxOfMask(after.masks.liver!, shape)!;
      expect(after.boxes.nodule).toEqual([truth]);
      after.boxes.mass![0]!.forEach((edge, k) => {
        // The tip of a corner that is turned about all axes may hold no centre of a voxel.
        const corner = way === 'about all' ? 2 : 1;
        expect(Math.abs(edge - truth[k]!), `edge ${k}`).toBeLessThanOrEqual(corner);
        if (k < 3) expect(edge).toBeLessThanOrEqual(truth[k]!);
        else expect(edge).toBeGreaterThanOrEqual(truth[k]!);
      });
      compared++;
    }),
    { seed: 21, numRuns: 120 },
  );
  expect(compared).toBe(120);
});

test('every value comes from where the turn says, in millimetres', () => {
  // Straight lines between voxels are exact on a plane of values.
  const plane = (d: number, h: number, w: number): number => 3 * d - 2 * h + 5 * w;
  const shape: Shape3 = [5, 30, 40];
  const [sh, sw] = [1.5, 0.5];
  const { volume } = turn(studyOf(shape, [2, sh, sw], {}, plane), { degrees: [12, 0, 0], scale: 1.1 });
  const radians = (12 * Math.PI) / 180;
  let inside = 0;
  for (let h = 0; h < 30; h++) {
    for (let w = 0; w < 40; w++) {
      // From the middle, in millimetres, back by the angle and the scale; height towards width is the positive turn.
      const [y, x] = [(h - 14.5) * sh, (w - 19.5) * sw];
      const backH = (Math.cos(radians) * y + Math.sin(radians) * x) / 1.1 / sh + 14.5;
      const backW = (-Math.sin(radians) * y + Math.cos(radians) * x) / 1.1 / sw + 19.5;
      if (backH < 0 || backH > 29 || backW < 0 || backW > 39) continue;
      inside++;
      expect(volume.data[(2 * 30 + h) * 40 + w]!).toBeCloseTo(plane(2, backH, backW), 2);
    }
  }
  expect(inside).toBeGreaterThan(300);
});

test('no turn changes nothing, and a turn there and back little', () => {
  const shape: Shape3 = [20, 24, 28];
  const rng = createRng(3);
  const before = studyOf(shape, [1, 1.2, 0.8], { masks: { liver: fillBox(shape, [6, 7, 8, 14, 17, 20]) } }, () =>
    rng.uniform(),
  );
  const still = turn(before, {});
  expect(still.masks).toEqual(before.masks);
  still.volume.data.forEach((value, i) => expect(value).toBeCloseTo(before.volume.data[i]!, 5));
  const away = turn(before, { degrees: [15, 0, 0], scale: 1.1 });
  const back = turn(away, { degrees: [-15, 0, 0], scale: 1 / 1.1 });
  const [a, b] = [before.masks.liver!, back.masks.liver!];
  const both = a.filter((voxel, i) => voxel && b[i]).length;
  const sum = (mask: Uint8Array): number => mask.filter(Boolean).length;
  expect((2 * both) / (sum(a) + sum(b))).toBeGreaterThan(0.9);
  expect(sum(away.masks.liver!) / sum(a)).toBeCloseTo(1.1 ** 3, 0);
});

test('what leaves the image is unknown', () => {
  const shape: Shape3 = [1, 20, 20];
  const corner: Box = [0, 0, 0, 1, 2, 2];
  const after = turn(
    studyOf(shape, [1, 1, 1], {
      masks: { liver: fillBox(shape, corner), spleen: fillBox(shape, [0, 8, 8, 1, 12, 12]) },
      boxes: { nodule: [corner, [0, 8, 8, 1, 12, 12]], mass: [corner] },
      boxSides: { nodule: ['left', 'right'], mass: ['left'] },
      absent: ['pneumothorax'],
    }),
    { scale: 2 },
  );
  expect(Object.keys(after.masks)).toEqual(['spleen']);
  expect(after.boxes).toEqual({ nodule: [[0, 6, 6, 1, 14, 14]] });
  expect(after.boxSides).toEqual({ nodule: ['right'] });
  expect(after.absent).toEqual(['pneumothorax']);
});

describe('sides', () => {
  const shape: Shape3 = [8, 30, 40];
  const kidneys = (): Study =>
    studyOf(shape, [3, 1, 1], {
      masks: {
        'right kidney': fillBox(shape, [2, 12, 6, 6, 18, 12]),
        'left kidney': fillBox(shape, [2, 12, 28, 6, 18, 34]),
      },
      boxes: { 'right kidney': [[2, 12, 6, 6, 18, 12]], 'left kidney': [[2, 12, 28, 6, 18, 34]] },
      report: [
        { text: 'The ' },
        { phrase: 'left kidney', target: 'left kidney', present: true },
        { text: ' is normal.' },
      ],
    });
  const middle = (mask: Uint8Array): number => {
    const box = boxOfMask(mask, shape)!;
    return (box[2] + box[5]) / 2;
  };

  test('stay true whatever is varied: the left kidney is on the left, and named so', () => {
    const vary = compose(varySides(2), varyPose({ inPlane: 25, throughPlane: 10 }), varyPlace(0.1), varyIntensity());
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const after = vary(kidneys(), createRng(seed));
        expect(middle(after.masks['left kidney']!)).toBeGreaterThan(middle(after.masks['right kidney']!));
        for (const [name, mask] of Object.entries(after.masks))
          expect(after.boxes[name]).toEqual([boxOfMask(mask, shape)]);
        const phrase = after.report![1];
        expect(phrase).toMatchObject({ phrase: expect.stringMatching(/^(?:left|right) kidney$/) });
        if ('phrase' in phrase!) expect(phrase.phrase).toBe(phrase.target);
        expect(vary(kidneys(), createRng(seed))).toEqual(after);
      }),
      { seed: 8, numRuns: 25 },
    );
  });

  test('of half of the studies are swapped, report, boxes and all', () => {
    const swapped = Array.from({ length: 200 }, (_, i) => varySides(2)(kidneys(), createRng(i))).filter(
      ({ report }) => 'target' in report![1]! && report![1].target === 'right kidney',
    );
    expect(Math.abs(swapped.length / 200 - 0.5)).toBeLessThan(0.12);
    const study = {
      ...kidneys(),
      boxes: { nodule: [[2, 1, 1, 3, 2, 2]] as Box[] },
      boxSides: { nodule: ['right' as const] },
    };
    const both = Array.from({ length: 20 }, (_, i) => varySides(2)(study, createRng(i)));
    for (const { boxes, boxSides } of both)
      expect(boxSides).toEqual({ nodule: [boxes.nodule![0]![2] > 20 ? 'left' : 'right'] });
    expect(new Set(both.map(({ boxSides }) => boxSides!.nodule![0])).size).toBe(2);
  });
});

test('turns that would not be true are refused', () => {
  const one = studyOf([1, 8, 8], [1, 1, 1], {});
  expect(() => turn(one, { degrees: [46, 0, 0] })).toThrow(
    'turn: expected at most 45 degrees about each axis, found [46, 0, 0].',
  );
  expect(() => turn(one, { degrees: [0, 5, 0] })).toThrow('about the depth axis alone for a single slice');
  expect(() => turn(one, { degrees: [Number.NaN, 0, 0] })).toThrow('expected at most 45 degrees');
  expect(() => turn(one, { scale: 0 })).toThrow('expected a scale of 0.5 to 2, found 0.');
});
