import { createRng } from '@vividmed/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LabelGrid, labelsOf, type RenderOptions, renderLabelMap, tissuesOf } from '../src/index.js';

/** Nested blocks: background 0, then 3, with 42 on its left half and 17 in the middle. */
const map = (): LabelGrid => {
  const shape = [12, 16, 20] as const;
  const labels = Uint8Array.from({ length: 12 * 16 * 20 }, (_, i) => {
    const [d, h, w] = [Math.floor(i / 320), Math.floor(i / 20) % 16, i % 20];
    const isIn = (margin: number): boolean =>
      d >= margin && d < 12 - margin && h >= margin && h < 16 - margin && w >= margin && w < 20 - margin;
    return isIn(5) ? 17 : isIn(2) ? (w < 10 ? 3 : 42) : 0;
  });
  return { labels, shape, spacingMm: [1, 1, 1] };
};
const plain: RenderOptions = {
  tissueStd: 0,
  blur: 0,
  bias: 0,
  gammaStd: 0,
  noise: 0,
  sliceThickness: 1,
  blackBackground: 1,
};
const valuesOf = (labels: LabelGrid, data: Float32Array, label: number): number[] =>
  [...data].filter((_, i) => labels.labels[i] === label);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test('is an image in [0, 1] on the grid of the labels, the same from the same seed', () => {
  const labels = map();
  fc.assert(
    fc.property(fc.nat(1e6), (seed) => {
      const image = renderLabelMap(labels, createRng(seed));
      expect({ ...image, data: 0 }).toEqual({
        data: 0,
        shape: labels.shape,
        spacingMm: labels.spacingMm,
        modality: 'MR',
      });
      expect(image.data.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(renderLabelMap(labels, createRng(seed))).toEqual(image);
    }),
    { seed: 2, numRuns: 25 },
  );
  expect(labels).toEqual(map());
});

test('has one value per label when nothing else is drawn, another in each image', () => {
  const labels = map();
  const seen = new Set<number>();
  for (let seed = 0; seed < 20; seed++) {
    const { data } = renderLabelMap(labels, createRng(seed), plain);
    for (const label of [0, 3, 17, 42]) expect(new Set(valuesOf(labels, data, label)).size, `${label}`).toBe(1);
    expect(valuesOf(labels, data, 0)[0]).toBe(0);
    seen.add(valuesOf(labels, data, 17)[0]!);
  }
  expect(seen.size).toBe(20);
});

test('what a tissue looks like does not depend on the others', () => {
  const labels = map();
  const fewer = { ...labels, labels: labels.labels.map((label) => (label === 42 ? 0 : label)) };
  const [a, b] = [labels, fewer].map((one) => valuesOf(one, renderLabelMap(one, createRng(5), plain).data, 17)[0]);
  expect(a).toBe(b);
});

test('left and right are of one tissue where they are said to be', () => {
  const labels = map();
  const tissues = tissuesOf(labelsOf('synthseg'));
  // Cortex is 3 on the left and 42 on the right; the brain stem, 16, has no twin.
  expect([tissues.get(42), tissues.get(3), tissues.get(16)]).toEqual([3, 3, 16]);
  const { data } = renderLabelMap(labels, createRng(1), { ...plain, tissues });
  expect(valuesOf(labels, data, 42)[0]).toBe(valuesOf(labels, data, 3)[0]);
  expect(valuesOf(labels, data, 17)[0]).not.toBe(valuesOf(labels, data, 3)[0]);
  const own = renderLabelMap(labels, createRng(1), plain).data;
  expect(valuesOf(labels, own, 42)[0]).not.toBe(valuesOf(labels, own, 3)[0]);
});

test('each option does its part', () => {
  const labels = map();
  const spread = (options: RenderOptions): number =>
    mean(
      [1, 2, 3, 4, 5].map((seed) => {
        const base = renderLabelMap(labels, createRng(seed), plain);
        const { data } = renderLabelMap(labels, createRng(seed), { ...plain, ...options });
        return mean([...data].map((value, i) => Math.abs(value - base.data[i]!)));
      }),
    );
  expect(spread({})).toBe(0);
  for (const option of [
    { tissueStd: 0.2 },
    { blur: 2 },
    { bias: 0.6 },
    { gammaStd: 0.5 },
    { noise: 0.1 },
    { sliceThickness: 5 },
  ])
    expect(spread(option), JSON.stringify(option)).toBeGreaterThan(0.002);
  const backgrounds = Array.from(
    { length: 200 },
    (_, i) => renderLabelMap(labels, createRng(i), { ...plain, blackBackground: 0.5 }).data[0]!,
  );
  expect(Math.abs(backgrounds.filter((value) => value === 0).length / 200 - 0.5)).toBeLessThan(0.12);
});

test('tissues are told apart in most images, with everything drawn', () => {
  const labels = map();
  const contrast = Array.from({ length: 60 }, (_, i) => {
    const { data } = renderLabelMap(labels, createRng(i));
    return Math.abs(mean(valuesOf(labels, data, 17)) - mean(valuesOf(labels, data, 3)));
  });
  expect(contrast.filter((gap) => gap > 0.05).length).toBeGreaterThan(40);
});

test('a map that does not fill its shape, and limits below 0, are refused', () => {
  expect(() => renderLabelMap({ ...map(), labels: new Uint8Array(3) }, createRng(1))).toThrow(
    'renderLabelMap: expected 3840 labels, at least one, found 3.',
  );
  expect(() =>
    renderLabelMap({ labels: new Uint8Array(0), shape: [0, 1, 1], spacingMm: [1, 1, 1] }, createRng(1)),
  ).toThrow('at least one');
  expect(() => renderLabelMap(map(), createRng(1), { noise: -0.1 })).toThrow(
    'expected noise of at least 0, found -0.1.',
  );
});
