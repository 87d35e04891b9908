import type { Box, Volume } from '@vividmed/datasets';
import { decode } from 'fast-png';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PagePhrase } from './data.js';
import { largestFirst, drawRegions } from './overlay.js';
import { createBases, drawBase, drawPanel } from './panels.js';
import { displayWindow, pngUri, resize, sliceGrey } from './raster.js';
import { keyOf, numberTargets, regionsOf } from './regions.js';
import { chooseSlices } from './slices.js';
import { createTagPlaces, deepestPoint } from './tags.js';
import { layoutReport, textWidth } from './text-layout.js';

const boxed = (box: Box, text = 'nodule'): PagePhrase => ({
  start: 0,
  end: text.length,
  text,
  boxes: [{ box, score: 0.875 }],
  found: true,
});
const volumeOf = (data: number[], shape: Volume['shape'], modality: string): Volume => ({
  data: Float32Array.from(data),
  shape,
  spacingMm: [1, 1, 1],
  modality,
});
const bytesOf = (uri: string): Buffer => Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64');

describe('raster', () => {
  it('comes back from its PNG within one grey level', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 999 }),
        (height, width, start) => {
          const image = Float32Array.from({ length: height * width }, (_, i) => ((i * 37 + start) % 101) / 100);
          const png = decode(bytesOf(pngUri(image, height, width)));
          expect([png.height, png.width, png.channels]).toEqual([height, width, 1]);
          png.data.forEach((value, i) => expect(value).toBe(Math.round(image[i]! * 255)));
        },
      ),
      { seed: 3, numRuns: 30 },
    );
  });

  it('shows CT from -1000 to 600 HU and other images between their percentiles', () => {
    const ct = volumeOf([-3000, -1000, -200, 600, 2000, Number.NaN], [1, 1, 6], 'CT');
    const grey = [...sliceGrey(ct, 0, displayWindow(ct))];
    expect(grey).toEqual([0, 0, 0.5, 1, 1, 0]);
    const values = Array.from({ length: 1001 }, (_, i) => i);
    const plain = volumeOf(values, [1, 1, 1001], 'CR');
    expect(displayWindow(plain)).toEqual([5, 995]);
  });

  it('keeps a flat image flat and an image of the same size as it is', () => {
    const flat = resize(new Float32Array(12).fill(0.4), [3, 4], [7, 9]);
    expect(flat.every((value) => Math.abs(value - 0.4) < 1e-6)).toBe(true);
    const image = Float32Array.from({ length: 12 }, (_, i) => i / 12);
    expect([...resize(image, [3, 4], [3, 4])]).toEqual([...image]);
  });

  it('averages when it makes an image smaller', () => {
    const stripes = Float32Array.from({ length: 64 * 64 }, (_, i) => i % 2);
    const inner = [...resize(stripes, [64, 64], [8, 8])];
    for (const value of inner) expect(Math.abs(value - 0.5)).toBeLessThan(0.1);
  });
});

describe('slices', () => {
  it('shows every region, each where it is largest, from the head down', () => {
    const mask = new Uint8Array(20 * 4);
    mask.fill(1, 3 * 4, 3 * 4 + 1).fill(1, 4 * 4, 4 * 4 + 4);
    const chosen = chooseSlices(
      [boxed([10, 0, 0, 15, 2, 2]), boxed([17, 0, 0, 18, 2, 2]), { mask, boxes: [] }],
      [20, 2, 2],
      3,
    );
    expect(chosen).toEqual([17, 12, 4]);
  });

  it('takes a slice with something new over one that shows the same again', () => {
    const [same, other] = [boxed([4, 0, 0, 7, 2, 2]), boxed([12, 0, 0, 13, 2, 2])];
    expect(chooseSlices([same, same, same, other], [20, 2, 2], 2)).toEqual([12, 5]);
  });

  it('spreads slices over the volume when there is nothing to show', () => {
    const chosen = chooseSlices([], [32, 2, 2], 3);
    expect(chosen).toHaveLength(3);
    expect(chosen[0]! - chosen[1]!).toBeGreaterThan(5);
    expect(chosen[1]! - chosen[2]!).toBeGreaterThan(5);
  });

  it('never asks for more slices than there are', () => {
    expect(chooseSlices([], [1, 8, 8], 4)).toEqual([0]);
  });
});

describe('regions', () => {
  it('number phrases of one target and side alike, in both reports', () => {
    const named = (text: string, targetName: string): PagePhrase => ({
      start: 0,
      end: 1,
      text,
      targetName,
      boxes: [],
      found: true,
    });
    const model = { text: '', phrases: [named('left nodule', 'nodule'), named('heart', 'heart')] };
    const truth = {
      text: '',
      phrases: [
        named('cardiac silhouette', 'heart'),
        named('left lung nodule', 'nodule'),
        named('right nodule', 'nodule'),
      ],
    };
    const numbers = numberTargets([model, truth]);
    expect(truth.phrases.map((phrase) => numbers.get(keyOf(phrase)))).toEqual([2, 1, 3]);
  });

  it('leave out phrases that were not found, and mark repeated ones', () => {
    const phrase = boxed([0, 0, 0, 1, 2, 2]);
    const report = { text: '', phrases: [{ ...phrase, found: false }, phrase, phrase] };
    const regions = regionsOf(report, numberTargets([report]));
    expect(regions.map(({ index, isFirst }) => [index, isFirst])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it('are drawn on the slices that a box spans, with the score, and on no other', () => {
    const report = { text: '', phrases: [boxed([2, 1, 1, 4, 3, 5])] };
    const regions = regionsOf(report, numberTargets([report]));
    const draw = (slice: number): string => drawRegions(regions, slice, [8, 4, 8], { width: 80, height: 40 }).text;
    expect([0, 1, 2, 3, 4, 5].map((slice) => draw(slice).includes('<rect'))).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(draw(2)).toContain('1 · 88%');
    expect(draw(2)).toMatch(/x="10"\s+y="10"\s+width="40"\s+height="20"/);
  });

  it('are drawn from the largest to the smallest', () => {
    const report = { text: '', phrases: [boxed([0, 0, 0, 1, 2, 2], 'small'), boxed([0, 0, 0, 1, 9, 9], 'large')] };
    const names = largestFirst(regionsOf(report, numberTargets([report]))).map(({ phrase }) => phrase.text);
    expect(names).toEqual(['large', 'small']);
  });
});

describe('panels', () => {
  it('keep the proportions of the patient and say which side is which', () => {
    const volume: Volume = { ...volumeOf(Array(6 * 4 * 8).fill(0), [6, 4, 8], 'CT'), spacingMm: [5, 3, 1] };
    const [base] = createBases(volume, [], { pixels: 100, slices: 1 });
    expect(base!.frame.height / base!.frame.width).toBeCloseTo(12 / 8);
    const svg = drawPanel(base!, volume.shape, [], drawBase(base!, 'a', true)).text;
    const at = (letter: string): number => Number(new RegExp(`x="([\\d.]+)"[^>]*>${letter}<`).exec(svg)?.[1]);
    expect(at('R')).toBeLessThan(at('L'));
  });
});

describe('tags', () => {
  it('stand where no other tag stands, inside the frame', () => {
    const place = createTagPlaces({ width: 100, height: 100 });
    expect(place('1', [[-20, 10]])).toEqual([1, 10]);
    expect(
      place('2', [
        [2, 12],
        [50, 50],
      ]),
    ).toEqual([50, 50]);
  });

  it('of a mask lie deep inside it, not between its parts', () => {
    const rows = ['111000111', '111000110', '111000000'];
    const mask = rows.flatMap((row) => [...row].map(Number));
    expect(deepestPoint(mask, 3, 9)).toEqual([1.5, 1.5]);
    expect(deepestPoint(new Uint8Array(27), 3, 9)).toBeUndefined();
  });
});

describe('text in a figure', () => {
  it('keeps every character but spaces, and no line is wider than it may be', () => {
    const words = fc.array(fc.constantFrom('There', 'is', 'a', 'large', 'effusion', '.', 'No\n', 'mass,'), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(words, fc.nat(9), fc.nat(9), (list, from, length) => {
        const text = list.join(' ');
        const start = Math.min(from, text.length - 1);
        const end = Math.min(text.length, start + 1 + length);
        const phrases = [{ start, end, text: text.slice(start, end), boxes: [], found: true }];
        const fragments = layoutReport({ text, phrases }, 160, 10);
        const squeeze = (value: string): string => value.replaceAll(/\s/g, '');
        expect(squeeze(fragments.map((fragment) => fragment.text).join(''))).toBe(squeeze(text));
        for (const { text: shown, x, width } of fragments) {
          expect(width).toBeCloseTo(textWidth(shown, 10), 6);
          expect(x + textWidth(shown.trimEnd(), 10)).toBeLessThanOrEqual(160);
        }
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});
