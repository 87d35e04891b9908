import type { Shape3 } from './mask-volume.js';
import type { SurfacePoints } from './surface-points.js';

/** The corners of a cube by their bits: bit 4 d + 2 h + w, so corners that differ in one bit share an edge. */
const corners = [0, 1, 2, 3, 4, 5, 6, 7];
/** How the number of a corner changes along depth, height and width. */
const steps = [4, 2, 1] as const;
const axes = [0, 1, 2] as const;

/** Sets of corners that edges of the cube join, each as its bits. */
function joinedCorners(code: number): number[] {
  const sets: number[] = [];
  let left = code;
  for (const corner of corners) {
    if (!(left & (1 << corner))) continue;
    let set = 1 << corner;
    for (let grown = 0; grown !== set;) {
      grown = set;
      for (const at of corners) {
        if (set & (1 << at)) for (const step of steps) set |= left & (1 << (at ^ step));
      }
    }
    sets.push(set);
    left &= ~set;
  }
  return sets;
}

/** How much of each kind of plane a surface has: across the diagonal, along one axis (3), along two axes (3). */
type Planes = readonly [diagonal: number, alongOne: readonly number[], alongTwo: readonly number[]];

const only = (axis: number, amount: number): number[] => axes.map((other) => (other === axis ? amount : 0));

/**
 * The surface that cuts joined corners off the rest of a cube half-way along its edges, in at most four corners.
 *
 * The cut through three corners, or through four that are no side of the cube, is not flat. It is folded as marching cubes
 * folds it, which is how the areas of surface-distance come about.
 */
function planesOf(set: number): Planes {
  const inside = corners.filter((corner) => set & (1 << corner));
  const edgesOf = (corner: number): number[] => axes.filter((axis) => set & (1 << (corner ^ steps[axis])));
  const bare = axes.findIndex((axis) => inside.every((corner) => !edgesOf(corner).includes(axis)));
  const none = [0, 0, 0];
  switch (inside.length) {
    case 1:
      return [1 / 8, none, none];
    case 2:
      return [0, only(edgesOf(inside[0]!)[0]!, 1 / 2), none];
    case 3:
      return [3 / 8, none, only(bare, 1 / 2)];
  }
  if (bare >= 0) return [0, none, only(bare, 1)];
  const ends = inside.filter((corner) => edgesOf(corner).length === 1);
  if (ends.length === 3) return [3 / 4, none, none];
  const isEnd = (axis: number): boolean => ends.some((corner) => edgesOf(corner)[0] === axis);
  return [1 / 2, axes.map((axis) => (isEnd(axis) ? 1 / 4 : 0)), none];
}

let planesOfCodes: readonly (readonly Planes[])[] | undefined;

/** mm² of surface in the cube between eight voxels, for each of the 256 ways they may be inside. */
export function surfaceElementAreas([depth, height, width]: Shape3): Float64Array {
  // Made once, when first needed: the planes do not depend on the spacing.
  planesOfCodes ??= Array.from({ length: 256 }, (_, code) => {
    const few = corners.filter((corner) => code & (1 << corner)).length <= 4 ? code : 255 - code;
    return joinedCorners(few).map(planesOf);
  });
  const sides = [height * width, depth * width, depth * height] as const;
  const diagonal = Math.hypot(...sides);
  const across = axes.map((axis) => Math.hypot(...sides.filter((_, other) => other !== axis)));
  const areaOf = ([first, alongOne, alongTwo]: Planes): number =>
    axes.reduce(
      (sum, axis) => sum + alongOne[axis]! * across[axis]! + alongTwo[axis]! * sides[axis]!,
      first * diagonal,
    );
  return Float64Array.from(planesOfCodes, (planes) => planes.reduce((sum, each) => sum + areaOf(each), 0));
}

/** mm of contour in the square between four pixels, for each of the 16 ways they may be inside. */
export function contourLengths([, vertical, horizontal]: Shape3): Float64Array {
  const corner = Math.hypot(vertical, horizontal) / 2;
  return Float64Array.from({ length: 16 }, (_, code) => {
    if (code === 0 || code === 15) return 0;
    if (code === 0b0011 || code === 0b1100) return horizontal;
    if (code === 0b0101 || code === 0b1010) return vertical;
    return code === 0b0110 || code === 0b1001 ? 2 * corner : corner;
  });
}

/**
 * The surface of a mask in the corners between its voxels, each with the area that marching cubes puts there, or the length of
 * contour in 2D (surface-distance, google-deepmind/surface-distance@1f805ce).
 *
 * @param mask [D, H, W], empty at its edges but along a depth of 1.
 * @param weights `surfaceElementAreas`, or `contourLengths` in 2D.
 */
export function surfaceElements(
  mask: Uint8Array,
  [depth, height, width]: Shape3,
  weights: Float64Array,
): SurfacePoints {
  const isFlat = depth === 1;
  const shape: Shape3 = [isFlat ? 1 : depth - 1, height - 1, width - 1];
  const codes = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const full = isFlat ? 15 : 255;
  const next = isFlat ? 0 : height * width;
  for (let d = 0, at = 0; d < shape[0]; d++) {
    for (let h = 0; h < shape[1]; h++) {
      const row = (d * height + h) * width;
      let code = 0;
      for (let w = 1; w < width; w++, at++) {
        // What was at the far side along the width is now at the near side: one bit lower.
        code = (code >> 1) & 0b01010101;
        const i = row + w;
        code |= (mask[i]! << 1) | (mask[i + width]! << 3) | (mask[i + next]! << 5) | (mask[i + next + width]! << 7);
        code &= full;
        codes[at] = code === full ? 0 : code;
      }
    }
  }
  return { codes, shape, weights };
}
