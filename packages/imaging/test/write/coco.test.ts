import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cocoJson, type MaskRegion, type Results } from '../../src/write/index.js';
import golden from '../oracle/coco.json' with { type: 'json' };
import { ctCase, maskRegion, radiographCase } from './cases.js';

const base = radiographCase([1, 9, 11]);
const resultsOf = (...masks: Uint8Array[]): Results => ({
  ...base.results,
  regions: masks.map((mask, i) => maskRegion(mask, `region ${i}`)),
});
const gridOf = (height: number, width: number) => ({
  shape: [1, height, width] as const,
  spacingMm: [1, 1, 1] as const,
});
const annotationOf = (mask: Uint8Array, height: number, width: number) =>
  cocoJson([{ results: resultsOf(mask), grid: gridOf(height, width), fileName: '1.png' }]).annotations[0];

test.each(golden.cases)('$height x $width has the run lengths, box and area of pycocotools', (expected) => {
  const { height, width, mask, counts, bbox, area } = expected;
  const annotation = annotationOf(Uint8Array.from(mask, Number), height, width);
  if (area === 0) {
    expect(annotation).toBeUndefined();
    return;
  }
  expect(annotation).toMatchObject({ segmentation: { size: [height, width], counts }, bbox, area, iscrowd: 0 });
});

/** Reads the text as the COCO API does: letters of five bits, a flag for more, differences from the fourth run on. */
function decode({ size: [height, width], counts }: { size: readonly [number, number]; counts: string }): Uint8Array {
  const runs: number[] = [];
  let [value, shift] = [0, 0];
  for (const letter of counts) {
    const code = letter.charCodeAt(0) - 48;
    value += (code % 32) * 2 ** shift;
    shift += 5;
    if (code >= 32) continue;
    if (code >= 16) value -= 2 ** shift;
    runs.push(value + (runs.length > 2 ? runs.at(-2)! : 0));
    [value, shift] = [0, 0];
  }
  const columns = runs.flatMap((run, i) => Array.from({ length: run }, () => i % 2));
  expect(columns.length).toBe(height * width);
  return Uint8Array.from(columns, (_, i) => columns[(i % width) * height + Math.floor(i / width)]!);
}

test('any mask comes back from its text, and its box is around it', () => {
  const anyMask = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })).chain(([height, width]) =>
    fc.tuple(
      fc.constant(height),
      fc.constant(width),
      fc.array(fc.nat(60), { minLength: 1, maxLength: 30 }).map((runs) => {
        const values = runs.flatMap((run, i) => Array.from({ length: run }, () => i % 2));
        return Uint8Array.from({ length: height * width }, (_, i) => values[i % Math.max(1, values.length)] ?? 1);
      }),
    ),
  );
  fc.assert(
    fc.property(anyMask, ([height, width, mask]) => {
      const annotation = annotationOf(mask, height, width);
      if (annotation?.segmentation === undefined) {
        expect(mask.includes(1)).toBe(false);
        return;
      }
      expect([...decode(annotation.segmentation)]).toEqual([...mask]);
      const [x, y, w, h] = annotation.bbox;
      const inside = [...mask.keys()].filter((i) => mask[i] === 1);
      expect(Math.min(...inside.map((i) => i % width))).toBe(x);
      expect(Math.max(...inside.map((i) => i % width))).toBe(x + w - 1);
      expect(Math.min(...inside.map((i) => Math.floor(i / width)))).toBe(y);
      expect(Math.max(...inside.map((i) => Math.floor(i / width)))).toBe(y + h - 1);
      expect(annotation.area).toBe(inside.length);
    }),
    { seed: 3 },
  );
});

test('boxes keep their edges and scores; what was not found has a category and no annotation', () => {
  const { categories, annotations } = cocoJson([{ ...base, fileName: 'a.png' }]);
  expect(categories.map(({ id, name, supercategory }) => [id, name, supercategory])).toEqual([
    [1, 'nodule', 'Morphologically Abnormal Structure'],
    [2, 'left lung', 'Anatomical Structure'],
    [3, 'spleen', 'Anatomical Structure'],
    [4, 'effusion', 'Morphologically Abnormal Structure'],
    [5, 'heart', 'Anatomical Structure'],
  ]);
  expect(annotations.filter(({ category_id }) => category_id === 1)).toEqual([
    { id: 3, image_id: 1, category_id: 1, bbox: [2, 1, 3.5, 3], area: 10.5, score: 0.875, iscrowd: 0 },
    { id: 4, image_id: 1, category_id: 1, bbox: [1, 3, 3, 2], area: 6, iscrowd: 0 },
  ]);
  expect(annotations.some(({ category_id }) => category_id === 4)).toBe(false);
});

test('ids do not depend on the order of regions, and images have their own', () => {
  const reversed = { ...base.results, regions: [...base.results.regions].reverse() };
  const one = cocoJson([{ ...base, fileName: 'a.png', imageId: 70 }]);
  const two = cocoJson([
    { ...base, results: reversed, fileName: 'a.png', imageId: 70 },
    { ...base, fileName: 'b.png', imageId: 3 },
  ]);
  expect(two.categories).toEqual(one.categories);
  expect(two.images.map(({ id, file_name, width, height }) => [id, file_name, width, height])).toEqual([
    [70, 'a.png', 11, 9],
    [3, 'b.png', 11, 9],
  ]);
  expect(new Set(two.annotations.map(({ id }) => id)).size).toBe(two.annotations.length);
  expect(JSON.parse(JSON.stringify(two))).toEqual(two);
});

test('images with depth, ids used twice and masks of another size are refused', () => {
  const volume = ctCase({ shape: [2, 9, 11] });
  expect(() => cocoJson([{ ...volume, fileName: 'a' }])).toThrow('depth 1, found 2');
  const twice = [
    { ...base, fileName: 'a', imageId: 2 },
    { ...base, fileName: 'b' },
  ];
  expect(() => cocoJson(twice)).toThrow('used twice');
  const other = { ...base.results, regions: [{ ...base.results.regions[0], mask: new Uint8Array(3) } as MaskRegion] };
  expect(() => cocoJson([{ ...base, results: other, fileName: 'a' }])).toThrow('99 voxels, found 3');
});
