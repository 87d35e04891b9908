/**
 * Solids in millimetres: x towards the patient's left, y towards the back, z towards the head, the origin in the middle of
 * the chest. A solid gives, per level z, a function of (x, y) that is negative inside and about the distance to the surface.
 */
export type Level = (x: number, y: number) => number;
export type Point = readonly [x: number, y: number, z: number];

export interface Shape {
  /** x0, x1, y0, y1, z0, z1: nothing of the solid is outside. */
  bounds: readonly [number, number, number, number, number, number];
  at(z: number): Level;
}

const outside: Level = () => Number.POSITIVE_INFINITY;

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

/** A straight rod with round ends. */
export function capsule([ax, ay, az]: Point, [bx, by, bz]: Point, radius: number): Shape {
  const [dx, dy, dz] = [bx - ax, by - ay, bz - az];
  const inverse = 1 / Math.max(1e-9, dx * dx + dy * dy + dz * dz);
  return {
    bounds: [
      Math.min(ax, bx) - radius,
      Math.max(ax, bx) + radius,
      Math.min(ay, by) - radius,
      Math.max(ay, by) + radius,
      Math.min(az, bz) - radius,
      Math.max(az, bz) + radius,
    ],
    at(z) {
      const pz = z - az;
      return (x, y) => {
        const [px, py] = [x - ax, y - ay];
        const t = Math.min(1, Math.max(0, (px * dx + py * dy + pz * dz) * inverse));
        return Math.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2 + (pz - t * dz) ** 2) - radius;
      };
    },
  };
}

/** Rods from point to point. */
export const tube = (points: readonly Point[], radius: number): Shape[] =>
  points.slice(1).map((point, i) => capsule(points[i] as Point, point, radius));

/** Everything in one of the solids. */
export function union(shapes: readonly Shape[]): Shape {
  const bounds = [0, 1, 2, 3, 4, 5].map((i) =>
    (i % 2 === 0 ? Math.min : Math.max)(...shapes.map((shape) => shape.bounds[i] as number)),
  ) as unknown as Shape['bounds'];
  return {
    bounds,
    at(z) {
      const levels = shapes.filter(({ bounds: b }) => z >= b[4] - 12 && z <= b[5] + 12).map((shape) => shape.at(z));
      if (levels.length === 0) return outside;
      return (x, y) => {
        let nearest = Number.POSITIVE_INFINITY;
        for (const level of levels) nearest = Math.min(nearest, level(x, y));
        return nearest;
      };
    },
  };
}

/** What is in all of the solids. The bounds are those of the first. */
export function intersection(first: Shape, ...others: readonly Shape[]): Shape {
  return {
    bounds: first.bounds,
    at(z) {
      const levels = [first, ...others].map((shape) => shape.at(z));
      return (x, y) => {
        let farthest = Number.NEGATIVE_INFINITY;
        for (const level of levels) farthest = Math.max(farthest, level(x, y));
        return farthest;
      };
    },
  };
}

/** A solid given by its function alone. */
export const solid = (bounds: Shape['bounds'], at: (z: number) => Level): Shape => ({ bounds, at });
