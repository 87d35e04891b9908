import { check } from '@vividmed/core';
import type { Box, Shape3 } from '../volume.js';
import type { Outline, ReaderNodule } from './lidc-readings.js';

/** A nodule on which readers agree. */
export interface Nodule {
  /** Indices of its voxels. */
  voxels: readonly number[];
  numReaders: number;
}

/** Voxels inside the outlines of one reader. The outline itself is the first pixel outside (McNitt-Gray et al., Acad Radiol 14, 2007, 1464-1474). */
export function voxelsOfNodule(
  where: string,
  { outlines }: ReaderNodule,
  shape: Shape3,
  depthOf: ReadonlyMap<string, number>,
): Set<number> {
  const voxels = new Set<number>();
  // Holes last: an outline of the same slice may come after its hole.
  for (const outline of [...outlines].sort((a, b) => Number(b.isIncluded) - Number(a.isIncluded))) {
    const depth = depthOf.get(outline.sopInstanceUid);
    check(
      depth !== undefined,
      'data',
      `${where}: expected imageSOP_UID of one of ${depthOf.size} slices, found another.`,
    );
    for (const pixel of pixelsInside(where, outline, shape)) {
      const voxel = depth * shape[1] * shape[2] + pixel;
      if (outline.isIncluded) voxels.add(voxel);
      else voxels.delete(voxel);
    }
  }
  return voxels;
}

/** Pixels whose centres lie in the outline, by the rule of even and odd crossings of their row, without those of the outline. */
function pixelsInside(where: string, { points }: Outline, [, height, width]: Shape3): number[] {
  const edge = new Set(points.map(([x, y]) => y * width + x));
  check(
    points.every(([x, y]) => x < width && y < height),
    'data',
    `${where}: expected edgeMap within ${height} x ${width} pixels, found a point outside.`,
  );
  const rows = points.map(([, y]) => y);
  const inside: number[] = [];
  for (let y = Math.min(...rows) + 1; y < Math.max(...rows); y++) {
    const crossings = points
      .flatMap(([x0, y0], i) => {
        const [x1, y1] = points[(i + 1) % points.length]!;
        return y0 <= y === y1 <= y ? [] : [x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)];
      })
      .sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      for (let x = Math.ceil(crossings[i]!); x <= crossings[i + 1]!; x++) {
        if (!edge.has(y * width + x)) inside.push(y * width + x);
      }
    }
  }
  return inside;
}

/**
 * The nodules of all readers: those that share a voxel, also through a third, are one. A voxel belongs to it when at least half of the
 * readers who outlined it have it inside.
 */
export function mergeReaders(marks: readonly { reader: number; voxels: ReadonlySet<number> }[]): Nodule[] {
  const clusters: { reader: number; voxels: ReadonlySet<number> }[][] = [];
  for (const mark of marks) {
    const touching = clusters.filter((cluster) => cluster.some(({ voxels }) => overlaps(voxels, mark.voxels)));
    for (const cluster of touching) clusters.splice(clusters.indexOf(cluster), 1);
    clusters.push([...touching.flat(), mark]);
  }
  return clusters.map((cluster) => {
    const readers = new Map<number, Set<number>>();
    for (const { reader, voxels } of cluster) {
      const own = readers.get(reader) ?? new Set();
      for (const voxel of voxels) own.add(voxel);
      readers.set(reader, own);
    }
    const counts = new Map<number, number>();
    for (const voxels of readers.values()) for (const voxel of voxels) counts.set(voxel, (counts.get(voxel) ?? 0) + 1);
    const voxels = [...counts].filter(([, count]) => 2 * count >= readers.size).map(([voxel]) => voxel);
    return { voxels: voxels.sort((a, b) => a - b), numReaders: readers.size };
  });
}

function overlaps(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  for (const voxel of small) if (large.has(voxel)) return true;
  return false;
}

/** Mask and boxes of nodules. */
export function drawNodules(nodules: readonly Nodule[], shape: Shape3): { mask: Uint8Array; boxes: Box[] } {
  const [depth, height, width] = shape;
  const mask = new Uint8Array(depth * height * width);
  const boxes = nodules.map(({ voxels }): Box => {
    let [d0, h0, w0, d1, h1, w1] = [depth, height, width, 0, 0, 0];
    for (const voxel of voxels) {
      mask[voxel] = 1;
      const [d, h, w] = [Math.floor(voxel / (height * width)), Math.floor(voxel / width) % height, voxel % width];
      [d0, h0, w0] = [Math.min(d0, d), Math.min(h0, h), Math.min(w0, w)];
      [d1, h1, w1] = [Math.max(d1, d + 1), Math.max(h1, h + 1), Math.max(w1, w + 1)];
    }
    return [d0, h0, w0, d1, h1, w1];
  });
  return { mask, boxes };
}
