/**
 * Solids in millimetres: x towards the patient's left, y towards the back, z towards the head, the origin in the middle of
 * the chest. A solid gives, per level z, a function of (x, y) that is negative inside and about the distance to the surface.
 */
export type Level = (x: number, y: number) => number;
export type Point = readonly [x: number, y: number, z: number];

export interface Shape {
  /** x0, x1, y0, y1, z0, z1: nothing of the solid is outside. */
  bounds: readonly [number, number, number, number, number, number];
  /** `undefined` where the level has nothing of it. */
  at(z: number): Level | undefined;
}

/** A straight rod with round ends that may differ in radius. */
export interface Rod {
  from: Point;
  to: Point;
  radii: readonly [number, number];
}

/** An ellipsoid, turned by `tilt` radians in the frontal plane (its left end goes down for positive values). */
export function ellipsoid([cx, cy, cz]: Point, [rx, ry, rz]: Point, tilt = 0): Shape {
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const ex = Math.hypot(rx * cos, rz * sin);
  const ez = Math.hypot(rx * sin, rz * cos);
  const scale = Math.min(rx, ry, rz);
  return {
    bounds: [cx - ex, cx + ex, cy - ry, cy + ry, cz - ez, cz + ez],
    at(z) {
      const dz = z - cz;
      return (x, y) => {
        const dx = x - cx;
        const u = (dx * cos - dz * sin) / rx;
        const v = (y - cy) / ry;
        const w = (dx * sin + dz * cos) / rz;
        return (Math.sqrt(u * u + v * v + w * w) - 1) * scale;
      };
    },
  };
}

/** Rods from point to point, of one radius or of a radius per point. */
export const chain = (points: readonly Point[], radius: number | readonly number[]): Rod[] => {
  const at = (i: number): number => (typeof radius === 'number' ? radius : (radius[i] as number));
  return points.slice(1).map((to, i) => ({ from: points[i] as Point, to, radii: [at(i), at(i + 1)] }));
};

/** The bounds that hold all of these. */
const around = (bounds: readonly Shape['bounds'][]): Shape['bounds'] => {
  const low = (i: 0 | 2 | 4): number => Math.min(...bounds.map((box) => box[i]));
  const high = (i: 1 | 3 | 5): number => Math.max(...bounds.map((box) => box[i]));
  return [low(0), high(1), low(2), high(3), low(4), high(5)];
};

/** Everything in one of the solids, with seams rounded off over `blend` millimetres. */
export function union(shapes: readonly Shape[], blend = 0): Shape {
  return {
    bounds: around(shapes.map(({ bounds }) => bounds)),
    at(z) {
      const levels = shapes.flatMap((shape) => shape.at(z) ?? []);
      if (levels.length === 0) return undefined;
      return (x, y) => {
        let nearest = Number.POSITIVE_INFINITY;
        for (const level of levels) {
          const one = level(x, y);
          const close = blend > 0 ? Math.max(0, blend - Math.abs(one - nearest)) : 0;
          nearest = Math.min(nearest, one) - (close * close) / (4 * blend || 1);
        }
        return nearest;
      };
    },
  };
}

/** What is in both solids. The bounds are those of the first. */
export function intersection(first: Shape, second: Shape): Shape {
  return {
    bounds: first.bounds,
    at(z) {
      const [one, two] = [first.at(z), second.at(z)];
      return one && two && ((x, y) => Math.max(one(x, y), two(x, y)));
    },
  };
}

/** A solid given by its function alone. */
export const solid = (bounds: Shape['bounds'], at: (z: number) => Level | undefined): Shape => ({ bounds, at });

/** Whether a point is in a solid, as the distance to its surface: negative inside. */
export const depthIn = (shape: Shape, [x, y, z]: Point): number => shape.at(z)?.(x, y) ?? Number.POSITIVE_INFINITY;
