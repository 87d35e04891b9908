import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawSegmentation, type Segmentation, type Size } from '../../src/adapters/coco-masks.js';
import { openDataset } from '../../src/node.js';
import golden from '../oracle/coco-masks.json' with { type: 'json' };
import { voxelsOf } from './label-files.js';
import { expectRefused, miniature, png, SECRET } from './miniature.js';

function drawn(segmentation: Segmentation, size: Size): Uint8Array {
  const mask = new Uint8Array(size[0] * size[1]);
  drawSegmentation('set', segmentation, size, mask);
  return mask;
}

test.each(golden.cases.map((one, i) => ({ ...one, i })))(
  'case $i, $height x $width: polygons, and runs as text, are the mask of pycocotools',
  ({ height, width, polygons, counts, mask }) => {
    const expected = voxelsOf(Uint8Array.from(mask, Number));
    expect(voxelsOf(drawn(polygons, [height, width]))).toEqual(expected);
    expect(voxelsOf(drawn({ size: [height, width], counts }, [height, width]))).toEqual(expected);
  },
);

test('runs as numbers are down the columns, outside first, over what is there', () => {
  expect(voxelsOf(drawn({ size: [2, 3], counts: [1, 2, 3] }, [2, 3]))).toEqual([1, 3]);
  const mask = Uint8Array.of(0, 0, 1);
  drawSegmentation('set', { size: [1, 3], counts: [0, 1, 2] }, [1, 3], mask);
  expect([...mask]).toEqual([1, 0, 1]);
});

test('a rectangle along pixels covers those pixels, wherever it begins and whichever way it goes', () => {
  const side = fc.tuple(fc.nat(9), fc.nat(9)).filter(([from, to]) => from < to);
  fc.assert(
    fc.property(side, side, fc.nat(3), fc.boolean(), ([x0, x1], [y0, y1], first, isReversed) => {
      const corners = [
        [x0, y0],
        [x1, y0],
        [x1, y1],
        [x0, y1],
      ] as const;
      const turned = [...corners.slice(first), ...corners.slice(0, first)];
      const mask = drawn([(isReversed ? turned.reverse() : turned).flat()], [10, 12]);
      expect(voxelsOf(mask)).toEqual(
        Array.from({ length: 120 }, (_, i) => i).filter((i) => {
          const [x, y] = [i % 12, Math.floor(i / 12)];
          return x >= x0 && x < x1 && y >= y0 && y < y1;
        }),
      );
    }),
    { seed: 2 },
  );
});

test.each([
  ['two points', [[0, 0, 1, 1]], 'polygons of three points'],
  ['a number too few', [[0, 0, 1, 1, 2, 2, 3]], 'polygons of three points'],
  ['points far away', [[0, 0, 1e9, 0, 1, 1]], 'within 20 pixels'],
  ['another size', { size: [6, 4], counts: [24] }, 'runs of a mask of 4 x 6 pixels'],
  ['runs too short', { size: [4, 6], counts: [20] }, 'runs of a mask of 4 x 6 pixels'],
  ['runs too long', { size: [4, 6], counts: [10, 1e9] }, 'runs of a mask of 4 x 6 pixels'],
  ['text that ends within a number', { size: [4, 6], counts: 'P' }, 'as text of the COCO API'],
  ['a run below 0', { size: [4, 6], counts: 'O' }, 'as text of the COCO API'],
  ['a number without end', { size: [4, 6], counts: 'o'.repeat(40) }, 'as text of the COCO API'],
  ['other letters', { size: [4, 6], counts: 'é' }, 'as text of the COCO API'],
] as const)('refuses %s', (_, segmentation, text) => {
  // Literals of the table are of the type but for being read-only.
  expect(() => drawn(structuredClone(segmentation) as Segmentation, [4, 6])).toThrow(text);
});

const categories = [
  { id: 1, name: 'nodule' },
  { id: 2, name: 'heart' },
];
const images = [{ id: 1, file_name: 'a.png', width: 8, height: 4 }];
const square = (x: number, y: number, side: number): number[][] => [
  [x, y, x + side, y, x + side, y + side, x, y + side],
];
const open = async (annotations: readonly object[]) =>
  openDataset(
    'coco',
    await miniature({ 'annotations.json': JSON.stringify({ images, categories, annotations }), 'a.png': png() }),
  );

test('COCO: a target has a mask where all of its annotations have one, and a crowd has no box', async () => {
  const dataset = await open([
    { image_id: 1, category_id: 1, bbox: [0, 0, 2, 2], segmentation: square(0, 0, 2) },
    { image_id: 1, category_id: 1, bbox: [3, 1, 1, 1], segmentation: { size: [4, 8], counts: [13, 1, 18] } },
    {
      image_id: 1,
      category_id: 1,
      bbox: [6, 0, 2, 1],
      segmentation: { size: [4, 8], counts: [24, 1, 3, 1, 3] },
      iscrowd: 1,
    },
    { image_id: 1, category_id: 2, bbox: [0, 0, 2, 2], segmentation: square(0, 0, 2) },
    { image_id: 1, category_id: 2, bbox: [4, 0, 2, 2], segmentation: [] },
  ]);
  const study = await dataset.read(dataset.entries[0]!);
  expect(Object.keys(study.masks)).toEqual(['nodule']);
  expect(voxelsOf(study.masks['nodule'])).toEqual([0, 1, 6, 7, 8, 9, 11]);
  expect(study.boxes).toEqual({
    nodule: [
      [0, 0, 0, 1, 2, 2],
      [0, 1, 3, 1, 2, 4],
    ],
    heart: [
      [0, 0, 0, 1, 2, 2],
      [0, 0, 4, 1, 2, 6],
    ],
  });
  const crowd = await open([{ image_id: 1, category_id: 1, bbox: [0, 0, 2, 2], iscrowd: 1 }]);
  expect(await crowd.read(crowd.entries[0]!)).toMatchObject({ masks: {}, boxes: {}, present: ['nodule'] });
});

test('COCO: a segmentation of another form is refused with its place', async () => {
  const annotation = { image_id: 1, category_id: 1, bbox: [0, 0, 2, 2] };
  await expectRefused(
    open([{ ...annotation, segmentation: SECRET }]),
    'coco: annotations.json',
    'annotations.0.segmentation',
  );
  const dataset = await open([annotation, { ...annotation, segmentation: [[0, 0, 1, 1]] }]);
  expect((await dataset.read(dataset.entries[0]!)).masks).toEqual({});
  const short = await open([{ ...annotation, segmentation: [[0, 0, 1, 1]] }]);
  await expectRefused(short.read(short.entries[0]!), 'annotations.json: annotation 0', 'polygons of three points');
});
