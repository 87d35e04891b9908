import { createRng } from '@vividmed/core';
import { expectReadmeRuns } from '@vividmed/testing';
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

  it('is the least of all assignments, whatever the shape, ties included', () => {
    /** Least total of giving each row of the shorter side another column. */
    const least = (cost: number[][]): number => {
      const wide = cost.length <= cost[0]!.length;
      const rows = wide ? cost : cost[0]!.map((_, j) => cost.map((row) => row[j]!));
      const search = (row: number, taken: number): number =>
        row === rows.length
          ? 0
          : Math.min(
              ...rows[row]!.map((value, j) =>
                taken & (1 << j) ? Infinity : value + search(row + 1, taken | (1 << j)),
              ),
            );
      return search(0, 0);
    };
    const size = fc.integer({ min: 1, max: 7 });
    const value = fc.oneof(fc.double({ min: -100, max: 100, noNaN: true }), fc.integer({ min: -2, max: 2 }));
    const costs = fc
      .tuple(size, size)
      .chain(([rows, columns]) =>
        fc.array(fc.array(value, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
      );
    fc.assert(
      fc.property(costs, (cost) => {
        const best = least(cost);
        for (const assign of [munkresAssign, jonkerVolgenantAssign]) {
          const pairs = assign(cost);
          expect(pairs).toHaveLength(Math.min(cost.length, cost[0]!.length));
          expect(pairs.map(([row]) => row)).toEqual([...new Set(pairs.map(([row]) => row))].sort((x, y) => x - y));
          expect(new Set(pairs.map(([, column]) => column)).size).toBe(pairs.length);
          expect(total(cost, pairs)).toBeCloseTo(best, 8);
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('follows queries and boxes that change places', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat({ max: 6 }), fc.nat(), (numQueries, numTargets, seed) => {
        const rng = createRng(seed);
        const draw = (count: number) =>
          Array.from({ length: count }, () => Array.from({ length: 6 }, () => rng.uniform(0.1, 0.9)));
        const [boxes, targets] = [draw(numQueries), draw(numTargets)];
        const presenceLogits = boxes.map(() => rng.normal());
        const [order, targetOrder] = [rng.shuffle(boxes.map((_, i) => i)), rng.shuffle(targets.map((_, i) => i))];
        const moved = {
          boxes: order.map((i) => boxes[i]!),
          presenceLogits: order.map((i) => presenceLogits[i]!),
          targets: targetOrder.map((i) => targets[i]!),
        };
        for (const assign of [munkresAssign, jonkerVolgenantAssign]) {
          const { pairs } = matchBoxes({ boxes, presenceLogits, targets, assign });
          const back = matchBoxes({ ...moved, assign }).pairs.map(([q, t]) => [order[q]!, targetOrder[t]!]);
          expect(back.sort(([x], [y]) => x! - y!)).toEqual(pairs);
        }
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  it('gives the published total also without epsilon: 4.903573, from the exact L1 and GIoU', () => {
    const [l1, giou] = [
      pairwiseL1(queries, truth),
      pairwiseGiou(queries.map(centreSizeToCorners), truth.map(centreSizeToCorners)),
    ];
    // The published form: dummy columns of cost 2 p for the queries without a box.
    const cost = logits.map((logit, q) => {
      const p = sigmoid(logit);
      const boxes = truth.map((_, t) => 5 * l1[q]![t]! + 2 * (1 - giou[q]![t]!) + 2 * (1 - p));
      return [...boxes, ...Array.from({ length: 4 }, () => 2 * p)];
    });
    for (const assign of [munkresAssign, jonkerVolgenantAssign]) {
      const pairs = assign(cost);
      expect(total(cost, pairs)).toBeCloseTo(4.903573, 6);
      expect(pairs.filter(([, column]) => column < 2)).toEqual([
        [2, 1],
        [3, 0],
      ]);
    }
    const paper = matchBoxes({ boxes: queries, presenceLogits: logits, targets: truth, profile: 'paper' });
    expect(paper.pairs).toHaveLength(2);
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

  it('matches boxes without volume', () => {
    const flat = [
      [0.5, 0.5, 0.5, 0, 0, 0],
      [0.2, 0.2, 0.2, 1, 0, 0.5],
    ];
    const found = matchBoxes({ boxes: flat, presenceLogits: [0, 0], targets: [flat[1]!, flat[0]!] });
    expect(found.pairs).toEqual([
      [0, 1],
      [1, 0],
    ]);
    const cost = matchingCost({ boxes: flat, presenceLogits: [0, 0], targets: flat });
    expect(cost.flat().every(Number.isFinite)).toBe(true);
  });

  it('names a logit that is not finite, and boxes that are wrong also where nothing can be matched', () => {
    const input = { boxes: queries, presenceLogits: logits, targets: truth };
    expect(() => matchingCost({ ...input, presenceLogits: [0, 1, Number.NaN, 3, 4, 5] })).toThrow(
      'expected a finite presence logit 2, found NaN',
    );
    expect(() => matchingCost({ ...input, presenceLogits: [0] })).toThrow('each of 6 boxes, found 1');
    expect(() => matchBoxes({ boxes: [], presenceLogits: [], targets: [[0, 0, 0, 1, -1, 1]] })).toThrow(
      'axis 1 of box 0',
    );
    expect(() => matchBoxes({ boxes: [[0, 0]], presenceLogits: [0], targets: [] })).toThrow('found 2');
    expect(() => pairwiseL1([[0, 0, 0, Number.NaN, 0, 0]], [])).toThrow('expected a finite number 3 in box 0');
    expect(() => jonkerVolgenantAssign([[1], [1, 2]])).toThrow('expected 1 columns in row 1, found 2');
  });

  it('stays finite for logits of any size', () => {
    const cost = matchingCost({ boxes: queries, presenceLogits: [-800, 800, -40, 40, 0, 1e300], targets: truth });
    expect(cost.flat().every(Number.isFinite)).toBe(true);
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

it('the example of the README prints what it says', () => expectReadmeRuns(new URL('../README.md', import.meta.url)));
