import { expect, test } from 'vitest';
import { generatePhantom } from './generate.js';

const options = { ctShape: [24, 32, 32], radiographSize: [64, 64] } as const;

test('the same seed gives the same bytes, another seed does not', () => {
  const [one, two, other] = [generatePhantom(5, options), generatePhantom(5, options), generatePhantom(6, options)];
  expect(two).toEqual(one);
  expect(other.ct.volume.data).not.toEqual(one.ct.volume.data);
});

test('sizes that cannot hold a chest are refused', () => {
  expect(() => generatePhantom(1, { ctShape: [2, 64, 64] })).toThrow(/at least 24/);
});
