import { createRng } from '@vividmed/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  jonkerVolgenantAssign,
  matchBoxes,
  matchingCost,
  munkresAssign,
  pairwiseGiou,
  pairwiseIou,
  pairwiseL1,
} from './index.js';
import { centreSizeToCorners, cornersToCentreSize } from './boxes.js';

const logits = [-2, -1, 0, 1, 2, -3];
const queries = [
  [0.5, 0.3, 0.3, 1, 0.2, 0.2],
  [0.5, 0.52, 0.5, 1, 0.4, 0.3],
  [0.5, 0.7, 0.72, 0.98, 0.2, 0.25],
  [0.5, 0.5, 0.5, 1, 0.42, 0.38],
  [0.5, 0.2, 0.8, 1, 0.1, 0.1],
  [0.5, 0.71, 0.7, 1, 0.2, 0.2],
];
const truth = [
  [0.5, 0.5, 0.5, 1, 0.4, 0.4],
  [0.5, 0.7, 0.7, 1, 0.2, 0.2],
];
const total = (cost: number[][], pairs: [number, number][]): number =>
  pairs.reduce((sum, [i, j]) => sum + cost[i]![j]!, 0);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const box = fc
  .tuple(...Array.from({ length: 6 }, () => fc.double({ min: 0, max: 1, noNaN: true })))
  .map(([a, b, c, d, e, f]) => [a, b, c, a! + d!, b! + e!, c! + f!] as number[]);

describe('boxes', () => {
  it('gives the L1 and GIoU of the published example', () => {
    const [a, b] = [
      [0.5, 0.5, 0.5, 1, 0.4, 0.4],
      [0.5, 0.6, 0.6, 1, 0.4, 0.4],
    ];
    expect(pairwiseL1([a], [b])[0]![0]).toBeCloseTo(0.0333333, 6);
    const giou = pairwiseGiou([centreSizeToCorners(a)], [centreSizeToCorners(b)])[0]![0]!;
    expect(giou).toBeCloseTo(0.3113043, 6);
    expect(5 * (0.1 / 3) + 2 * (1 - giou)).toBeCloseTo(1.544058, 6);
  });

  it('scores a box against itself as 1 in profile paper, however small', () => {
    const small = [0.2, 0.2, 0.2, 0.2 + 1e-9, 0.2 + 1e-9, 0.2 + 1e-9];
    expect(pairwiseGiou([small], [small])[0]![0]).toBe(1);
    expect(pairwiseIou([[1, 1, 1, 1, 1, 1]], [[1, 1, 1, 1, 1, 1]])[0]![0]).toBe(1);
    expect(pairwiseGiou([small], [small], 'original')[0]![0]).toBeLessThan(0.01);
  });

  it('keeps IoU symmetric in [0, 1], GIoU in [-1, IoU] and both forms of a box equal', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const iou = pairwiseIou([a], [b])[0]![0]!;
        const giou = pairwiseGiou([a], [b])[0]![0]!;
        expect(pairwiseIou([b], [a])[0]![0]).toBeCloseTo(iou, 12);
        expect(iou).toBeGreaterThanOrEqual(0);
        expect(iou).toBeLessThanOrEqual(1 + 1e-12);
        expect(giou).toBeLessThanOrEqual(iou + 1e-12);
        expect(giou).toBeGreaterThanOrEqual(-1 - 1e-12);
        centreSizeToCorners(cornersToCentreSize(a)).forEach((value, i) => expect(value).toBeCloseTo(a[i]!, 12));
      }),
      { seed: 1 },
    );
  });

  it('names the box and the coordinate that are wrong', () => {
    expect(() => matchingCost({ boxes: [[0.5, 0.5, Number.NaN, 1, 1, 1]], presenceLogits: [0], targets: [] })).toThrow(
      'expected a finite c_w in box 0, found NaN',
    );
    expect(() => pairwiseIou([[0, 0, 0, 1, -1, 1]], [])).toThrow('axis 1 of box 0');
  });
});

describe('assignment', () => {
  it('finds the assignment of the published example and its total', () => {
    const found = matchBoxes({ boxes: queries, presenceLogits: logits, targets: truth, profile: 'original' });
    expect(found.pairs).toEqual([
      [2, 1],
      [3, 0],
    ]);
    const cost = matchingCost({ boxes: queries, presenceLogits: logits, targets: truth, profile: 'original' });
    // The published total counts 2 p for every query; ours leaves that constant out.
    const constant = 2 * logits.reduce((sum, logit) => sum + sigmoid(logit), 0);
    expect(total(cost, found.pairs) + constant).toBeCloseTo(4.903578, 5);
  });

  it('takes the focal loss of the presence term in profile paper, so that cost and loss agree', () => {
    const exact = (logit: number): number => {
      const p = sigmoid(logit);
      return 0.85 * (1 - p) ** 2 * -Math.log(p) - 0.15 * p ** 2 * -Math.log(1 - p);
    };
    const cost = matchingCost({ boxes: [truth[0]!], presenceLogits: [0.7], targets: [truth[0]!] });
    expect(cost[0]![0]).toBeCloseTo(2 * exact(0.7), 10);
  });

  it('agrees between both solvers on every shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer(),
        (rows, columns, seed) => {
          const rng = createRng(seed);
          const cost = Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.uniform(-5, 5)));
          const munkres = munkresAssign(cost);
          const jonker = jonkerVolgenantAssign(cost);
          expect(jonker).toHaveLength(Math.min(rows, columns));
          expect(new Set(jonker.map(([, column]) => column)).size).toBe(jonker.length);
          expect(new Set(jonker.map(([row]) => row)).size).toBe(jonker.length);
          expect(total(cost, jonker)).toBeCloseTo(total(cost, munkres), 8);
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  it('is the least of all permutations', () => {
    const permutations = (n: number): number[][] =>
      n === 0
        ? [[]]
        : permutations(n - 1).flatMap((rest) =>
            Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
          );
    const rng = createRng(5);
    const cost = Array.from({ length: 6 }, () => Array.from({ length: 6 }, () => rng.uniform()));
    const least = Math.min(...permutations(6).map((order) => order.reduce((sum, j, i) => sum + cost[i]![j]!, 0)));
    expect(total(cost, jonkerVolgenantAssign(cost))).toBeCloseTo(least, 10);
    expect(total(cost, munkresAssign(cost))).toBeCloseTo(least, 10);
  });

  it('leaves boxes over when there are more than queries, and matches nothing without boxes', () => {
    const more = matchBoxes({ boxes: [queries[2]!], presenceLogits: [0], targets: truth });
    expect(more).toEqual({ pairs: [[0, 1]], unmatchedTargets: [0] });
    expect(matchBoxes({ boxes: queries, presenceLogits: logits, targets: [] })).toEqual({
      pairs: [],
      unmatchedTargets: [],
    });
    expect(munkresAssign([])).toEqual([]);
    expect(jonkerVolgenantAssign([[], []])).toEqual([]);
  });

  it('names the entry of a cost that is not finite', () => {
    expect(() =>
      munkresAssign([
        [0, 1],
        [2, Number.NaN],
      ]),
    ).toThrow('at [1, 1], found NaN');
    expect(() => jonkerVolgenantAssign([[Infinity]])).toThrow('at [0, 0], found Infinity');
  });
});
