import { createRng } from '@vividmed/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Axis, boxOfMask, crop, flip, mirroredText, shift, type Study } from '../src/index.js';

/** Two kidneys, the left one on the side of high columns, each one block of voxels. */
const study = (seed: number): Study => {
  const rng = createRng(seed);
  const shape = [4 + rng.int(4), 5 + rng.int(4), 10 + rng.int(5)] as const;
  const half = Math.floor(shape[2] / 2);
  const block = (from: number, to: number): Uint8Array => {
    const [d0, h0, w0] = [rng.int(shape[0]), rng.int(shape[1]), from + rng.int(to - from)];
    return Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => {
      const w = i % shape[2];
      const h = Math.floor(i / shape[2]) % shape[1];
      const d = Math.floor(i / (shape[1] * shape[2]));
      return Number(d >= d0 && d <= d0 + 1 && h >= h0 && h <= h0 + 2 && w >= w0 && w <= w0 + 1 && w >= from && w < to);
    });
  };
  const masks = { 'right kidney': block(0, half), 'left kidney': block(half, shape[2]) };
  return {
    id: 'two kidneys',
    volume: { data: new Float32Array(shape[0] * shape[1] * shape[2]), shape, spacingMm: [1, 1, 1], modality: 'CT' },
    leftRightAxis: 2,
    masks,
    boxes: Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, [boxOfMask(mask, shape)!]])),
    present: [],
    absent: ['left adrenal gland'],
    findings: 'The left kidney is normal. Right-sided cyst.',
  };
};

/** The box of each moved mask is the moved box of that mask, and what is gone is gone from both. */
const expectBoxesOfMasks = ({ masks, boxes, volume }: Study): void => {
  expect(Object.keys(boxes).sort()).toEqual(Object.keys(masks).sort());
  for (const [name, mask] of Object.entries(masks)) expect(boxes[name]).toEqual([boxOfMask(mask, volume.shape)]);
};

test('the box of a mask that was moved is the box that was moved', () => {
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.constantFrom<Axis>(0, 1, 2),
      fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 3, maxLength: 3 }),
      (seed, axis, by) => {
        const before = study(seed);
        expectBoxesOfMasks(flip(before, axis)!);
        expectBoxesOfMasks(shift(before, [by[0]!, by[1]!, by[2]!]));
        const [d, h, w] = before.volume.shape;
        const low = by.map((b) => Math.max(0, Math.min(b, 1)));
        expectBoxesOfMasks(crop(before, [low[0]!, low[1]!, low[2]!, d - low[2]!, h - low[0]!, w - low[1]!]));
      },
    ),
    { seed: 4, numRuns: 100 },
  );
});

test('a flip keeps the left kidney on the left, and the text with it', () => {
  for (let seed = 0; seed < 30; seed++) {
    const before = study(seed);
    const after = flip(before, 2)!;
    expect(after.boxes['left kidney']![0]![2]).toBeGreaterThanOrEqual(Math.floor(before.volume.shape[2] / 2));
    expect(after.boxes['right kidney']![0]![5]).toBeLessThanOrEqual(Math.ceil(before.volume.shape[2] / 2));
    expect(after.absent).toEqual(['right adrenal gland']);
    expect(after.findings).toBe('The right kidney is normal. Left-sided cyst.');
    expect(flip(after, 2)).toEqual(before);
    expect(flip(before, 1)!.findings).toBe(before.findings);
  }
});

test('a flip that would not be true is refused', () => {
  const one = study(1);
  const { leftRightAxis: _, ...noAxis } = one;
  expect(flip(noAxis, 1)).toBeUndefined();
  expect(flip({ ...one, absent: ['liver'] }, 2)).toBeUndefined();
  expect(flip({ ...one, absent: ['right middle lobe'] }, 2)).toBeUndefined();
  expect(flip({ ...one, findings: 'The heart is large.' }, 2)).toBeUndefined();
  expect(flip({ ...one, volume: { ...one.volume, modality: 'DX' } }, 2)).toBeUndefined();
});

test('a text that hides a side is not mirrored', () => {
  expect(mirroredText('LEFT effusion, Right mass')).toBe('RIGHT effusion, Left mass');
  for (const text of ['Opacity in the lingula.', 'LLL opacity', 'Levoscoliosis', 'Left atrium enlarged'])
    expect(mirroredText(text), text).toBeUndefined();
});

test('a crop outside is an error', () => {
  expect(() => crop(study(1), [0, 0, 0, 99, 1, 1])).toThrow(/crop: expected whole voxels within/);
});
