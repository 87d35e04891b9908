import { createRng } from '@vividmed/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectivePatchDepth, samplePatchDepth } from './depth.js';
import { fitInPlane, planImage, type PlanConfig } from './plan.js';

const paper: PlanConfig = { patch: [16, 16, 16], maxTokens: 144, maxTokensDepth: 8 };
const original: PlanConfig = { ...paper, profile: 'original' };
const tiny: PlanConfig = { patch: [8, 8, 8], maxTokens: 36, maxTokensDepth: 8 };

describe('fitInPlane', () => {
  // size, budget -> resized (original-implementation 11.1)
  it.each([
    [[512, 512], 144, [384, 384]],
    [[512, 512], 36, [192, 192]],
    [[512, 512], 256, [512, 512]],
    [[512, 512], 64, [256, 256]],
    [[512, 512], 100, [320, 320]],
    [[3056, 2544], 144, [416, 346]],
    [[3056, 2544], 36, [192, 160]],
    [[3056, 2544], 256, [544, 453]],
    [[3056, 2544], 64, [269, 224]],
    [[224, 224], 144, [384, 384]],
    [[224, 224], 36, [192, 192]],
    [[300, 500], 144, [288, 480]],
    [[300, 500], 36, [134, 224]],
    [[512, 400], 144, [416, 325]],
    [[512, 400], 36, [205, 160]],
    [[256, 341], 144, [320, 426]],
    [[256, 341], 36, [160, 213]],
    [[100, 1000], 144, [115, 1152]],
    [[100, 1000], 36, [58, 576]],
  ] as [[number, number], number, [number, number]][])('resizes %j with %i tokens to %j', (size, budget, expected) => {
    expect(fitInPlane(size, budget, [32, 32], 'original')).toEqual(expected);
    expect(fitInPlane(size, budget, [32, 32], 'paper')).toEqual(expected);
  });
});

it('rounds halves up in profile paper and to the even number in profile original', () => {
  expect(fitInPlane([9, 512], 144, [32, 32], 'paper')).toEqual([41, 2304]);
  expect(fitInPlane([9, 512], 144, [32, 32], 'original')).toEqual([40, 2304]);
});

describe('planImage', () => {
  // D, p, pool, tokens along depth, depth used, padded, cells, in-plane budget (original-implementation 2.2)
  it.each([
    [1, 1, 1, 1, 1, 1, 1, 144],
    [2, 1, 1, 2, 2, 2, 2, 72],
    [4, 1, 1, 4, 4, 4, 4, 36],
    [5, 1, 2, 3, 5, 6, 6, 48],
    [8, 1, 2, 4, 8, 8, 8, 36],
    [11, 1, 2, 4, 8, 8, 8, 36],
    [12, 2, 2, 3, 12, 12, 6, 48],
    [16, 2, 2, 4, 16, 16, 8, 36],
    [22, 2, 2, 4, 16, 16, 8, 36],
    [24, 4, 2, 3, 24, 24, 6, 48],
    [32, 4, 2, 4, 32, 32, 8, 36],
    [45, 4, 2, 4, 32, 32, 8, 36],
    [46, 8, 2, 3, 46, 48, 6, 48],
    [64, 8, 2, 4, 64, 64, 8, 36],
    [90, 8, 2, 4, 64, 64, 8, 36],
    [96, 16, 2, 3, 96, 96, 6, 48],
    [100, 16, 2, 4, 100, 128, 8, 36],
    [128, 16, 2, 4, 128, 128, 8, 36],
    [129, 16, 2, 4, 128, 128, 8, 36],
  ])('plans a depth of %i as the published code', (depth, patch, pool, tokens, used, padded, cells, budget) => {
    const plan = planImage([depth, 512, 512], original);
    expect([
      plan.patchDepth,
      plan.poolDepth,
      plan.pooledGrid[0],
      plan.resized[0],
      plan.padded[0],
      plan.grid[0],
    ]).toEqual([patch, pool, tokens, used, padded, cells]);
    expect(plan.resized.slice(1)).toEqual(fitInPlane([512, 512], budget, [32, 32], 'original'));
  });

  it('never interpolates depth in profile paper: cells grow and the in-plane budget shrinks', () => {
    const plan = planImage([300, 512, 512], paper);
    expect(plan.resized[0]).toBe(300);
    expect(plan.grid[0]).toBe(20);
    expect(plan.numTokens).toBeLessThanOrEqual(144);
  });

  it('keeps the images of the tiny preset as they are, with 36 tokens each', () => {
    expect(planImage([1, 96, 96], tiny)).toMatchObject({
      resized: [1, 96, 96],
      padded: [1, 96, 96],
      grid: [1, 12, 12],
      numTokens: 36,
    });
    expect(planImage([32, 48, 48], tiny)).toMatchObject({
      patchDepth: 4,
      poolDepth: 2,
      resized: [32, 48, 48],
      padded: [32, 48, 48],
      grid: [8, 6, 6],
      pooledGrid: [4, 3, 3],
    });
  });

  it('stays within the budget and pads less than one token for any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 900 }),
        (d, h, w) => {
          for (const config of [paper, original]) {
            const { patchDepth, poolDepth, numTokens, padded, resized, padBefore, grid } = planImage([d, h, w], config);
            expect(numTokens).toBeLessThanOrEqual(144);
            const stride = [patchDepth * poolDepth, 32, 32];
            stride.forEach((step, axis) => {
              expect(padded[axis]! % step).toBe(0);
              expect(padded[axis]! - resized[axis]!).toBeLessThan(step);
              expect(padBefore[axis]! * 2).toBeLessThanOrEqual(padded[axis]! - resized[axis]!);
              expect(grid[axis]! * (axis === 0 ? patchDepth : 16)).toBe(padded[axis]);
            });
          }
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('names what is wrong with a size', () => {
    expect(() => planImage([0, 4, 4], paper)).toThrow('expected depth, height and width in voxels, found [0, 4, 4]');
  });
});

describe('samplePatchDepth', () => {
  // depth -> share of each patch depth with a deviation of 0.25 (original-implementation 11.2)
  it.each([
    [16, { 1: 0.023, 2: 0.954, 4: 0.023 }],
    [32, { 4: 0.954 }],
    [45, { 4: 0.513, 8: 0.487 }],
    [64, { 8: 0.954 }],
    [90, { 8: 0.513, 16: 0.487 }],
    [128, { 8: 0.023, 16: 0.977 }],
    [200, { 16: 1 }],
  ] as [number, Record<number, number>][])(
    'draws the neighbours of depth %i as often as a normal exponent does',
    (depth, shares) => {
      const rng = createRng(3);
      const counts: Record<number, number> = {};
      const draws = 20_000;
      for (let i = 0; i < draws; i++) {
        const p = samplePatchDepth(depth, { patchDepth: 16, maxTokensDepth: 8 }, rng);
        counts[p] = (counts[p] ?? 0) + 1;
      }
      for (const [p, share] of Object.entries(shares)) expect((counts[Number(p)] ?? 0) / draws).toBeCloseTo(share, 1.7);
    },
  );

  it('has the same closed form in both profiles for every whole depth', () => {
    for (let depth = 1; depth <= 4000; depth++) {
      const config = { patchDepth: 16, maxTokensDepth: 8 };
      expect(effectivePatchDepth(depth, config, 'paper')).toBe(effectivePatchDepth(depth, config, 'original'));
    }
  });
});
