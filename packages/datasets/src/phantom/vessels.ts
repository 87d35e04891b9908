import type { Rng } from '@vividmed/core';
import type { Side } from '../taxonomy/target.js';
import type { Build } from './build.js';
import { lung } from './organs.js';
import { chain, depthIn, type Point, type Rod } from './shapes.js';

/** Cosines of the turns that a branch may take. */
const unit = ([x, y, z]: Point): Point => {
  const norm = Math.hypot(x, y, z) || 1;
  return [x / norm, y / norm, z / norm];
};

/**
 * Vessels of a lung: a tree from its root that forks and thins out towards the surface, thicker and denser below than above, as
 * in an upright patient. Branches end at the pleura.
 */
export function vessels(build: Build, side: Side, rng: Rng): Rod[] {
  const sign = side === 'left' ? 1 : -1;
  const space = lung(build, side);
  const root: Point = side === 'left' ? [44, 16, 32] : [-44, 10, 16];
  const rods: Rod[] = [];
  const grow = (from: Point, heading: Point, radius: number): void => {
    if (radius < 0.7) return;
    const length = rng.uniform(0.75, 1.25) * (9 + 5.5 * radius);
    const next: Point = [from[0] + heading[0] * length, from[1] + heading[1] * length, from[2] + heading[2] * length];
    rods.push(...chain([from, next], [radius, radius * 0.92]));
    if (depthIn(space, next) > -2 && rods.length > 12) return;
    const spread = rng.uniform(0.25, 0.5);
    const [a, b] = [rng.normal(), rng.normal()];
    const side_: Point = [a * 0.8, b, rng.normal()];
    for (const [turn, thin] of [
      [spread * 0.6, 0.86],
      [-spread, 0.66],
    ] as const) {
      grow(
        next,
        unit([heading[0] + turn * side_[0], heading[1] + turn * side_[1], heading[2] + turn * side_[2]]),
        radius * thin,
      );
    }
  };
  // The lower artery runs down beside the heart; the others fan out.
  const hilum: Point = [root[0] + sign * 8, root[1] + 4, root[2] - 26];
  rods.push(...chain([[root[0] - sign * 8, root[1] - 2, root[2] + 8], root, hilum], [9, 8.5, 6]));
  for (const angle of [-1.45, -1.2, -0.95, -0.7, -0.4]) {
    grow(hilum, unit([sign * Math.cos(angle), rng.uniform(-0.75, 0.75), Math.sin(angle)]), rng.uniform(3.9, 5.1));
  }
  for (const angle of [-0.1, 0.3, 0.75, 1.1, 1.35]) {
    grow(root, unit([sign * Math.cos(angle), rng.uniform(-0.7, 0.7), Math.sin(angle)]), rng.uniform(3, 4));
  }
  return rods;
}
