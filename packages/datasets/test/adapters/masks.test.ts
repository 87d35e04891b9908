import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSameGrid } from '../../src/adapters/grid.js';
import { instanceBoxes, valueBoxes } from '../../src/adapters/instances.js';
import { masksOfLabels, maskOfClass } from '../../src/adapters/label-masks.js';
import { labelledStudy } from '../../src/adapters/labelled-study.js';
import { type Box, boxOfMask, type Shape3 } from '../../src/index.js';
import { affine, shape, voxelsOf } from './label-files.js';

const spacingMm: Shape3 = [3, 2, 1];
const grid = { shape, spacingMm, affine };

/** Joins voxels that touch until nothing changes: slow, and plainly right. */
function boxesByJoining(mask: Uint8Array, [depth, height, width]: Shape3): Box[] {
  const places = voxelsOf(mask).map((i) => [
    Math.floor(i / (height * width)),
    Math.floor(i / width) % height,
    i % width,
  ]);
  const groups = places.map((place) => [place]);
  const touch = (a: number[][], b: number[][]): boolean =>
    a.some((one) => b.some((other) => one.every((at, axis) => Math.abs(at - other[axis]!) <= 1)));
  for (let i = 0; i < groups.length; i++) {
    const twin = groups.findIndex((group, j) => j > i && touch(groups[i]!, group));
    if (twin < 0) continue;
    groups[i]!.push(...groups.splice(twin, 1)[0]!);
    i = -1;
  }
  return groups.map((group) => {
    const own = new Uint8Array(depth * height * width);
    for (const [d, h, w] of group) own[(d! * height + h!) * width + w!] = 1;
    return boxOfMask(own, [depth, height, width])!;
  });
}

describe('instances', () => {
  test('parts of a mask are those that joining touching voxels finds', () => {
    const masks = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .chain((sides) => {
        const length = sides[0] * sides[1] * sides[2];
        const voxels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: length, maxLength: length });
        return fc.tuple(
          fc.constant<Shape3>(sides),
          voxels.map((values) => Uint8Array.from(values, (v) => Number(v === 0))),
        );
      });
    fc.assert(
      fc.property(masks, ([sides, mask]) => {
        const sorted = (boxes: Box[]): string[] => boxes.map(String).sort();
        expect(sorted(instanceBoxes(mask, sides))).toEqual(sorted(boxesByJoining(mask, sides)));
      }),
      { seed: 4 },
    );
  });

  test('voxels that share a corner are one instance, and the mask is left as it was', () => {
    const mask = new Uint8Array(27);
    mask[0] = mask[13] = mask[26] = 1;
    expect(instanceBoxes(mask, [3, 3, 3])).toEqual([[0, 0, 0, 3, 3, 3]]);
    expect(voxelsOf(mask)).toEqual([0, 13, 26]);
  });

  test('values that count instances have a box each though they touch', () => {
    const values = Uint8Array.from([0, 2, 1, 1, 0, 2, 2, 1]);
    expect(valueBoxes([0, 0, 0, 1, 1, 0, 0, 0], [2, 2, 2])).toEqual([[0, 0, 0, 2, 2, 2]]);
    expect(valueBoxes(values, [2, 2, 2])).toEqual([
      [0, 0, 0, 2, 2, 2],
      [0, 1, 0, 2, 2, 2],
    ]);
  });
});

describe('masks of labels', () => {
  const classes = [
    { name: 'liver', value: 1, target: 'liver' },
    { name: 'tumor', value: 2, target: 'liver tumor' },
    { name: 'rest', value: 3 },
    { name: 'other tumor', value: 4, target: 'liver tumor' },
  ];
  const values = [0, 1, 2, 3, 4, 1];

  test('classes of one target are one mask, and what holds others has their voxels', () => {
    const masks = masksOfLabels('set', values, classes, { parts: { liver: ['liver tumor'] } });
    expect(Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, voxelsOf(mask)]))).toEqual({
      liver: [1, 2, 4, 5],
      'liver tumor': [2, 4],
    });
  });

  test('only the targets asked for are made', () => {
    const masks = masksOfLabels('set', values, classes, { parts: { liver: ['liver tumor'] }, targets: ['liver'] });
    expect(Object.keys(masks)).toEqual(['liver']);
    expect(voxelsOf(masks['liver'])).toEqual([1, 2, 4, 5]);
  });

  test('a value that no class has is an error, unless the set has such values', () => {
    expect(() => masksOfLabels('set: file', [7], classes)).toThrow(
      'set: file: expected the values of 4 classes, found 7.',
    );
    expect(masksOfLabels('set', [7], classes, { hasOtherValues: true })).toEqual({});
  });

  test('a file of one class may hold any value, and no mask comes from an empty one', () => {
    expect(voxelsOf(maskOfClass([0, 255, 1, 0]))).toEqual([1, 2]);
    expect(maskOfClass([0, 0])).toBeUndefined();
  });
});

describe('study', () => {
  const volume = { data: new Float32Array(24), shape, spacingMm, modality: 'CT', affine };
  const tumor = new Uint8Array(24);
  tumor[0] = tumor[23] = 1;

  test('abnormalities have a box for each part, and what the owners labelled is absent without a voxel', () => {
    const study = labelledStudy({
      id: 'one',
      volume,
      masks: { 'liver tumor': tumor, liver: tumor },
      labelled: ['liver', 'liver tumor', 'spleen'],
    });
    expect(study.boxes).toEqual({
      'liver tumor': [
        [0, 0, 0, 1, 1, 1],
        [1, 2, 3, 2, 3, 4],
      ],
    });
    expect(study.absent).toEqual(['spleen']);
    expect(study.present).toEqual([]);
  });

  test.each([
    [affine, 2],
    [[1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], 0],
    [[0, -5, 1, 0, 1, 0, 3, 0, 0, 1, 1, 0], 1],
  ])('the axis across the patient is that with the most of x: %j', (map, axis) => {
    expect(
      labelledStudy({ id: 'one', volume: { ...volume, affine: map }, masks: {}, labelled: [] }).leftRightAxis,
    ).toBe(axis);
  });
});

describe('grid', () => {
  test('a shift below a tenth of a voxel is rounding, a larger one is not', () => {
    const moved = (mm: number) => ({ ...grid, affine: affine.map((value, i) => (i === 3 ? value + mm : value)) });
    expect(() => checkSameGrid('set: file', grid, moved(0.09))).not.toThrow();
    expect(() => checkSameGrid('set: file', grid, moved(0.2))).toThrow(
      /^set: file: expected labels on the grid of the image, found them up to 0.20 voxels/,
    );
  });

  test('a turned axis shows at the corners, and a stretched one where there is no position', () => {
    const turned = { ...grid, affine: [0, 0, -1, -10, 0, 2, 0, -20, 3, 0, 0, 5] };
    expect(() => checkSameGrid('set', grid, turned)).toThrow(/up to 6.00 voxels/);
    const placeless = (spacing: Shape3) => ({ shape, spacingMm: spacing });
    expect(() => checkSameGrid('set', grid, placeless(spacingMm))).not.toThrow();
    expect(() => checkSameGrid('set', grid, placeless([3, 2, 1.1]))).toThrow(/up to 0.30 voxels/);
  });

  test('another shape is told by its voxels', () => {
    expect(() => checkSameGrid('set', grid, { ...grid, shape: [2, 3, 5] })).toThrow(
      'expected labels of 2 x 3 x 4 voxels as the image has, found 2 x 3 x 5.',
    );
  });
});
