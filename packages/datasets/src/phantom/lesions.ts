import type { Rng } from '@vividmed/core';
import { type Build, cageAt, rounded } from './build.js';
import type { Field } from './field.js';
import type { PlannedFinding, Zone } from './findings.js';
import { heart as heartOf, lung } from './organs.js';
import type { Paint } from './raster.js';
import { depthIn, ellipsoid, intersection, type Point, type Shape, solid, union } from './shapes.js';

/** Levels of the three zones of a lung. */
function zoneLevels(build: Build, zone: Zone, floor: number): [number, number] {
  const top = build.apex - 14;
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
  const margin = Math.min(radius, (high - low) / 2) * 0.6;
  let best: Point = [sign * 70, 0, (low + high) / 2];
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < 60 && most < 2; i++) {
    const z = rng.uniform(low + margin, high - margin);
    const x = sign * rng.uniform(38, build.halfWidth - radius);
    const y = rng.uniform(-0.7, 0.7) * build.halfDepth;
    const beside = depthIn(heart, [x, -24, z]);
    const room = Math.min(-depthIn(space, [x, y, z]) - radius, beside - radius * 0.5, 6);
    if (room > most) {
      most = room;
      best = [x, y, z];
    }
  }
  return best;
}

const radii = {
  nodule: { small: [11, 12], moderate: [12, 13.5], large: [13.5, 14.8] },
  mass: { small: [19, 22], moderate: [22, 26], large: [26, 31] },
  consolidation: { small: [26, 30], moderate: [30, 36], large: [36, 44] },
  atelectasis: { small: [30, 36], moderate: [36, 44], large: [44, 52] },
} as const;

function lobulated(rng: Rng, centre: Point, radius: number): Shape {
  const parts = [ellipsoid(centre, [radius * 0.88, radius * 0.88, radius * 0.88])];
  const shift = (): number => rng.uniform(-0.45, 0.45) * radius;
  for (let i = 0; i < 4; i++) {
    const offset: Point = [shift(), shift(), shift()];
    const r = radius * rng.uniform(0.45, 0.62);
    parts.push(ellipsoid([centre[0] + offset[0], centre[1] + offset[1], centre[2] + offset[2]], [r, r, r]));
  }
  return union(parts, 6);
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
  const space = lung(build, side);
  switch (name) {
    case 'nodule': {
      const radius = rng.uniform(...radii.nodule[size]);
      const shape = ellipsoid(place(rng, build, found, radius), [radius, radius * 0.97, radius * 1.03]);
      return [{ shape: intersection(shape, space), hu: 150, soft: 3, instance }];
    }
    case 'mass': {
      const radius = rng.uniform(...radii.mass[size]);
      const shape = lobulated(rng, place(rng, build, found, radius), radius);
      return [{ shape: intersection(shape, space), hu: 45, soft: 4, instance }];
    }
    case 'consolidation':
      return consolidation(rng, build, found, space, field, instance);
    case 'atelectasis':
      return [{ shape: band(rng, build, found, space), hu: -180, soft: 4, instance }];
    case 'pleural effusion':
      return [{ shape: fluid(rng, build, found, space), hu: 12, clear: lungBits, instance }];
    case 'pneumothorax':
      return pneumothorax(rng, build, found, space, instance, lungBits);
    default:
      return [];
  }
}

/** Airspace filled in patches, with a border that fades. */
function consolidation(
  rng: Rng,
  build: Build,
  found: PlannedFinding,
  space: Shape,
  field: Field,
  instance: number,
): Paint[] {
  const radius = rng.uniform(...radii.consolidation[found.size]);
  const centre = place(rng, build, found, radius * 0.75);
  const core = ellipsoid(centre, [radius, radius * 1.1, radius * 0.85], rng.uniform(-0.5, 0.5));
  const ragged = solid(core.bounds, (z) => {
    const level = core.at(z);
    return level && ((x, y) => level(x, y) + 7 * field(x / 11, y / 11, z / 11) + 2);
  });
  const hu = (x: number, y: number, z: number): number => -110 + 190 * field(x / 9, y / 9, z / 9);
  return [{ shape: intersection(ragged, space), hu, soft: 14, opacity: 0.9, instance }];
}

/** A plate of collapsed lung: long, thin and a little bent, across the lower half. */
function band(rng: Rng, build: Build, found: PlannedFinding, space: Shape): Shape {
  const sign = found.side === 'left' ? 1 : -1;
  const length = rng.uniform(...radii.atelectasis[found.size]);
  const at = place(rng, build, found, 16);
  const x = sign * Math.min(Math.abs(at[0]), build.halfWidth - length * 0.8);
  const thick = rng.uniform(6, 7.5);
  const tilt = sign * rng.uniform(-0.35, 0.35);
  const bow = rng.uniform(-9, 9);
  const plate = ellipsoid([0, at[1] * 0.6, at[2]], [length, 38, thick], tilt);
  const [x0, x1, y0, y1, z0, z1] = plate.bounds;
  const bent = solid([x0 + x, x1 + x, y0, y1, z0 - 10, z1 + 10], (z) => (px, y) => {
    const along = (px - x) / length;
    return depthIn(plate, [px - x, y, z - bow * along * along]);
  });
  return intersection(bent, space);
}

/** Fluid in the pleural space: a level that climbs along the wall all around, so that its angle with the wall is filled. */
function fluid(rng: Rng, build: Build, { side, size }: PlannedFinding, space: Shape): Shape {
  const rise = { small: [0, 9], moderate: [18, 40], large: [52, 82] } as const;
  const level = build.dome[side ?? 'left'] - 8 + rng.uniform(...rise[size]);
  const [x0, x1, y0, y1, z0] = space.bounds;
  return solid([x0, x1, y0, y1, z0, Math.min(build.apex, level + 46)], (z) => {
    const inside = space.at(z);
    const [a, b, c] = cageAt(build, z);
    return (
      inside &&
      ((x, y) => {
        const edge = Math.max(0, 1 + rounded(x / a, (y - c) / b, 1.7));
        const climb = 44 * edge ** 7;
        return Math.max(inside(x, y), (z - level - climb) * 0.7);
      })
    );
  });
}

/** Air between lung and wall, widest at the top, and the thin line of the pleura of the lung that fell away from it. */
function pneumothorax(
  rng: Rng,
  build: Build,
  { side, size }: PlannedFinding,
  space: Shape,
  instance: number,
  lungBits: number,
): Paint[] {
  const depth = { small: [18, 23], moderate: [23, 31], large: [31, 42] } as const;
  const most = rng.uniform(...depth[size]);
  const end = rng.uniform(-45, 0);
  const sign = side === 'left' ? 1 : -1;
  const [x0, x1, y0, y1] = space.bounds;
  const floor = Math.max(end, build.dome[side ?? 'left'] + 8);
  const shell = (air: number): Shape =>
    solid([x0, x1, y0, y1, floor, build.apex], (z) => {
      const inside = space.at(z);
      const t = Math.min(1, Math.max(0, (z - floor) / (build.apex - 30 - floor)));
      const width = air * (0.3 + 0.7 * t) * Math.min(1, Math.max(0, (z - floor) / 40)) ** 0.7;
      if (!inside || width <= 0) return undefined;
      // What is left of the lung has sunk, so its top is a dome too.
      const sunk = z + air * t;
      if (sunk >= build.apex) return inside;
      const [a, b, c] = cageAt(build, sunk);
      const [half, deep] = [Math.max(6, (a - width) * 0.5), Math.max(6, b - width * 0.5)];
      return (x, y) => {
        // The lung that is left: an oval that keeps its medial border.
        const u = (sign * x - half) / half;
        const v = (y - c) / deep;
        const left = (Math.sqrt((u > 0 ? u * u : 0) + v * v) - 1) * Math.min(half, deep);
        return Math.max(inside(x, y), -left);
      };
    });
  return [
    // The lung that is left holds less air.
    { shape: space, hu: -640, opacity: 0.5 },
    { shape: shell(most + 3.5), hu: -200 },
    { shape: shell(most), hu: -1000, clear: lungBits, instance },
  ];
}
