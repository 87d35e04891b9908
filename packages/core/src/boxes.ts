/** Corners (d0, h0, w0, d1, h1, w1) with sizes of at least 0; in 2D, depth is 0 to 1. The functions here trust that. */
export type Box = ArrayLike<number>;

/** Volume that two boxes share, volume of both together, and volume of the smallest box around both. */
function overlap(a: Box, b: Box): { shared: number; union: number; hull: number } {
  let [shared, hull, first, second] = [1, 1, 1, 1];
  for (let i = 0; i < 3; i++) {
    shared *= Math.max(0, Math.min(a[i + 3]!, b[i + 3]!) - Math.max(a[i]!, b[i]!));
    hull *= Math.max(a[i + 3]!, b[i + 3]!) - Math.min(a[i]!, b[i]!);
    first *= a[i + 3]! - a[i]!;
    second *= b[i + 3]! - b[i]!;
  }
  return { shared, union: first + second - shared, hull };
}

const areEqual = (a: Box, b: Box): boolean => [0, 1, 2, 3, 4, 5].every((i) => a[i] === b[i]);

/** A quotient, with `empty` in place of 0 / 0. An `epsilon` above 0 is added to the divisor instead. */
const ratio = (part: number, whole: number, epsilon: number, empty: number): number =>
  whole + epsilon > 0 ? part / (whole + epsilon) : empty;

/**
 * Intersection over union: volume that two boxes share over the volume of both, in [0, 1]. Boxes without volume have 1 when
 * they are equal and 0 otherwise; with an `epsilon`, which is added to the divisor, always 0.
 */
export function boxIou(a: Box, b: Box, epsilon = 0): number {
  const { shared, union } = overlap(a, b);
  return ratio(shared, union, epsilon, areEqual(a, b) ? 1 : 0);
}

/**
 * Generalised IoU (Rezatofighi et al. 2019): IoU less the share of the smallest box around both that neither fills, in
 * [-1, 1]. `epsilon` is added to both divisors.
 */
export function boxGiou(a: Box, b: Box, epsilon = 0): number {
  const { union, hull } = overlap(a, b);
  return boxIou(a, b, epsilon) - ratio(hull - union, hull, epsilon, 0);
}
