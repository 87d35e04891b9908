import { short } from './html.js';

/** Corners x, y, x, y, … of a closed polygon, in pixel edges: pixel i spans i to i + 1. */
export type Polygon = readonly number[];

const steps = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * Outlines of a mask [H, W] along pixel edges, one corner a pixel edge. Outer outlines run clockwise on screen and holes the
 * other way, so that the signed areas add up to the number of pixels set. Pixels that touch at a corner alone are apart.
 */
export function traceMask(mask: ArrayLike<number>, height: number, width: number): Polygon[] {
  const isSet = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && Boolean(mask[y * width + x]);
  const columns = width + 1;
  // Bit k of a corner: an edge leaves it in direction k (right, down, left, up) with a set pixel on its right-hand side.
  const leaving = new Uint8Array(columns * (height + 1));
  const leave = (x: number, y: number, direction: number): void => {
    const at = y * columns + x;
    leaving[at] = (leaving[at] as number) | (1 << direction);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isSet(x, y)) continue;
      if (!isSet(x, y - 1)) leave(x, y, 0);
      if (!isSet(x + 1, y)) leave(x + 1, y, 1);
      if (!isSet(x, y + 1)) leave(x + 1, y + 1, 2);
      if (!isSet(x - 1, y)) leave(x, y + 1, 3);
    }
  }
  const polygons: Polygon[] = [];
  for (let start = 0; start < leaving.length; start++) {
    while (leaving[start] !== 0) {
      const polygon: number[] = [];
      let at = start;
      let direction = 31 - Math.clz32((leaving[start] as number) & -(leaving[start] as number));
      do {
        polygon.push(at % columns, Math.floor(at / columns));
        leaving[at] = (leaving[at] as number) & ~(1 << direction);
        const [dx, dy] = steps[direction] as (typeof steps)[number];
        at += dy * columns + dx;
        // The right-hand turn first: it stays on the same pixel where two touch at a corner.
        const next = [1, 0, 3].map((turn) => (direction + turn) % 4);
        direction = next.find((way) => (leaving[at] as number) & (1 << way)) ?? direction;
      } while (at !== start);
      polygons.push(polygon);
    }
  }
  return polygons;
}

/** Area inside a polygon, positive when it runs clockwise on screen. */
export function signedArea(polygon: Polygon): number {
  let twice = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length;
    twice += polygon[i]! * polygon[j + 1]! - polygon[j]! * polygon[i + 1]!;
  }
  return twice / 2;
}

/** Loops with fewer edges than this are drawn as they are: rounding would eat them. */
const smallLoop = 16;

type Pair = readonly [number, number];

/** Midpoints of the edges, as marching squares draw a mask, each drawn towards its neighbours to smooth the stairs of pixels. */
export function smoothLoop(polygon: Polygon): Pair[] {
  const count = polygon.length / 2;
  const around = (points: readonly Pair[], i: number): Pair => points[(i + points.length) % points.length] as Pair;
  let points = Array.from({ length: count }, (_, i): Pair => {
    const j = (i + 1) % count;
    return [(polygon[2 * i]! + polygon[2 * j]!) / 2, (polygon[2 * i + 1]! + polygon[2 * j + 1]!) / 2];
  });
  for (let pass = 0; pass < (count < smallLoop ? 0 : 3); pass++) {
    const last = points;
    points = last.map(([x, y], i) => {
      const [[px, py], [nx, ny]] = [around(last, i - 1), around(last, i + 1)];
      return [(px + 2 * x + nx) / 4, (py + 2 * y + ny) / 4];
    });
  }
  return points;
}

/** Points closer than this many drawing units to the one before, or on a line with their neighbours, are left out. */
const closest = 1.2;
const flattest = 0.02;

/** SVG path data of smoothed polygons, scaled to `scaleX` and `scaleY` drawing units a pixel. */
export function smoothPath(polygons: readonly Polygon[], scaleX: number, scaleY: number): string {
  return polygons
    .map((polygon) => {
      const kept: Pair[] = [];
      const points = smoothLoop(polygon).map(([x, y]): Pair => [x * scaleX, y * scaleY]);
      points.forEach((point, i) => {
        const before = kept.at(-1);
        const next = points[i + 1];
        if (before && next) {
          const [ax, ay, bx, by] = [point[0] - before[0], point[1] - before[1], next[0] - point[0], next[1] - point[1]];
          if (Math.hypot(ax, ay) < closest || Math.abs(ax * by - ay * bx) < flattest) return;
        }
        kept.push(point);
      });
      return `M${kept.map(([x, y]) => `${short(x)} ${short(y)}`).join('L')}Z`;
    })
    .join('');
}
