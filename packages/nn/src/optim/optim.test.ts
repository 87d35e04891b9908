import * as tf from '@tensorflow/tfjs';
import { expectClose } from '@vividmed/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AdamWState,
  adamwUpdate,
  clipByGlobalNorm,
  globalNorm,
  learningRateAt,
  type ScheduleConfig,
} from '../index.js';

describe('learningRateAt', () => {
  const stage1 = { peakLr: 5e-5, warmupSteps: 2000, totalSteps: 40_000 };
  const stage2 = { peakLr: 5e-5, warmupSteps: 2500, totalSteps: 50_000 };
  const stage3 = { peakLr: 5e-5, warmupSteps: 0, totalSteps: 10_000 };

  it.each([
    [stage1, 249, 0],
    [stage1, 250, 6.25e-6],
    [stage1, 499, 6.25e-6],
    [stage1, 2000, 5e-5],
    [stage1, 10_000, 4.523e-5],
    [stage1, 20_000, 2.891e-5],
    [stage1, 40_000, 3.08e-7],
    [stage2, 2500, 5e-5],
    [stage2, 25_000, 2.891e-5],
    [stage3, 0, 5e-5],
    [stage3, 5000, 2.5e-5],
  ] as [ScheduleConfig, number, number][])(
    'profile original has the published rates (%o, update %d)',
    (stage, step, lr) => {
      const found = learningRateAt(step, { ...stage, profile: 'original' });
      expect(Math.abs(found - lr)).toBeLessThanOrEqual(lr * 1e-3);
    },
  );

  it('profile paper warms up by s / W, peaks at W, falls at every update and ends at 0', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 100 }), (warmupSteps, rest) => {
        const totalSteps = warmupSteps + rest;
        const config = { peakLr: 2e-5, warmupSteps, totalSteps };
        const rates = Array.from({ length: totalSteps }, (_, i) => learningRateAt(i + 1, config));
        rates.forEach((rate, i) => {
          if (i + 1 <= warmupSteps) expect(rate).toBeCloseTo((2e-5 * (i + 1)) / warmupSteps, 12);
          else expect(rate).toBeLessThan(i === 0 ? 2e-5 : rates[i - 1]!);
        });
        expect(rates.at(-1)!).toBeCloseTo(0, 15);
      }),
      { seed: 1 },
    );
    expect(() => learningRateAt(-1, stage1)).toThrow('found -1 of 40000');
  });
});

describe('adamwUpdate', () => {
  const config = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05 };
  const grads = [
    [0.1, -0.2, 0.3, 0],
    [-0.5, 0.4, 0.2, 1],
    [0.05, 0, -1, 2],
  ];
  const rates = [0.1, 0.05, 0.02];

  const run = (decay: boolean): number[][] => {
    let state: AdamWState = { param: tf.tensor2d([1, -2, 0.5, 3], [2, 2]), m: tf.zeros([2, 2]), v: tf.zeros([2, 2]) };
    const seen: number[][] = [];
    grads.forEach((values, i) => {
      const [grad, step, lr] = [tf.tensor(values, [2, 2]), tf.scalar(i + 1), tf.scalar(rates[i]!)];
      const next = adamwUpdate({ ...state, grad, step, lr, decay }, config);
      tf.dispose([grad, step, lr]);
      tf.dispose({ ...state });
      state = next;
      seen.push([...state.param.dataSync()]);
    });
    tf.dispose({ ...state });
    return seen;
  };

  it('makes the steps of torch.optim.AdamW (torch 1.13)', () => {
    const torch = [
      [0.89499998, -1.88999999, 0.39750001, 2.98500013],
      [0.9226802, -1.90358019, 0.34798864, 2.94033074],
      [0.92971641, -1.90733659, 0.35457626, 2.92081904],
    ];
    run(true).forEach((values, i) => expectClose(values, torch[i]!, { atol: 1e-6, rtol: 0, label: `step ${i + 1}` }));
  });

  it('moves by the learning rate in the first step, whatever the size of the gradient, and leaves decay out where told', () => {
    // By hand: m / (1 - b1) = g and sqrt(v / (1 - b2)) = |g|, so that the change is lr * sign(g).
    expectClose(run(false)[0]!, [0.9, -1.9, 0.4, 3], { atol: 1e-6, rtol: 0 });
  });
});

describe('clipByGlobalNorm', () => {
  it('scales all gradients by one factor when their norm is too large (torch 1.13)', () => {
    const grads = [tf.tensor1d([3, 4]), tf.tensor1d([12])];
    const { grads: clipped, norm } = clipByGlobalNorm(grads, 1);
    expectClose(norm, [13]);
    expectClose(clipped[0]!, [0.23076921, 0.30769229]);
    expectClose(clipped[1]!, [0.92307686]);
    tf.dispose([grads, clipped, norm]);
  });

  it('leaves small gradients as they are', () => {
    const grads = [tf.tensor1d([0.3, 0.4])];
    const { grads: same, norm } = clipByGlobalNorm(grads, 1);
    expect([...same[0]!.dataSync()]).toEqual([...grads[0]!.dataSync()]);
    const none = globalNorm([]);
    expect(none.dataSync()[0]).toBe(0);
    tf.dispose([grads, same, norm, none]);
  });
});
