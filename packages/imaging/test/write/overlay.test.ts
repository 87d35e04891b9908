import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { axisCodes, type PreparableVolume } from '../../src/index.js';
import { regionColour } from '../../src/write/colour.js';
import { contactSheet, dicomContext, overlayPng, pdfReport, type Region, type Results } from '../../src/write/index.js';
import { chooseSlices } from '../../src/write/overlay/contact-sheet.js';
import { textDots } from '../../src/write/overlay/font.js';
import { sceneOf } from '../../src/write/overlay/scene.js';
import { ctCase, filled, maskRegion, nodule, radiographCase } from './cases.js';

type Numbers3 = readonly [number, number, number];

/** A grid whose axes run along those of the patient in any order and direction, 1 mm apart. */
const gridOf = (shape: Numbers3, axes: Numbers3, flips: readonly boolean[]) => {
  const affine = Array.from({ length: 12 }, () => 0);
  axes.forEach((row, column) => {
    affine[4 * row + column] = flips[column] ? -1 : 1;
    affine[4 * row + 3] = flips[column] ? shape[column]! - 1 : 0;
  });
  return { shape, spacingMm: [1, 1, 1] as const, affine };
};
const volumeOf = (grid: Pick<PreparableVolume, 'shape' | 'spacingMm'>, value = -1000): PreparableVolume => ({
  ...grid,
  data: new Float32Array(grid.shape[0] * grid.shape[1] * grid.shape[2]).fill(value),
  modality: 'CT',
  unit: 'HU',
});
const resultsOf = (...regions: Region[]): Results => ({
  regions,
  report: 'Made up.',
  algorithm: { name: 'test', version: '1' },
});
const boxes = (corners: readonly number[], score?: number, label = 'nodule'): Region => ({
  kind: 'boxes',
  label,
  code: nodule,
  category: nodule,
  boxes: [{ corners: corners as never, ...(score === undefined ? {} : { score }) }], // six numbers
});

const pictureOf = (png: Uint8Array) => {
  const { data, width, height } = decode(png);
  const at = (row: number, column: number): number[] =>
    [0, 1, 2].map((c) => Number(data[(row * width + column) * 3 + c]));
  return { width, height, at };
};

/** Rows and columns, in parts of the slice, of the pixels in the full colour of region i; the legend is below the slice. */
function coloured(png: Uint8Array, i: number, [high, wide]: readonly [number, number]) {
  const { at, width } = pictureOf(png);
  const left = Math.floor((width - wide) / 2);
  const colour = regionColour(i).join();
  const found: [number, number][] = [];
  for (let row = 0; row < high; row++)
    for (let column = 0; column < wide; column++)
      if (at(row, left + column).join() === colour) found.push([(row + 0.5) / high, (column + 0.5) / wide]);
  return found;
}
const rangeOf = (pixels: readonly [number, number][], k: 0 | 1): [number, number] => {
  const values = pixels.map((pixel) => pixel[k]);
  return [Math.min(...values), Math.max(...values)];
};

/** True when a text in this colour is anywhere in the picture. */
function hasText(png: Uint8Array, text: string, scale: number, isBright: (rgb: number[]) => boolean): boolean {
  const { at, width, height } = pictureOf(png);
  const dots = textDots(text);
  const [lastRow, lastColumn] = [Math.max(...dots.map(([r]) => r)), Math.max(...dots.map(([, c]) => c))];
  for (let row = 0; row + (lastRow + 1) * scale <= height; row++)
    for (let column = 0; column + (lastColumn + 1) * scale <= width; column++)
      if (dots.every(([r, c]) => isBright(at(row + r * scale, column + c * scale)))) return true;
  return false;
}
const isWhite = (rgb: number[]): boolean => rgb.join() === '255,255,255';
const isGrey = (rgb: number[]): boolean => rgb.join() === '170,170,170';

describe('sides', () => {
  const order = fc.constantFrom<Numbers3>([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]);
  const flips = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());

  test('the left, the back and the feet are where radiologists look for them, however the array lies', () => {
    const shape: Numbers3 = [8, 8, 8];
    fc.assert(
      fc.property(order, flips, (axes, isFlipped) => {
        const grid = gridOf(shape, axes, isFlipped);
        // The eighth of the patient to the left, to the back and to the feet: x and y from 4 on, z below 4.
        const edges = axes.map((row, column) => {
          const isHigh = (row !== 2) !== isFlipped[column];
          return isHigh ? [5, 7] : [1, 3];
        });
        const corners = [...edges.map(([low]) => low!), ...edges.map(([, high]) => high!)];
        const regions = [maskRegion(filled(shape, corners)), boxes(corners)];
        const volume = { ...volumeOf(grid), ...grid };
        for (const plane of ['axial', 'coronal', 'sagittal'] as const) {
          // Down is to the back or to the feet, right is to the left of the patient or to the back.
          for (const region of regions) {
            const found = coloured(overlayPng(volume, resultsOf(region), { plane, size: 64 }), 0, [64, 64]);
            const [top, bottom] = rangeOf(found, 0);
            const [left, right] = rangeOf(found, 1);
            expect(found.length, `${plane} of ${axisCodes(grid.affine)}`).toBeGreaterThan(0);
            expect(bottom).toBeLessThan(7 / 8);
            expect(right).toBeLessThan(7 / 8);
            expect(left).toBeGreaterThan(5 / 8);
            // The label of a box stands above it.
            if (region.kind === 'mask') expect(top).toBeGreaterThan(5 / 8);
          }
        }
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  test('letters at the edges say so', () => {
    const grid = gridOf([8, 8, 8], [2, 1, 0], [false, false, true]);
    const png = overlayPng({ ...volumeOf(grid), ...grid }, resultsOf(), { size: 128 });
    const { at, width } = pictureOf(png);
    const left = Math.floor((width - 128) / 2);
    const isLetter = (letter: string, row: number, column: number): boolean =>
      textDots(letter).every(([r, c]) => isWhite(at(row + r, left + column + c)));
    // 5 x 7 dots, 3 pixels from each edge.
    expect(isLetter('A', 3, 62)).toBe(true);
    expect(isLetter('P', 118, 62)).toBe(true);
    expect(isLetter('R', 61, 3)).toBe(true);
    expect(isLetter('L', 61, 120)).toBe(true);
    expect(hasText(png, 'axial, slice 5 of 8', 1, isGrey)).toBe(true);
  });

  test('an image that does not say how it lies has no letters, and the legend says so', () => {
    const { grid } = radiographCase([1, 64, 64]);
    const png = overlayPng({ ...volumeOf(grid), modality: 'CR', unit: 'none' }, resultsOf(), { size: 128 });
    expect(hasText(png, 'sides not known', 1, isGrey)).toBe(true);
    expect(hasText(png, 'L', 1, isWhite)).toBe(true); // of the note below
    const { at, width } = pictureOf(png);
    for (let row = 0; row < 128; row++)
      for (let column = 0; column < width; column++) expect(at(row, column)).toEqual([0, 0, 0]);
  });

  test('a radiograph that says so is turned by its words', () => {
    const { grid } = radiographCase([1, 64, 64]);
    const image = { ...volumeOf(grid), modality: 'CR', unit: 'none' as const };
    const results = resultsOf(boxes([0, 40, 4, 1, 60, 20]));
    const right = (patientOrientation: [string, string]): number => {
      const png = overlayPng({ ...image, patientOrientation }, results, { size: 128 });
      return rangeOf(coloured(png, 0, [128, 128]), 1)[1];
    };
    expect(right(['L', 'F'])).toBeLessThan(0.5);
    expect(right(['R', 'F'])).toBeGreaterThan(0.5);
  });
});

describe('what a picture shows', () => {
  const grid = gridOf([4, 32, 32], [2, 1, 0], [false, false, false]);
  const volume = { ...volumeOf(grid), ...grid };
  const regions = [
    maskRegion(filled(grid.shape, [1, 4, 4, 2, 14, 14]), 'Größe_1'),
    boxes([2, 18, 18, 4, 28, 28], 0.875),
    maskRegion(new Uint8Array(4 * 32 * 32), 'spleen'),
  ];
  const results = resultsOf(...regions);

  test('labels, scores, what is elsewhere and what was not found', () => {
    const onSlice = overlayPng(volume, results, { slice: 1, size: 256 });
    expect(hasText(onSlice, '1 GROSSE_1', 1, isWhite)).toBe(true);
    expect(hasText(onSlice, '2 nodule (on other slices)', 1, isGrey)).toBe(true);
    expect(hasText(onSlice, '3 spleen (not found)', 1, isGrey)).toBe(true);
    expect(hasText(onSlice, 'Not for clinical use.', 1, isWhite)).toBe(true);
    expect(hasText(onSlice, 'window -1000 to 600 HU', 1, isGrey)).toBe(true);
    const colour = regionColour(1).join();
    const scored = overlayPng(volume, results, { slice: 3, size: 256 });
    expect(hasText(scored, '2 88%', 1, (rgb) => rgb.join() === colour)).toBe(true);
    expect(coloured(onSlice, 1, [256, 256])).toEqual([]);
  });

  test('a mask is filled and its line is closed, where it is', () => {
    const png = overlayPng(volume, results, { slice: 1, size: 256 });
    const line = coloured(png, 0, [256, 256]);
    expect(rangeOf(line, 0)).toEqual([(32 + 0.5) / 256, (111 + 0.5) / 256]);
    expect(rangeOf(line, 1)).toEqual([(32 + 0.5) / 256, (111 + 0.5) / 256]);
    expect(line.length).toBe(80 * 80 - 78 * 78);
    const { at, width } = pictureOf(png);
    const left = Math.floor((width - 256) / 2);
    expect(at(40, left + 40)).toEqual(regionColour(0).map((part) => Math.round(0.2 * part)));
  });

  test('grey values are those of the window', () => {
    const greyAt = (value: number, window?: 'lung'): number => {
      const shown = { ...volume, data: new Float32Array(volume.data.length).fill(value) };
      const png = overlayPng(shown, resultsOf(), { size: 64, ...(window && { window }) });
      const { at, width } = pictureOf(png);
      return at(20, Math.floor((width - 64) / 2) + 20)[0]!;
    };
    expect([-2000, -1000, -200, 600, 3000].map((value) => greyAt(value))).toEqual([0, 0, 128, 255, 255]);
    expect([-1350, -600, 150].map((value) => greyAt(value, 'lung'))).toEqual([0, 128, 255]);
  });

  test('voxels longer than wide make a picture that is', () => {
    const tall = { ...volume, spacingMm: [5, 1, 1] as const, affine: [0, 0, 1, 0, 0, 1, 0, 0, 5, 0, 0, 0] };
    const { height } = pictureOf(overlayPng(tall, resultsOf(), { plane: 'coronal', size: 64 }));
    const { height: axial } = pictureOf(overlayPng(tall, resultsOf(), { plane: 'axial', size: 64 }));
    expect(axial - height).toBe(64 - Math.round((64 * 20) / 32));
  });

  test('the slice that shows most is taken', () => {
    const two = resultsOf(...regions, maskRegion(filled(grid.shape, [3, 0, 0, 4, 2, 2]), 'dot'));
    expect(overlayPng(volume, two, { size: 64 })).toEqual(overlayPng(volume, two, { size: 64, slice: 3 }));
  });

  test('a voxel of a large image does not vanish', () => {
    const wide = gridOf([1, 600, 600], [2, 1, 0], [false, false, false]);
    const mask = filled(wide.shape, [0, 301, 301, 1, 302, 302]);
    const png = overlayPng({ ...volumeOf(wide), ...wide }, resultsOf(maskRegion(mask)), { size: 64 });
    const bare = overlayPng({ ...volumeOf(wide), ...wide }, resultsOf(maskRegion(new Uint8Array(360000))), {
      size: 64,
    });
    const { at, width } = pictureOf(png);
    const [row, column] = [32, Math.floor((width - 64) / 2) + 32];
    expect(at(row, column)).not.toEqual(pictureOf(bare).at(row, column));
  });

  test.each([
    ['a slice beyond the last', { slice: 4 }],
    ['a slice that is none', { slice: 0.5 }],
    ['a size of one', { size: 1 }],
    ['a window without width', { window: { low: 3, high: 3 } }],
  ])('%s is refused', (_, options) => {
    expect(() => overlayPng(volume, results, options)).toThrow(/expected/);
  });

  test('planes that an image does not have are refused, and results of another size', () => {
    const flat = { ...volumeOf({ ...grid, shape: [1, 32, 32] }), affine: grid.affine };
    expect(() => overlayPng(flat, resultsOf(), { plane: 'coronal' })).toThrow('plane of a flat image, axial');
    const { affine: _, ...nowhere } = volume;
    expect(() => overlayPng(nowhere, resultsOf(), { plane: 'axial' })).toThrow('place in the patient');
    expect(() => overlayPng(flat, results)).toThrow('1024 voxels, found 4096');
  });
});

describe('contact sheets', () => {
  test('every region has its fullest slice as long as there is room, in order and without repeats', () => {
    const span = fc.tuple(fc.nat(39), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 6 }), fc.integer({ min: 1, max: 12 }), (spans, most) => {
        const shape = [40, 2, 2] as const;
        const regions = spans.map(([from, length]) =>
          maskRegion(filled(shape, [from, 0, 0, Math.min(40, from + length), 2, 2])),
        );
        const scene = sceneOf(volumeOf({ shape, spacingMm: [1, 1, 1] }), resultsOf(...regions), {});
        const slices = chooseSlices(scene, most);
        const used = new Set(spans.flatMap(([from, length]) => Array.from({ length }, (_, i) => from + i)));
        const room = spans.length === 0 ? 40 : [...used].filter((d) => d < 40).length;
        expect(slices.length).toBe(Math.min(most, room));
        expect(slices).toEqual([...new Set(slices)].toSorted((a, b) => a - b));
        if (spans.length > 0) expect(slices.every((d) => used.has(d))).toBe(true);
        if (spans.length <= most) for (const [from] of spans) expect(slices).toContain(from);
      }),
      { seed: 2 },
    );
  });

  test('slices stand side by side above one legend, and the same input gives the same bytes', () => {
    const grid = gridOf([6, 32, 32], [2, 1, 0], [false, false, false]);
    const volume = { ...volumeOf(grid), ...grid };
    const results = resultsOf(maskRegion(filled(grid.shape, [0, 8, 8, 6, 24, 24])));
    const png = contactSheet(volume, results, { size: 200, maxSlices: 4 });
    const { at } = pictureOf(png);
    const colour = regionColour(0).join();
    for (const top of [0, 204]) for (const left of [0, 204]) expect(at(top + 50, left + 60).join()).toBe(colour);
    expect(hasText(png, 'axial, 4 of 6 slices', 1, isGrey)).toBe(true);
    expect(contactSheet(volume, results, { size: 200, maxSlices: 4 })).toEqual(png);
    expect(() => contactSheet(volume, results, { maxSlices: 0 })).toThrow('1 to 100 slices');
  });
});

test('a report in PDF takes the pictures', async () => {
  const input = ctCase({ shape: [4, 9, 11] });
  const volume = { ...volumeOf(input.grid), ...input.grid };
  const pictures = [overlayPng(volume, input.results, { size: 64 }), contactSheet(volume, input.results, { size: 64 })];
  const { bytes } = await pdfReport(dicomContext(input), pictures);
  const text = Buffer.from(bytes).toString('latin1');
  for (const picture of pictures) {
    const { width, height } = pictureOf(picture);
    expect(text).toMatch(new RegExp(`/Width ${width}\\s+/Height ${height}\\b`));
  }
});
