import { type View, voxelCount } from '../geometry/view.js';
import type { Box } from '../geometry/box.js';

/** Share of the voxels of a plane that must be bright: a table top or a letter on a film is less, a body more. */
const planeShare = 0.01;
/** Voxels that are kept around it. */
const margin = 2;

/**
 * The box around the planes, along each axis, of which more than 1 % is brighter than `threshold`, two voxels wider on every
 * side; undefined when there is none. In a CT at -500 HU it is the body with what it lies on, on a film what is inside its borders.
 */
export function foregroundBox(view: View, slices: Iterable<Float32Array>, threshold: number): Box | undefined {
  const { shape } = view;
  const [, height, width] = shape;
  const counts = shape.map((size) => new Float64Array(size));
  let d = 0;
  for (const slice of slices) {
    for (let h = 0, i = 0; h < height; h++) {
      for (let w = 0; w < width; w++, i++) {
        if (slice[i]! <= threshold) continue;
        counts[0]![d]!++;
        counts[1]![h]!++;
        counts[2]![w]!++;
      }
    }
    d++;
  }
  const spans = counts.map((perPlane, axis) => {
    const least = (planeShare * voxelCount(shape)) / shape[axis]!;
    const isBright = (count: number): boolean => count > least;
    return [perPlane.findIndex(isBright), perPlane.findLastIndex(isBright) + 1] as const;
  });
  if (spans.some(([first]) => first < 0)) return undefined;
  const low = (axis: number): number => Math.max(0, spans[axis]![0] - margin);
  const high = (axis: number): number => Math.min(shape[axis]!, spans[axis]![1] + margin);
  return [low(0), low(1), low(2), high(0), high(1), high(2)];
}
