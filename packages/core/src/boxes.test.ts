import { describe, expect, it } from 'vitest';
import { boxGiou, boxIou } from './index.js';

const [box, other] = [
  [0, 0, 0, 1, 2, 2],
  [0, 1, 1, 1, 3, 3],
];
const [point, elsewhere] = [
  [1, 1, 1, 1, 1, 1],
  [4, 4, 4, 4, 4, 4],
];

describe('overlap of boxes', () => {
  it('has the IoU and GIoU of a worked example', () => {
    expect(boxIou(box, other)).toBeCloseTo(1 / 7, 12);
    expect(boxGiou(box, other)).toBeCloseTo(1 / 7 - 2 / 9, 12);
    expect([boxIou(box, box), boxGiou(box, box)]).toEqual([1, 1]);
  });

  it('is 1 for equal boxes without volume and 0 for others', () => {
    expect([boxIou(point, point), boxIou(point, elsewhere), boxIou(point, box)]).toEqual([1, 0, 0]);
    expect([boxGiou(point, point), boxGiou(point, elsewhere)]).toEqual([1, -1]);
  });

  it('has an epsilon added to each divisor, which leaves nothing of boxes without volume', () => {
    expect(boxIou(box, other, 0.5)).toBeCloseTo(1 / 7.5, 12);
    expect(boxGiou(box, other, 0.5)).toBeCloseTo(1 / 7.5 - 2 / 9.5, 12);
    expect([boxIou(point, point, 0.5), boxGiou(point, point, 0.5)]).toEqual([0, 0]);
  });
});
