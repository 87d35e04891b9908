import type { Size3 } from '@vividmed/patch-embed';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presetConfig } from '../model/config.js';
import { modelBox, modelImage, modelMask, planVolume, volumeBox, volumeValues } from './model-image.js';
import { type VolumeLike, voxelsOf } from './volume.js';

const config = presetConfig('tiny', { vocabSize: 20 });
const original = presetConfig('tiny', { vocabSize: 20, profile: 'original' });
const seeded = { seed: 7, numRuns: 40 } as const;

const makeVolume = (shape: Size3, value: (index: number) => number): VolumeLike => ({
  data: Float32Array.from({ length: voxelsOf(shape) }, (_, i) => value(i)),
  shape,
});

const shapes = fc.oneof(
  fc.tuple(fc.constant(1), fc.integer({ min: 20, max: 130 }), fc.integer({ min: 20, max: 130 })),
  fc.tuple(fc.integer({ min: 2, max: 70 }), fc.integer({ min: 24, max: 60 }), fc.integer({ min: 24, max: 60 })),
) as fc.Arbitrary<Size3>;

/** An ellipsoid around `centre` (parts of the size) with these radii (parts of the size). */
function ellipsoid([depth, height, width]: Size3, centre: number[], radius: number[]): Uint8Array {
  const mask = new Uint8Array(depth * height * width);
  for (let d = 0, i = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++, i++) {
        const at = [(d + 0.5) / depth, (h + 0.5) / height, (w + 0.5) / width];
        const distance = at.reduce((sum, x, axis) => sum + ((x - centre[axis]!) / radius[axis]!) ** 2, 0);
        mask[i] = distance <= 1 ? 1 : 0;
      }
    }
  }
  return mask;
}

function diceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, sum] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i]! * b[i]!;
    sum += a[i]! + b[i]!;
  }
  return (2 * both) / sum;
}

describe('the image that a model reads', () => {
  it('is the prepared image itself when nothing has to change', () => {
    const shape: Size3 = [1, 96, 96];
    const plan = planVolume(shape, config);
    expect(plan.padded).toEqual(shape);
    const volume = makeVolume(shape, (i) => (i % 1600) / 1600);
    expect(modelImage(volume, plan)).toEqual(volume.data);
    const mask = Uint8Array.from({ length: 96 * 96 }, (_, i) => (i % 7 === 0 ? 1 : 0));
    expect([...modelMask(mask, volume, plan)]).toEqual([...mask]);
    const logits = Float32Array.from({ length: 96 * 96 }, (_, i) => Math.sin(i));
    expect(volumeValues(logits, volume, plan)).toEqual(logits);
  });

  it('lands on the planned grid for images of any size, and stays in [0, 1]', () => {
    for (const side of [440, 512]) {
      const volume = makeVolume([1, side, side], (i) => (i % 251) / 250);
      const plan = planVolume(volume.shape, config);
      expect(plan.padded).toEqual([1, 96, 96]);
      expect(modelImage(volume, plan)).toHaveLength(96 * 96);
    }
    fc.assert(
      fc.property(shapes, fc.constantFrom(config, original), (shape, model) => {
        const plan = planVolume(shape, model);
        const image = modelImage(
          makeVolume(shape, (i) => ((i * 37) % 2000) / 1999),
          plan,
        );
        expect(image).toHaveLength(voxelsOf(plan.padded));
        expect(plan.padded.every((size, axis) => size % (plan.grid[axis]! / plan.pooledGrid[axis]!) === 0)).toBe(true);
        let [low, high] = [0, 0];
        for (const value of image) [low, high] = [Math.min(low, value), Math.max(high, value)];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1.0001);
      }),
      seeded,
    );
  });

  it('keeps every slice of a volume in profile paper, where profile original mixes them', () => {
    // A slice is a constant of its own, so a mixed slice would show.
    const shape: Size3 = [45, 30, 40];
    const volume = makeVolume(shape, (i) => (30 * Math.floor(i / 1200)) / 1600);
    const plan = planVolume(shape, config);
    expect(plan.resized[0]).toBe(45);
    const image = modelImage(volume, plan);
    const [, height, width] = plan.padded;
    const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) | 0;
    for (let d = 0; d < 45; d++) {
      expect(image[(d + plan.padBefore[0]) * height * width + middle]).toBeCloseTo((30 * d) / 1600, 5);
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 280 }), (depth) => {
        expect(planVolume([depth, 64, 64], config).resized[0]).toBe(depth);
      }),
      seeded,
    );
    const most = original.maxTokensDepth * original.vision.patch[0];
    expect(planVolume([most + 1, 64, 64], original).resized[0]).toBe(most);
  });

  it('tells data that do not fill the shape', () => {
    const volume = { data: new Float32Array(10), shape: [1, 4, 4] as Size3 };
    const plan = planVolume(volume.shape, config);
    expect(() => modelImage(volume, plan)).toThrow(/expected 16 values for \[1, 4, 4\], found 10/);
    expect(() => modelMask(new Uint8Array(3), volume, plan)).toThrow(/modelMask: expected 16/);
    expect(() => volumeValues(new Float32Array(3), volume, plan)).toThrow(/volumeValues: expected/);
    for (const bad of [-1000, 1.1, Number.NaN]) {
      const read = makeVolume([1, 4, 4], (i) => (i === 3 ? bad : 0.5));
      expect(() => modelImage(read, plan)).toThrow(/expected voxels in \[0, 1\], found 1 of 16.*\n.*prepareImage/);
    }
    expect(() => planVolume([0, 4, 4], config)).toThrow(/expected depth, height and width/);
  });
});

describe('the way back', () => {
  it('returns masks of smooth shapes', () => {
    const part = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        shapes,
        fc.tuple(part(0.4, 0.6), part(0.4, 0.6), part(0.4, 0.6)),
        fc.tuple(part(0.25, 0.45), part(0.3, 0.45), part(0.3, 0.45)),
        fc.constantFrom(config, original),
        (shape, centre, radius, model) => {
          // A radius of a dozen voxels: what is smaller loses more than 5 % to the grid alone.
          fc.pre(shape[1] >= 40 && shape[2] >= 40);
          const mask = ellipsoid(shape, shape[0] === 1 ? [0.5, centre[1], centre[2]] : centre, radius);
          fc.pre(mask.includes(1));
          const plan = planVolume(shape, model);
          const back = volumeValues(modelMask(mask, { shape }, plan), { shape }, plan).map((x) => (x >= 0.5 ? 1 : 0));
          // In profile original, slices beyond the capacity are mixed: a shape of few slices loses more.
          expect(diceOf(mask, back)).toBeGreaterThan(plan.resized[0] === shape[0] ? 0.95 : 0.85);
        },
      ),
      seeded,
    );
  });

  it('returns boxes, and an empty mask as an empty mask', () => {
    const corner = (size: number) => fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 1, max: size }));
    fc.assert(
      fc.property(
        shapes.chain((shape) => fc.tuple(fc.constant(shape), ...(shape.map(corner) as [never, never, never]))),
        fc.constantFrom(config, original),
        ([shape, ...corners], model) => {
          const pairs = (corners as [number, number][]).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
          const box = [...pairs.map(([low]) => low), ...pairs.map(([, high]) => high)];
          const plan = planVolume(shape, model);
          const inside = modelBox(box, { shape }, plan);
          const back = volumeBox(inside, { shape }, plan);
          back.forEach((value, i) => expect(Math.abs(value - box[i]!)).toBeLessThan(1e-3));
          const empty = modelMask(new Uint8Array(voxelsOf(shape)), { shape }, plan);
          expect(volumeValues(empty, { shape }, plan).some((value) => value !== 0)).toBe(false);
        },
      ),
      seeded,
    );
  });

  it('puts a box around the mask that it belongs to, on the grid of the model too', () => {
    const shape: Size3 = [12, 50, 90];
    const mask = new Uint8Array(voxelsOf(shape));
    for (let d = 3; d < 9; d++)
      for (let h = 10; h < 30; h++) mask.fill(1, (d * 50 + h) * 90 + 40, (d * 50 + h) * 90 + 80);
    const plan = planVolume(shape, config);
    const onGrid = modelMask(mask, { shape }, plan);
    const [, height, width] = plan.padded;
    const found = [Infinity, Infinity, Infinity, 0, 0, 0];
    onGrid.forEach((value, i) => {
      if (value === 0) return;
      [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width].forEach((at, axis) => {
        found[axis] = Math.min(found[axis]!, at);
        found[axis + 3] = Math.max(found[axis + 3]!, at + 1);
      });
    });
    const box = modelBox([3, 10, 40, 9, 30, 80], { shape }, plan);
    for (let axis = 0; axis < 3; axis++) {
      const size = plan.padded[axis]!;
      expect(Math.abs((box[axis]! - box[axis + 3]! / 2) * size - found[axis]!)).toBeLessThanOrEqual(0.51);
      expect(Math.abs((box[axis]! + box[axis + 3]! / 2) * size - found[axis + 3]!)).toBeLessThanOrEqual(0.51);
    }
  });

  it('clips boxes to the volume, covers the depth of a 2D image, and refuses corners in the wrong order', () => {
    const shape: Size3 = [1, 50, 90];
    const plan = planVolume(shape, config);
    expect(volumeBox([0.5, 0.5, 0.5, 3, 3, 3], { shape }, plan)).toEqual([0, 0, 0, 1, 50, 90]);
    expect(volumeBox([0.2, 0.5, 0.5, 0.1, 3, 3], { shape }, plan)).toEqual([0, 0, 0, 1, 50, 90]);
    expect(() => modelBox([0, 9, 0, 1, 3, 5], { shape }, plan)).toThrow(/along axis 1/);
    expect(() => modelBox([0, Number.NaN, 0, 1, 3, 5], { shape }, plan)).toThrow(/along axis 1/);
  });
});
