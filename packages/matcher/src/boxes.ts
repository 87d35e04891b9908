import { boxGiou, boxIou, check } from '@vividmed/core';

/** Six numbers: centre and size (c_d, c_h, c_w, s_d, s_h, s_w), or corners (d0, h0, w0, d1, h1, w1). In 2D, depth is 0 to 1. */
export type Box = ArrayLike<number>;

/** `paper` is exact; `original` adds 2^-23 in divisions, as the published code does. */
export type Profile = 'paper' | 'original';

const coordinates = {
  centreSize: ['c_d', 'c_h', 'c_w', 's_d', 's_h', 's_w'],
  corners: ['d0', 'h0', 'w0', 'd1', 'h1', 'w1'],
} as const;

function checkNumbers(boxes: readonly Box[], names: readonly string[], where: string): void {
  boxes.forEach((box, i) => {
    check(box.length === 6, 'shape', `${where}: expected 6 numbers in box ${i}, found ${box.length}.`);
    names.forEach((name, axis) => {
      const value = box[axis]!;
      check(Number.isFinite(value), 'numeric', `${where}: expected a finite ${name} in box ${i}, found ${value}.`);
    });
  });
}

/** @throws {VividMedError} `shape` or `numeric`, naming the box and its coordinate. */
export function checkBoxes(boxes: readonly Box[], form: keyof typeof coordinates, where: string): void {
  checkNumbers(boxes, coordinates[form], where);
  boxes.forEach((box, i) => {
    for (let axis = 0; axis < 3; axis++) {
      const size = form === 'corners' ? box[axis + 3]! - box[axis]! : box[axis + 3]!;
      check(
        size >= 0,
        'numeric',
        `${where}: expected a size of at least 0 along axis ${axis} of box ${i}, found ${size}.`,
      );
    }
  });
}

/** (c_d, c_h, c_w, s_d, s_h, s_w) as (d0, h0, w0, d1, h1, w1). */
export function centreSizeToCorners(box: Box): number[] {
  return [0, 1, 2, 3, 4, 5].map((i) => (i < 3 ? box[i]! - box[i + 3]! / 2 : box[i - 3]! + box[i]! / 2));
}

/** (d0, h0, w0, d1, h1, w1) as (c_d, c_h, c_w, s_d, s_h, s_w). */
export function cornersToCentreSize(box: Box): number[] {
  return [0, 1, 2, 3, 4, 5].map((i) => (i < 3 ? (box[i]! + box[i + 3]!) / 2 : box[i]! - box[i - 3]!));
}

/** Added to divisors in profile `original`. */
const epsilonOf = (profile: Profile): number => (profile === 'original' ? 2 ** -23 : 0);

function pairwise(
  a: readonly Box[],
  b: readonly Box[],
  where: string,
  measure: (a: Box, b: Box) => number,
): number[][] {
  checkBoxes(a, 'corners', where);
  checkBoxes(b, 'corners', where);
  return a.map((box) => b.map((other) => measure(box, other)));
}

/**
 * Mean absolute difference of the six numbers of each pair, in whichever form both have: [n][m].
 *
 * @throws {VividMedError} `shape` or `numeric`, naming the box and the number.
 */
export function pairwiseL1(a: readonly Box[], b: readonly Box[]): number[][] {
  for (const boxes of [a, b])
    checkNumbers(boxes, ['number 0', 'number 1', 'number 2', 'number 3', 'number 4', 'number 5'], 'pairwiseL1');
  return a.map((box) =>
    b.map((other) => [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + Math.abs(box[i]! - other[i]!), 0) / 6),
  );
}

/** Volume shared by each pair over the volume of both, corner boxes: [n][m] in [0, 1]. Equal boxes without volume have 1. */
export function pairwiseIou(a: readonly Box[], b: readonly Box[], profile: Profile = 'paper'): number[][] {
  return pairwise(a, b, 'pairwiseIou', (x, y) => boxIou(x, y, epsilonOf(profile)));
}

/** Generalised IoU (Rezatofighi et al. 2019) of each pair in three dimensions, corner boxes: [n][m] in [-1, 1]. */
export function pairwiseGiou(a: readonly Box[], b: readonly Box[], profile: Profile = 'paper'): number[][] {
  return pairwise(a, b, 'pairwiseGiou', (x, y) => boxGiou(x, y, epsilonOf(profile)));
}
