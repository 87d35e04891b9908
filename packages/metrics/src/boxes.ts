import { check } from '@vividmed/core';

/** Corners (d0, h0, w0, d1, h1, w1); in 2D, depth is 0 to 1. */
export type Box = ArrayLike<number>;

function overlap(a: Box, b: Box): { shared: number; union: number; hull: number } {
  check(
    a.length === 6 && b.length === 6,
    'shape',
    `boxIou: expected 6 numbers a box, found ${a.length} and ${b.length}.`,
  );
  let [shared, hull, first, second] = [1, 1, 1, 1];
  for (let i = 0; i < 3; i++) {
    shared *= Math.max(0, Math.min(a[i + 3]!, b[i + 3]!) - Math.max(a[i]!, b[i]!));
    hull *= Math.max(a[i + 3]!, b[i + 3]!) - Math.min(a[i]!, b[i]!);
    first *= a[i + 3]! - a[i]!;
    second *= b[i + 3]! - b[i]!;
  }
  return { shared, union: first + second - shared, hull };
}

/** Volume that two boxes share over the volume of both. */
export function boxIou(a: Box, b: Box): number {
  const { shared, union } = overlap(a, b);
  return union > 0 ? shared / union : 0;
}

/** Generalised IoU of two boxes (Rezatofighi et al. 2019), in [-1, 1]. */
export function boxGiou(a: Box, b: Box): number {
  const { hull, union } = overlap(a, b);
  return hull > 0 ? boxIou(a, b) - (hull - union) / hull : 0;
}
