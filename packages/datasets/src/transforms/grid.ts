import { check } from '@vividmed/core';
import type { Study } from '../study.js';
import type { Side } from '../taxonomy/target.js';
import { type Box, type Shape3, voxelCount } from '../volume.js';

/**
 * Where the voxels of a new grid come from: for each axis, its length and, voxel by voxel, the index on the old grid, or -1 for
 * outside. Flips, crops, shifts and padding are all of this kind, and move boxes exactly.
 */
export type AxisSources = readonly [Int32Array, Int32Array, Int32Array];

/** Every index of an axis, from itself. */
export const sameAxis = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

/** Where an axis keeps its order without gaps: so many indices from one of the old grid on, beginning at one of the new. */
function runOf(sources: Int32Array): { at: number; from: number; count: number } | undefined {
  const at = sources.findIndex((source) => source >= 0);
  if (at < 0) return undefined;
  const from = sources[at]!;
  const count = sources.reduce((sum, source) => sum + (source >= 0 ? 1 : 0), 0);
  return sources.every((source, i) => source === (i < at || i >= at + count ? -1 : from + i - at))
    ? { at, from, count }
    : undefined;
}

/** Reads an array of the old grid at the sources of the new one; `outside` where there is none. */
function gather<T extends Float32Array | Uint8Array>(
  data: T,
  out: T,
  shape: Shape3,
  sources: AxisSources,
  outside: number,
): T {
  const [fromD, fromH, fromW] = sources;
  const [numD, numH, numW] = [fromD.length, fromH.length, fromW.length];
  const run = runOf(fromW);
  out.fill(outside);
  for (let d = 0, i = 0; d < numD; d++) {
    for (let h = 0; h < numH; h++, i += numW) {
      if (fromD[d]! < 0 || fromH[h]! < 0) continue;
      const row = (fromD[d]! * shape[1] + fromH[h]!) * shape[2];
      // All but mirrored rows are copied whole.
      if (run) out.set(data.subarray(row + run.from, row + run.from + run.count), i + run.at);
      else for (let w = 0; w < numW; w++) if (fromW[w]! >= 0) out[i + w] = data[row + fromW[w]!]!;
    }
  }
  return out;
}

/** The interval of new indices whose sources lie in [low, high), or `undefined` when none does. */
function moveInterval(sources: Int32Array, low: number, high: number): readonly [number, number] | undefined {
  let [first, last] = [-1, -1];
  sources.forEach((source, i) => {
    if (source < low || source >= high) return;
    if (first === -1) first = i;
    last = i;
  });
  return first === -1 ? undefined : [first, last + 1];
}

/** A box of whole voxels on the new grid; `undefined` when it is outside. */
function moveBox(box: Box, sources: AxisSources): Box | undefined {
  const moved = ([0, 1, 2] as const).map((axis) =>
    moveInterval(sources[axis], Math.floor(box[axis]), Math.ceil(box[axis + 3]!)),
  );
  const [d, h, w] = moved;
  return d && h && w ? [d[0], h[0], w[0], d[1], h[1], w[1]] : undefined;
}

/** A study on a new grid. What is moved out of the image wholly is neither shown nor absent afterwards: it is unknown. */
export function resampleAxes(study: Study, sources: AxisSources, outside: number): Study {
  const { volume } = study;
  const shape: Shape3 = [sources[0].length, sources[1].length, sources[2].length];
  check(
    shape.every((length) => length > 0),
    'shape',
    'resampleAxes: expected an axis of at least one voxel, found none.',
  );
  const numVoxels = voxelCount(shape);
  const masks: Record<string, Uint8Array> = {};
  for (const [name, mask] of Object.entries(study.masks)) {
    const moved = gather(mask, new Uint8Array(numVoxels), volume.shape, sources, 0);
    if (moved.includes(1)) masks[name] = moved;
  }
  const boxes: Record<string, readonly Box[]> = {};
  const boxSides: Record<string, readonly (Side | undefined)[]> = {};
  for (const [name, list] of Object.entries(study.boxes)) {
    const sides = study.boxSides?.[name];
    const moved = list.flatMap((old, i) => {
      const box = moveBox(old, sources);
      return box ? [{ box, side: sides?.[i] }] : [];
    });
    if (moved.length === 0) continue;
    boxes[name] = moved.map(({ box }) => box);
    if (sides) boxSides[name] = moved.map(({ side }) => side);
  }
  const data = gather(volume.data, new Float32Array(numVoxels), volume.shape, sources, outside);
  // Not the rest of the volume: a position in the patient would be that of the old grid.
  const { spacingMm, modality } = volume;
  return {
    ...study,
    volume: { data, shape, spacingMm, modality },
    masks,
    boxes,
    ...(study.boxSides ? { boxSides } : {}),
  };
}
