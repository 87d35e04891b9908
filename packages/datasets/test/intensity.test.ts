import { createRng } from '@vividmed/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  biasField,
  blur,
  brightness,
  compose,
  contrast,
  gamma,
  noise,
  type Shape3,
  sometimes,
  type Study,
  type Transform,
  varyIntensity,
  type Volume,
} from '../src/index.js';

/** Hounsfield units from -1000 to 600, at both ends too. */
const volumeOf = (seed: number, shape: Shape3 = [4, 6, 5], modality = 'MR'): Volume => {
  const rng = createRng(seed);
  const data = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => rng.uniform(-1000, 600));
  data[0] = -1000;
  data[1] = 600;
  return { data, shape, spacingMm: [3, 1, 2], modality };
};
const studyOf = (volume: Volume): Study => ({ id: 'one', volume, masks: {}, boxes: {}, present: [], absent: [] });
const meanOf = (data: Float32Array): number => data.reduce((a, b) => a + b, 0) / data.length;
const largest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);

const changes: readonly (readonly [string, (volume: Volume, amount: number, seed: number) => Volume])[] = [
  ['gamma', (volume, amount) => gamma(volume, 0.5 + amount)],
  ['contrast', (volume, amount) => contrast(volume, 0.5 + amount)],
  ['brightness', (volume, amount) => brightness(volume, amount - 0.5)],
  ['noise', (volume, amount, seed) => noise(volume, amount, createRng(seed))],
  ['blur', (volume, amount) => blur(volume, 4 * amount)],
  ['bias field', (volume, amount, seed) => biasField(volume, amount, createRng(seed))],
];

describe.each(changes)('%s', (name, change) => {
  test('keeps the range, the grid and the image that went in, and gives the same from the same seed', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.double({ min: 0, max: 1, noNaN: true }), (seed, amount) => {
        const volume = volumeOf(seed);
        const before = volume.data.slice();
        const after = change(volume, amount, seed);
        expect({ ...after, data: 0 }).toEqual({ ...volume, data: 0 });
        expect(volume.data).toEqual(before);
        expect(after.data).not.toBe(volume.data);
        expect(after.data.every((value) => value >= -1000.001 && value <= 600.001)).toBe(true);
        expect(change(volume, amount, seed)).toEqual(after);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test('changes an image, but not one of a single value', () => {
    const volume = volumeOf(1);
    expect(largest(change(volume, 0.9, 1).data, volume.data)).toBeGreaterThan(10);
    const plain = { ...volume, data: new Float32Array(volume.data.length).fill(7) };
    expect(largest(change(plain, 0.9, 1).data, plain.data), name).toBeLessThan(1e-5);
  });
});

test('gamma keeps order and both ends', () => {
  const { data } = volumeOf(3);
  const after = gamma(volumeOf(3), 2).data;
  const order = [...data.keys()].sort((a, b) => data[a]! - data[b]!);
  order.slice(1).forEach((i, k) => expect(after[i]!).toBeGreaterThanOrEqual(after[order[k]!]!));
  // In the middle of the range, half to the power of two is a quarter.
  const three = gamma({ ...volumeOf(3, [1, 1, 3]), data: Float32Array.from([-1000, -200, 600]) }, 2);
  expect([...three.data]).toEqual([-1000, -600, 600]);
});

test('contrast and brightness are in parts of the range', () => {
  const three = { ...volumeOf(3, [1, 1, 4]), data: Float32Array.from([0, 40, 60, 100]) };
  expect([...contrast(three, 2).data]).toEqual([0, 30, 70, 100].map((x) => expect.closeTo(x, 4)));
  expect([...brightness(three, 0.1).data]).toEqual([10, 50, 70, 100].map((x) => expect.closeTo(x, 4)));
});

test('noise has the deviation asked for', () => {
  const flat = { ...volumeOf(1, [10, 40, 40]), data: new Float32Array(16000).fill(50) };
  flat.data[0] = 0;
  flat.data[1] = 100;
  const rest = noise(flat, 0.05, createRng(2))
    .data.subarray(2)
    .map((x) => x - 50);
  expect(Math.abs(meanOf(rest))).toBeLessThan(0.15);
  expect(Math.sqrt(meanOf(rest.map((x) => x * x)))).toBeCloseTo(5, 0);
});

test('a blur is a Gaussian of its width in millimetres along each axis', () => {
  const shape: Shape3 = [15, 41, 21];
  const point = new Float32Array(15 * 41 * 21);
  const at = (d: number, h: number, w: number): number => (d * 41 + h) * 21 + w;
  point[at(7, 20, 10)] = 1;
  const { data, spacingMm } = blur({ data: point, shape, spacingMm: [3, 1, 2], modality: 'MR' }, 3);
  expect(data.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
  const middle = data[at(7, 20, 10)]!;
  const fall = (mm: number): number => Math.exp(-(mm * mm) / (2 * 9));
  expect(data[at(8, 20, 10)]! / middle).toBeCloseTo(fall(spacingMm[0]), 4);
  expect(data[at(7, 23, 10)]! / middle).toBeCloseTo(fall(3 * spacingMm[1]), 4);
  expect(data[at(7, 20, 12)]! / middle).toBeCloseTo(fall(2 * spacingMm[2]), 4);
  expect(blur({ data: point, shape, spacingMm, modality: 'MR' }, 0).data).toEqual(point);
});

test('a bias field is smooth and has no edge', () => {
  const shape: Shape3 = [16, 32, 32];
  const half = new Float32Array(16 * 32 * 32).fill(0.5);
  half[0] = 0;
  half[1] = 10;
  const { data } = biasField({ data: half, shape, spacingMm: [1, 1, 1], modality: 'MR' }, 0.5, createRng(4));
  const inside = data.subarray(2);
  const spread = inside.reduce((m, x) => Math.max(m, x), 0) / inside.reduce((m, x) => Math.min(m, x), 9);
  expect(spread).toBeGreaterThan(1.5);
  for (let i = 33; i < data.length; i++)
    if (i % 32 > 0) expect(Math.abs(Math.log(data[i]! / data[i - 1]!))).toBeLessThan(0.35);
});

describe('varying the look', () => {
  test('leaves all but the image as it is, and the image too when nothing is to vary', () => {
    const study = studyOf(volumeOf(6));
    const after = varyIntensity()(study, createRng(1));
    expect({ ...after, volume: 0 }).toEqual({ ...study, volume: 0 });
    expect(largest(after.volume.data, study.volume.data)).toBeGreaterThan(1);
    const none = { gammaStd: 0, contrast: 0, brightness: 0, noise: 0, blurMm: 0, bias: 0 };
    expect(varyIntensity(none)(study, createRng(1))).toBe(study);
  });

  test('has a bias field for MR alone', () => {
    const only = varyIntensity({ gammaStd: 0, contrast: 0, brightness: 0, noise: 0, blurMm: 0 });
    const ct = studyOf(volumeOf(6, [4, 6, 5], 'CT'));
    expect(only(ct, createRng(1))).toBe(ct);
    expect(only(studyOf(volumeOf(6)), createRng(1)).volume.data).not.toEqual(ct.volume.data);
  });

  test('refuses what is out of range', () => {
    expect(() => varyIntensity({ noise: -1 })).toThrow('varyIntensity: expected noise of at least 0, found -1.');
    expect(() => varyIntensity({ contrast: 1 })).toThrow('expected contrast below 1');
    expect(() => gamma(volumeOf(1), 0)).toThrow('gamma: expected an exponent above 0, found 0.');
    expect(() => blur(volumeOf(1), Number.NaN)).toThrow('blur: expected a width of at least 0');
    expect(() => brightness(volumeOf(1), Number.POSITIVE_INFINITY)).toThrow('brightness: expected a number');
  });
});

describe('compose', () => {
  const draws: number[][] = [];
  const drawing =
    (count: number): Transform =>
    (study, rng) => {
      draws.push(Array.from({ length: count }, () => rng.uniform()));
      return study;
    };
  const study = studyOf(volumeOf(1));

  test('does one after the other, and none changes what another draws', () => {
    draws.length = 0;
    const add =
      (by: number): Transform =>
      (one) => ({ ...one, id: one.id + by });
    expect(compose(add(1), add(2))(study, createRng(1)).id).toBe('one12');
    compose(drawing(1), drawing(2))(study, createRng(1));
    compose(drawing(7), drawing(2))(study, createRng(1));
    expect(draws[1]).toEqual(draws[3]);
    expect(draws[0]).not.toEqual(draws[1]!.slice(0, 1));
  });

  test('sometimes is as often as asked for', () => {
    const mark: Transform = (one) => ({ ...one, id: 'marked' });
    const count = Array.from({ length: 1000 }, (_, i) => sometimes(0.3, mark)(study, createRng(i)).id).filter(
      (id) => id === 'marked',
    ).length;
    expect(Math.abs(count / 1000 - 0.3)).toBeLessThan(0.05);
  });
});
