import { type Box, boxOverlap } from './box-overlap.js';

/**
 * Volume that two boxes share over the volume of both: in [0, 1]. Two boxes without volume have 1 when they are equal and
 * 0 otherwise.
 */
export function boxIou(a: Box, b: Box): number {
  const { shared, union } = boxOverlap(a, b, 'boxIou');
  if (union > 0) return shared / union;
  return [0, 1, 2, 3, 4, 5].every((i) => a[i] === b[i]) ? 1 : 0;
}
