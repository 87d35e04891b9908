import { check } from '@vividmed/core';

/** Corners (d0, h0, w0, d1, h1, w1); in 2D, depth is 0 to 1. */
export type Box = ArrayLike<number>;

/** @throws {VividMedError} `shape` or `numeric` for a box that is not six finite numbers with sizes of at least 0. */
function checkBox(box: Box, where: string): void {
  check(box.length === 6, 'shape', `${where}: expected 6 numbers a box, found ${box.length}.`);
  for (let axis = 0; axis < 3; axis++) {
    const size = box[axis + 3]! - box[axis]!;
    check(
      Number.isFinite(size) && size >= 0,
      'numeric',
      `${where}: expected a size of at least 0 along axis ${axis}, found ${size}.`,
    );
  }
}

/** Volume that two boxes share, volume of both together, and volume of the smallest box around both. */
export function boxOverlap(a: Box, b: Box, where: string): { shared: number; union: number; hull: number } {
  checkBox(a, where);
  checkBox(b, where);
  let [shared, hull, first, second] = [1, 1, 1, 1];
  for (let i = 0; i < 3; i++) {
    shared *= Math.max(0, Math.min(a[i + 3]!, b[i + 3]!) - Math.max(a[i]!, b[i]!));
    hull *= Math.max(a[i + 3]!, b[i + 3]!) - Math.min(a[i]!, b[i]!);
    first *= a[i + 3]! - a[i]!;
    second *= b[i + 3]! - b[i]!;
  }
  return { shared, union: first + second - shared, hull };
}
