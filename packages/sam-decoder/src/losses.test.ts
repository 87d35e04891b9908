import * as tf from '@tensorflow/tfjs';
import { expectClose } from '@vividmed/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diceLoss, focalLoss, generalisedIou, instanceLoss, maskLoss } from './losses.js';

/** Values of the tensors that a function makes, which are all freed. */
function read<T extends Record<string, tf.Tensor>>(make: () => T): Record<keyof T, number[]> {
  return tf.tidy(() => {
    const made = make();
    return Object.fromEntries(Object.entries(made).map(([name, x]) => [name, [...x.dataSync()]]));
  }) as Record<keyof T, number[]>;
}
const valuesOf = (make: () => tf.Tensor): number[] => read(() => ({ x: make() })).x;

describe('focalLoss', () => {
  // logit 0: target, alpha -> loss (original-implementation 11.4)
  it.each([
    [1, undefined, 0.1732868],
    [1, 0.85, 0.1472938],
    [0, 0.85, 0.025993],
  ])('of target %i with alpha %s is the published %f', (target, alpha, expected) => {
    const found = valuesOf(() =>
      focalLoss(tf.tensor1d([0]), tf.tensor1d([target]), alpha === undefined ? {} : { alpha }),
    );
    expect(found[0]).toBeCloseTo(expected, 6);
  });

  it('stays finite for logits that a sigmoid rounds to 0 or 1', () => {
    const logits = [-200, 200, -200, 200];
    const loss = (x: tf.Tensor): tf.Tensor => focalLoss(x, tf.tensor1d([0, 1, 1, 0]));
    expectClose(
      valuesOf(() => loss(tf.tensor1d(logits))),
      [0, 0, 200, 200],
    );
    const slope = valuesOf(() => tf.grad((x) => tf.sum(loss(x)))(tf.tensor1d(logits)));
    expectClose(slope, [0, 0, -1, 1]);
  });

  it('refuses targets of another shape, which would be repeated in silence', () => {
    const [logits, target] = [tf.zeros([2, 3]), tf.zeros([3])];
    expect(() => focalLoss(logits, target)).toThrow(
      'focalLoss: expected two tensors of one shape, found [2, 3] and [3].',
    );
    expect(() => diceLoss(logits, target)).toThrow('diceLoss: expected two tensors of one shape');
    tf.dispose([logits, target]);
  });
});

describe('diceLoss', () => {
  it('is the published 2/3 for 8 undecided voxels with 2 positives, and 1 for an empty target', () => {
    const target = [1, 1, 0, 0, 0, 0, 0, 0, ...Array<number>(8).fill(0)];
    const found = valuesOf(() => diceLoss(tf.zeros([2, 2, 2, 2]), tf.tensor(target, [2, 2, 2, 2])));
    expectClose(found, [2 / 3, 1], { atol: 1e-6, rtol: 0 });
  });

  it('has no gradient for an empty target', () => {
    const slope = valuesOf(() => tf.grad((x) => tf.sum(diceLoss(x, tf.zeros([1, 4]))))(tf.tensor([[-1, 0, 1, 2]])));
    expect(slope.map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  it('lies in [0, 1], and near 0 for a confident right answer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.float({ min: -20, max: 20, noNaN: true }), fc.boolean()), { minLength: 1, maxLength: 30 }),
        (voxels) => {
          const target = tf.tensor2d([voxels.map(([, g]) => Number(g))]);
          const [loss] = valuesOf(() => diceLoss(tf.tensor2d([voxels.map(([x]) => x)]), target)) as [number];
          const [right] = valuesOf(() => diceLoss(tf.mul(tf.sub(target, 0.5), 100), target)) as [number];
          target.dispose();
          expect(loss).toBeGreaterThanOrEqual(-1e-6);
          expect(loss).toBeLessThanOrEqual(1 + 1e-6);
          expect(right).toBeCloseTo(voxels.some(([, g]) => g) ? 0 : 1, 5);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });
});

const box = [0.5, 0.5, 0.5, 1, 0.4, 0.4];

describe('generalisedIou', () => {
  it('gives the published GIoU and cost of a pair of boxes', () => {
    const shifted = [0.5, 0.6, 0.6, 1, 0.4, 0.4];
    const { l1, giou } = read(() =>
      instanceLoss({
        boxes_Km6: tf.tensor([[box]]),
        presenceLogits_Km: tf.zeros([1, 1]),
        targetBoxes_Km6: tf.tensor([[shifted]]),
        matched_Km: tf.ones([1, 1]),
        presenceWeight_Km: tf.ones([1, 1]),
        boxWeight_Km: tf.ones([1, 1]),
      }),
    );
    expect(l1[0]).toBeCloseTo(0.0333333, 6);
    expect(1 - giou[0]!).toBeCloseTo(0.3113043, 6);
    expect(5 * l1[0]! + 2 * giou[0]!).toBeCloseTo(1.544058, 5);
  });

  it('is exactly 1 for equal small boxes in profile paper, and far from it in profile original', () => {
    const small = [0.3, 0.3, 0.3, 1e-3, 1e-3, 1e-3];
    const of = (profile: 'paper' | 'original'): number[] =>
      valuesOf(() => generalisedIou(tf.tensor([small, box]), tf.tensor([small, box]), profile));
    expect(of('paper')).toEqual([1, 1]);
    expect(of('original')[0]).toBeLessThan(0.05);
    expect(of('original')[1]).toBeCloseTo(1, 5);
  });

  it('is finite with a finite gradient for boxes without volume', () => {
    const point = [0.5, 0.5, 0.5, 0, 0, 0];
    const slope = valuesOf(() =>
      tf.grad((x) => tf.sum(generalisedIou(x, tf.tensor([box, point]))))(tf.tensor([point, point])),
    );
    expect(slope.every(Number.isFinite)).toBe(true);
  });

  it('refuses boxes that are not six numbers', () => {
    const flat = tf.zeros([2, 4]);
    expect(() => generalisedIou(flat, flat)).toThrow('generalisedIou: expected boxes [..., 6], found [2, 4].');
    flat.dispose();
  });
});

/** The example of original-implementation 11.4; boxes are matched as q2 -> g1 and q3 -> g0. */
const example = () => {
  const g0 = box;
  const g1 = [0.5, 0.7, 0.7, 1, 0.2, 0.2];
  const matched = [0, 0, 1, 1, 0, 0];
  return {
    boxes_Km6: tf.tensor([
      [
        [0.5, 0.3, 0.3, 1, 0.2, 0.2],
        [0.5, 0.52, 0.5, 1, 0.4, 0.3],
        [0.5, 0.7, 0.72, 0.98, 0.2, 0.25],
        [0.5, 0.5, 0.5, 1, 0.42, 0.38],
        [0.5, 0.2, 0.8, 1, 0.1, 0.1],
        [0.5, 0.71, 0.7, 1, 0.2, 0.2],
      ],
    ]),
    presenceLogits_Km: tf.tensor2d([[-2, -1, 0, 1, 2, -3]]),
    targetBoxes_Km6: tf.tensor([[g0, g0, g1, g0, g0, g0]]),
    matched_Km: tf.tensor2d([matched]),
    presenceWeight_Km: tf.fill([1, 6], 1 / 6),
    boxWeight_Km: tf.tensor2d([matched.map((m) => m / 2)]),
  };
};

describe('instanceLoss', () => {
  it.each([
    ['paper', 0.366478, 0.505728],
    ['original', 0.36648, 0.50573],
  ] as const)('of the published example in profile %s: box loss %f, total %f', (profile, boxLoss, total) => {
    const { l1, giou, presence } = read(() => instanceLoss({ ...example(), profile }));
    expect(2 * presence[0]!).toBeCloseTo(0.13925, 6);
    expect(l1[0]).toBeCloseTo(0.010833, 6);
    expect(1 - giou[0]!).toBeCloseTo(0.843844, 5);
    const found = 5 * l1[0]! + 2 * giou[0]!;
    // The profiles are 2e-6 apart.
    expect(Math.abs(found - boxLoss)).toBeLessThan(1e-6);
    expect(Math.abs(found + 2 * presence[0]! - total)).toBeLessThan(1e-6);
  });

  it('leaves a phrase of weight 0 out of every loss and every gradient', () => {
    const grads = read(() => {
      const { boxes_Km6, presenceLogits_Km, ...rest } = example();
      const twice = <T extends tf.Tensor>(x: T): T => tf.concat([x, x]) as T;
      const half = (x: tf.Tensor): tf.Tensor => tf.concat([x, tf.zerosLike(x)]);
      const [boxes, presence] = tf.grads((b: tf.Tensor, p: tf.Tensor) => {
        const loss = instanceLoss({
          boxes_Km6: b,
          presenceLogits_Km: p,
          targetBoxes_Km6: twice(rest.targetBoxes_Km6),
          matched_Km: twice(rest.matched_Km),
          presenceWeight_Km: half(rest.presenceWeight_Km),
          boxWeight_Km: half(rest.boxWeight_Km),
        });
        return tf.addN([loss.l1, loss.giou, loss.presence]) as tf.Scalar;
      })([twice(boxes_Km6), twice(presenceLogits_Km)]) as [tf.Tensor, tf.Tensor];
      return { boxes, presence };
    });
    expect(grads.boxes.slice(36).every((x) => x === 0)).toBe(true);
    expect(grads.presence.slice(6).every((x) => x === 0)).toBe(true);
    expect(grads.boxes.slice(0, 36).some((x) => x !== 0)).toBe(true);
    expect(grads.presence.slice(0, 6).every((x) => x !== 0)).toBe(true);
  });

  it('teaches absence alone where nothing is there: boxes have no gradient', () => {
    const { boxes, presence } = read(() => {
      const { boxes_Km6, presenceLogits_Km, targetBoxes_Km6, presenceWeight_Km } = example();
      const nothing = tf.zeros([1, 6]);
      const [b, p] = tf.grads((x: tf.Tensor, y: tf.Tensor) => {
        const {
          l1,
          giou,
          presence: seen,
        } = instanceLoss({
          boxes_Km6: x,
          presenceLogits_Km: y,
          targetBoxes_Km6: tf.zerosLike(targetBoxes_Km6),
          matched_Km: nothing,
          presenceWeight_Km,
          boxWeight_Km: nothing,
        });
        return tf.addN([l1, giou, seen]) as tf.Scalar;
      })([boxes_Km6, presenceLogits_Km]) as [tf.Tensor, tf.Tensor];
      return { boxes: b, presence: p };
    });
    expect(boxes.every((x) => x === 0)).toBe(true);
    expect(presence.every((x) => x > 0)).toBe(true);
  });

  it('refuses weights that would be repeated in silence', () => {
    const input = example();
    const wrong = tf.ones([6]);
    expect(() => instanceLoss({ ...input, boxWeight_Km: wrong })).toThrow(
      'instanceLoss: expected two tensors of one shape',
    );
    tf.dispose([input, wrong]);
  });
});

describe('maskLoss', () => {
  it('leaves a phrase of weight 0 out, and leaves empty targets to the focal loss', () => {
    const target = [0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1];
    const slopes = read(() => {
      const logits = tf.tensor(
        [...Array(12).keys()].map((i) => i / 4 - 1),
        [3, 1, 2, 2],
      );
      const of = (term: 'dice' | 'focal') =>
        tf.grad(
          (x) =>
            maskLoss({
              logits_KDHW: x,
              target_KDHW: tf.tensor(target, [3, 1, 2, 2]),
              weight_K: tf.tensor1d([0.5, 0.5, 0]),
            })[term],
        )(logits);
      return { dice: of('dice'), focal: of('focal') };
    });
    expect(slopes.dice.map((x) => x !== 0)).toEqual([...Array(4).fill(true), ...Array(8).fill(false)]);
    expect(slopes.focal.map((x) => x !== 0)).toEqual([...Array(8).fill(true), ...Array(4).fill(false)]);
  });

  it('refuses weights that are not one a phrase', () => {
    const [logits, wrong] = [tf.zeros([2, 1, 2, 2]), tf.ones([1])];
    expect(() => maskLoss({ logits_KDHW: logits, target_KDHW: logits, weight_K: wrong })).toThrow(
      'maskLoss: expected weights [2], found [1].',
    );
    tf.dispose([logits, wrong]);
  });
});
