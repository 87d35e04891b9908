import type { Box, Shape3, Volume } from '../volume.js';

type Point = readonly [number, number, number];

/** From voxel positions of one grid to those of another: a matrix, row by row, and a shift. Edges of voxels are whole numbers. */
export interface Affine {
  matrix: readonly [...Point, ...Point, ...Point];
  shift: Point;
}

const apply = ({ matrix: m, shift }: Affine, [d, h, w]: Point): [number, number, number] => [
  m[0] * d + m[1] * h + m[2] * w + shift[0],
  m[3] * d + m[4] * h + m[5] * w + shift[1],
  m[6] * d + m[7] * h + m[8] * w + shift[2],
];

/**
 * Turning and scaling about the middle of a volume, and the way back. Degrees about the axes depth, height and width in turn, in
 * millimetres, so that nothing is sheared where voxels are not cubes.
 */
export function turning(
  { shape, spacingMm }: Pick<Volume, 'shape' | 'spacingMm'>,
  degrees: Point,
  scale: number,
): { forward: Affine; backward: Affine } {
  const [a, b, c] = degrees.map((angle) => (angle * Math.PI) / 180) as [number, number, number];
  const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)];
  // Rows and columns are depth, height, width: turns about width, then height, then depth.
  const turn = [
    [cb * cc, -cb * sc, sb],
    [ca * sc + sa * sb * cc, ca * cc - sa * sb * sc, -sa * cb],
    [sa * sc - ca * sb * cc, sa * cc + ca * sb * sc, ca * cb],
  ] as const;
  const middle: Point = [shape[0] / 2, shape[1] / 2, shape[2] / 2];
  const about = (entry: (row: 0 | 1 | 2, column: 0 | 1 | 2) => number): Affine => {
    const at = (row: 0 | 1 | 2, column: 0 | 1 | 2): number => (entry(row, column) * spacingMm[column]) / spacingMm[row];
    const matrix = [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)] as const;
    const moved = apply({ matrix, shift: [0, 0, 0] }, middle);
    return { matrix, shift: [middle[0] - moved[0], middle[1] - moved[1], middle[2] - moved[2]] };
  };
  return {
    forward: about((row, column) => turn[row][column] * scale),
    // The transpose of a turn is its way back.
    backward: about((row, column) => turn[column][row] / scale),
  };
}

/** The box around the corners of a box that was moved, in whole voxels and within the grid; `undefined` when it is outside. */
export function moveCorners(box: Box, forward: Affine, shape: Shape3): Box | undefined {
  const corners = [0, 3].flatMap((d) =>
    [1, 4].flatMap((h) => [2, 5].map((w) => apply(forward, [box[d]!, box[h]!, box[w]!]))),
  );
  // A corner that rounding put a hair over an edge is on it.
  const hair = 1e-6;
  const low = ([0, 1, 2] as const).map((axis) =>
    Math.max(0, Math.floor(Math.min(...corners.map((corner) => corner[axis])) + hair)),
  );
  const high = ([0, 1, 2] as const).map((axis) =>
    Math.min(shape[axis], Math.ceil(Math.max(...corners.map((corner) => corner[axis])) - hair)),
  );
  if (low.some((at, axis) => at >= high[axis]!)) return undefined;
  return [low[0]!, low[1]!, low[2]!, high[0]!, high[1]!, high[2]!];
}

/**
 * Where the centre of the first voxel of a row comes from, in voxel indices of the old grid. The next ones are a column of the matrix
 * further each: whoever goes through millions of voxels does so without a call for each.
 */
export function sourceOf(backward: Affine, d: number, h: number): [number, number, number] {
  const [pd, ph, pw] = apply(backward, [d + 0.5, h + 0.5, 0.5]);
  return [pd - 0.5, ph - 0.5, pw - 0.5];
}
