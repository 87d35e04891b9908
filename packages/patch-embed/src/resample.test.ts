import * as tf from '@tensorflow/tfjs';
import { expectClose } from '@vividmed/testing';
import { describe, expect, it } from 'vitest';
import { inflateKernel, resampleKernel } from './kernel.js';
import { resamplePositions } from './patch-embed.js';

const values = (x: tf.Tensor): number[] => {
  const data = [...x.dataSync()];
  x.dispose();
  return data;
};

describe('resamplePositions', () => {
  it('averages over depth first and then interpolates over height: the published example', () => {
    const positions = tf.tensor([...Array(8).keys()], [1, 2, 2, 2, 1]);
    const resized = resamplePositions(positions, [1, 4, 2]);
    positions.dispose();
    expect(resized.shape).toEqual([1, 1, 4, 2, 1]);
    expect(values(resized)).toEqual([2, 3, 2.5, 3.5, 3.5, 4.5, 4, 5]);
  });

  it('names what is wrong with positions', () => {
    const wrong = tf.zeros([2, 2, 2, 2, 1]);
    expect(() => resamplePositions(wrong, [1, 4, 2])).toThrow(
      'expected positions [1, d, h, w, C], found [2, 2, 2, 2, 1]',
    );
    wrong.dispose();
  });
});

describe('resampleKernel', () => {
  it('is bicubic in 2D and keeps the sum of the responses: the published example', () => {
    const kernel = tf.tensor([0, 1, 2, 3], [2, 2, 1, 1]);
    const resized = resampleKernel(kernel, [3, 3]);
    kernel.dispose();
    expectClose(
      values(resized),
      [-0.115741, 0.145062, 0.405864, 0.405864, 0.666667, 0.927469, 0.927469, 1.188272, 1.449074],
      { atol: 1e-6, rtol: 0 },
    );
  });

  it('keeps the response to an even image, as a 14 x 14 kernel becomes one of 16 x 16 and 4 slices become 16', () => {
    const flat = tf.ones([14, 14, 1, 1]);
    const deep = tf.ones([4, 3, 5, 1, 1]);
    const [grown, grownDeep] = [resampleKernel(flat, [16, 16]), resampleKernel(deep, [16, 2, 7])];
    expect(grown.shape).toEqual([16, 16, 1, 1]);
    expect(grownDeep.shape).toEqual([16, 2, 7, 1, 1]);
    expect(values(tf.tidy(() => tf.sum(grown)))[0]).toBeCloseTo(196, 2);
    expect(values(tf.tidy(() => tf.sum(grownDeep)))[0]).toBeCloseTo(60, 3);
    tf.dispose([flat, deep, grown, grownDeep]);
  });

  it('names what is wrong with a kernel', () => {
    const kernel = tf.ones([2, 2, 2, 1, 1]);
    expect(() => resampleKernel(kernel, [3, 3])).toThrow(
      'resampleKernel: expected a kernel [P_h, P_w, Cin, C] for 2 sizes, found [2, 2, 2, 1, 1].',
    );
    expect(() => inflateKernel(kernel, 4)).toThrow('inflateKernel: expected a kernel [P_h, P_w, Cin, C], found');
    kernel.dispose();
  });
});
