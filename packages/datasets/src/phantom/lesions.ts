import type { Rng } from '@vividmed/core';
import { type Build, cageAt, diaphragm, heart as heartOf, lung } from './body.js';
import type { PlannedFinding, Zone } from './findings.js';
import type { Paint } from './raster.js';
import { capsule, ellipsoid, intersection, type Point, type Shape, solid, union } from './shapes.js';

type Field = (x: number, y: number, z: number) => number;

/** Levels of the three zones of a lung. */
function zoneLevels(build: Build, zone: Zone, floor: number): [number, number] {
  const top = build.apex - 8;
  const third = (top - floor) / 3;
  const start = floor + { lower: 0, middle: 1, upper: 2 }[zone] * third;
  return [start, start + third];
}

/**
 * A point of a lung where a round lesion of this radius fits and can be seen from the front: inside the lung, beside the heart,
 * above the diaphragm. Tries many points and keeps the one with most room.
 */
function place(rng: Rng, build: Build, { side, zone }: PlannedFinding, radius: number): Point {
  const sign = side === 'left' ? 1 : -1;
  const space = lung(build, side ?? 'left');
  const heart = heartOf(build);
  const [low, high] = zoneLevels(build, zone ?? 'middle', build.dome[side ?? 'left'] + 4);
  let best: Point = [sign * 70, 0, (low + high) / 2];
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < 40; i++) {
    const z = rng.uniform(
      low + Math.min(radius, (high - low) / 2) * 0.6,
      high - Math.min(radius, (high - low) / 2) * 0.6,
    );
    const x = sign * rng.uniform(38, build.halfWidth - radius);
    const y = rng.uniform(-0.7, 0.7) * build.halfDepth;
    const beside = heart.at(z)(x, -28);
    const room = Math.min(-space.at(z)(x, y) - radius, beside - radius * 0.5, 6);
    if (room > most) {
      most = room;
      best = [x, y, z];
    }
    if (most >= 2) break;
  }
  return best;
}

const radii = {
  nodule: { small: [10.5, 11.5], moderate: [11.5, 13], large: [13, 14.5] },
  mass: { small: [19, 22], moderate: [22, 26], large: [26, 31] },
  consolidation: { small: [26, 30], moderate: [30, 36], large: [36, 44] },
  atelectasis: { small: [30, 36], moderate: [36, 44], large: [44, 52] },
} as const;

function lobulated(rng: Rng, centre: Point, radius: number): Shape {
  const parts = [ellipsoid(centre, [radius * 0.9, radius * 0.9, radius * 0.9])];
  for (let i = 0; i < 4; i++) {
    const offset = [0, 0, 0].map(() => rng.uniform(-0.45, 0.45) * radius) as unknown as Point;
    const r = radius * rng.uniform(0.5, 0.7);
    parts.push(ellipsoid([centre[0] + offset[0], centre[1] + offset[1], centre[2] + offset[2]], [r, r, r]));
  }
  return union(parts);
}

/** How to paint one planned finding, in order. Cardiomegaly is part of the anatomy and needs no paint. */
export function lesionPaints(
  rng: Rng,
  build: Build,
  found: PlannedFinding,
  instance: number,
  field: Field,
  lungBits: number,
): Paint[] {
  const { name, side, size } = found;
  if (side === null) return [];
  const sign = side === 'left' ? 1 : -1;
  const space = lung(build, side);
  switch (name) {
    case 'nodule':
    case 'mass': {
      const radius = rng.uniform(...radii[name][size]);
      const centre = place(rng, build, found, radius);
      const shape =
        name === 'mass' ? lobulated(rng, centre, radius) : ellipsoid(centre, [radius, radius * 0.97, radius * 1.03]);
      return [{ shape: intersection(shape, space), hu: name === 'mass' ? 45 : 60, instance }];
    }
    case 'consolidation': {
      const radius = rng.uniform(...radii.consolidation[size]);
      const centre = place(rng, build, found, radius * 0.75);
      const core = ellipsoid(centre, [radius, radius * 1.1, radius * 0.85], rng.uniform(-0.5, 0.5));
      const ragged = solid(core.bounds, (z) => {
        const level = core.at(z);
        return (x, y) => level(x, y) + 5 * field(x / 9, y / 9, z / 9);
      });
      // Air bronchograms: dark streaks towards the hilum.
      const airway = capsule([sign * 40, 12, 10], [centre[0], centre[1], centre[2]], 2.5);
      return [
        {
          shape: intersection(ragged, space),
          hu: (x, y, z) => -60 + 150 * field(x / 11, y / 11, z / 11),
          opacity: 0.9,
          instance,
        },
        { shape: intersection(airway, ragged, space), hu: -700 },
      ];
    }
    case 'atelectasis': {
      const length = rng.uniform(...radii.atelectasis[size]);
      const centre = place(rng, build, found, 16);
      const band = ellipsoid(
        [sign * Math.min(Math.abs(centre[0]), build.halfWidth - length * 0.8), centre[1] * 0.6, centre[2]],
        [length, 46, rng.uniform(8.5, 10.5)],
        sign * rng.uniform(-0.35, 0.35),
      );
      return [{ shape: intersection(band, space), hu: 40, instance }];
    }
    case 'pleural effusion': {
      const rise = { small: [6, 14], moderate: [22, 44], large: [56, 84] }[size] as [number, number];
      const level = build.dome[side] - 8 + rng.uniform(...rise);
      const fluid = solid(space.bounds, (z) => {
        const inside = space.at(z);
        const [a] = cageAt(build, z);
        return (x, y) => {
          const edge = Math.abs(x) / a;
          return Math.max(inside(x, y), (z - level - 34 * edge ** 5) * 0.8);
        };
      });
      return [{ shape: fluid, hu: 12, clear: lungBits, instance }];
    }
    case 'pneumothorax': {
      const depth = { small: [18, 23], moderate: [23, 31], large: [31, 42] }[size] as [number, number];
      const most = rng.uniform(...depth);
      const end = rng.uniform(-45, 0);
      const gap = (air: number, z: number): number => {
        const t = Math.min(1, Math.max(0, (z - end) / (build.apex - 30 - end)));
        return air * (0.35 + 0.65 * t) * Math.min(1, Math.max(0, (z - end) / 25));
      };
      const shell = (air: number): Shape =>
        solid(space.bounds, (z) => {
          const inside = space.at(z);
          const [a, b] = cageAt(build, z);
          const width = gap(air, z);
          if (width <= 0) return () => Number.POSITIVE_INFINITY;
          const [c, e] = [Math.max(6, a - width), Math.max(6, b - width * 0.5)];
          const lowered = z - (build.apex - air * 0.9);
          return (x, y) => {
            const collapsed = Math.max((Math.sqrt((x / c) ** 2 + (y / e) ** 2) - 1) * c, lowered);
            return Math.max(inside(x, y), -collapsed);
          };
        });
      const above = solid(
        [space.bounds[0], space.bounds[1], space.bounds[2], space.bounds[3], end - 30, build.apex],
        (z) => {
          const inside = space.at(z);
          return (x, y) => Math.max(inside(x, y), diaphragm(build, side, x, y) - z);
        },
      );
      return [
        { shape: above, hu: -560, opacity: 0.4 },
        { shape: shell(most + 3.5), hu: -250 },
        { shape: shell(most), hu: -1000, clear: lungBits, instance },
      ];
    }
    default:
      return [];
  }
}
