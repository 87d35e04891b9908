import type { Side } from '../taxonomy/target.js';
import { type Build, cageAt, diaphragm, rounded } from './build.js';
import { chain, ellipsoid, type Point, type Rod, type Shape, solid, union } from './shapes.js';

/** Thickness of the chest wall inside the ribs, with the pleura. */
const lining = 3;

/** One lung, its pleural space included: inside the cage, above the diaphragm, beside the mediastinum. */
export function lung(build: Build, side: Side): Shape {
  const sign = side === 'left' ? 1 : -1;
  const { halfWidth, halfDepth, apex, middle } = build;
  const low = build.dome[side] - 130;
  return solid([sign > 0 ? 4 : -halfWidth, sign > 0 ? halfWidth : -4, -halfDepth, halfDepth, low, apex], (z) => {
    if (z >= apex) return undefined;
    const [a, b, c] = cageAt(build, z);
    const scale = Math.min(a, b);
    // The lungs come close to each other in front of the great vessels and behind the heart; their tops turn outwards.
    const top = Math.max(0, (z - apex + 70) / 70) ** 2;
    const foot = Math.max(0, (build.dome[side] + 26 - z) / 40);
    const near = 9 + 12 * top + 14 * foot;
    const far = middle - 4 - near + 10 * top;
    return (x, y) => {
      const wall = rounded(x / a, (y - c) / b, 1.7) * scale + lining;
      if (wall > 12) return wall;
      const front = (y + 2) / (z > 60 ? 30 : 36);
      const back = Math.max(0, y - 40) / 30;
      const inner = near + far / (1 + front * front * front * front) + 7 * back;
      const over = diaphragm(build, side, x, y) - z;
      return Math.max(wall, (inner - sign * x) * 0.9, over * 0.75);
    };
  });
}

/** The inside of the rib cage above the belly. */
export const cage = (build: Build): Shape =>
  solid([-build.halfWidth, build.halfWidth, -build.halfDepth, build.halfDepth, -200, build.apex], (z) => {
    const [a, b, c] = cageAt(build, z);
    const scale = Math.min(a, b);
    return (x, y) => rounded(x / a, (y - c) / b, 1.7) * scale;
  });

/** Breasts: round below, running out towards the clavicles above. */
export const breasts = (build: Build): Shape[] =>
  [-1, 1].map((sign) => {
    const k = build.breasts;
    const [wide, deep, down, up] = [60 * k, 36 * k, 44 * k, 104 * k];
    const [cx, cy, cz] = [sign * 80, -build.halfDepth - 14, -60];
    return solid([cx - wide, cx + wide, cy - deep, cy + deep, cz - down, cz + up], (z) => {
      const w = z > cz ? (z - cz) / up : (cz - z) / down;
      const left = 1 - w * w;
      return (x, y) => (Math.hypot((x - cx) / wide, (y - cy) / (deep * (z > cz ? left + 0.02 : 1)), w) - 1) * deep;
    });
  });

/** Table of a CT: a shallow trough under the back. */
export const table = (build: Build): Shape => {
  const top = build.halfDepth + build.fat * 0.8 + 18;
  return solid([-210, 210, top - 40, top + 8, -400, 400], () => (x, y) => Math.abs(y - top + (x * x) / 1100) - 3.5);
};

/** The heart: left and right chambers with the left atrium above, in one smooth outline. */
export function heart(build: Build): Shape {
  const k = build.heart;
  const floor = Math.min(build.dome.left, build.dome.right);
  const z = floor + 36 * k;
  return union(
    [
      ellipsoid([26 + 20 * (k - 1), -26, z - 4], [63 * k, 42 * (0.5 + 0.5 * k), 38 * k], 0.52),
      ellipsoid([-11 - 9 * (k - 1), -14, z + 5], [33 * k, 34, 45 * k], -0.12),
      ellipsoid([8, -6, z + 32 * k], [36, 32, 36]),
    ],
    16,
  );
}

/** Ascending part, arch and descending part of the aorta. */
export function aorta(build: Build): Rod[] {
  const r = build.aorta;
  const top = 76;
  const knob = build.knob;
  const down: Point[] = [];
  for (let z = 40; z >= -200; z -= 40) down.push([13 + (knob - 13) * Math.max(0, (z + 90) / 130), 50, z]);
  return [
    ...chain(
      [
        [2, -26, 4],
        [-14, -26, 34],
        [-12, -20, 60],
        [0, -4, top],
        [knob - 4, 18, top],
        [knob, 38, top - 14],
      ],
      [r + 1, r + 1, r, r - 1, r - 1, r - 1],
    ),
    ...chain([[knob, 38, top - 14], ...down], r - 2),
  ];
}

/** Superior vena cava with the veins that join it, and the trunk of the pulmonary artery with its branches to the hila. */
export function greatVessels(build: Build): Rod[] {
  const high = build.apex - 30;
  const width = build.middle;
  return [
    ...chain(
      [
        [-22, -6, 10],
        [2 - width, -8, 60],
        [4 - width, -14, 90],
        [-30, -12, high],
      ],
      [10, 9.5, 9, 7],
    ),
    ...chain(
      [
        [4 - width, -14, 90],
        [16, -20, 100],
        [28, -12, high],
      ],
      [7, 7, 6.5],
    ),
    ...chain(
      [
        [-6, -2, 80],
        [-14, 2, high - 10],
        [-26, 0, build.apex],
      ],
      [7, 6, 4.5],
    ),
    ...chain(
      [
        [12, 4, 84],
        [18, 8, high - 10],
        [30, 6, build.apex],
      ],
      [6, 5.5, 4.5],
    ),
    ...chain(
      [
        [16, -34, 6],
        [21, -24, 36],
        [32, 2, 42],
        [46, 16, 34],
      ],
      [14, 13.5, 12, 9],
    ),
    ...chain(
      [
        [21, -20, 36],
        [-4, -8, 32],
        [-34, 2, 24],
        [-48, 10, 10],
      ],
      [12, 11, 10, 8],
    ),
    // Veins of the lower lobes, and the nodes and fat of the hila.
    ...chain(
      [
        [26, 4, 0],
        [50, 18, -8],
      ],
      [12, 7],
    ),
    ...chain(
      [
        [-22, 4, -2],
        [-50, 16, -10],
      ],
      [12, 7],
    ),
    ...chain(
      [
        [36, 10, 32],
        [44, 16, 6],
      ],
      [9, 8],
    ),
    ...chain(
      [
        [-34, 8, 26],
        [-42, 14, -2],
      ],
      [9, 8],
    ),
  ];
}

/** Windpipe and main bronchi. */
export function trachea(build: Build): Rod[] {
  const fork: Point = [-3, 12, 48];
  return [
    ...chain([[build.bend / 3, 2, 300], [0, 4, 130], fork], 8.5),
    ...chain([fork, [-20, 13, 30], [-36, 15, 12]], [6.5, 5.5, 3.5]),
    ...chain([fork, [22, 15, 32], [42, 18, 20]], [6, 5, 3.5]),
  ];
}

/** The inside of the cage below the diaphragm, on one side of `x < split`. */
function belly(build: Build, bounds: Shape['bounds'], limit: (x: number, y: number, z: number) => number): Shape {
  return solid(bounds, (z) => {
    const [a, b, c] = cageAt(build, z);
    const scale = Math.min(a, b);
    return (x, y) => {
      const wall = rounded(x / a, (y - c) / b, 1.7) * scale + 5;
      const side = x < 0 ? 'right' : 'left';
      const roof = z - diaphragm(build, side, Math.abs(x) < 34 ? 34 : x, y) + 3;
      return Math.max(wall, roof * 0.8, limit(x, y, z));
    };
  });
}

/** Right upper belly, under the diaphragm. */
export const liver = (build: Build): Shape =>
  belly(build, [-build.halfWidth, 62, -build.halfDepth, build.halfDepth, -220, build.dome.right], (x, y, z) =>
    Math.max(x - 44 - (z + 150) * 0.22, -206 - z - 0.25 * x, y - 58 + Math.max(0, x + 10) * 1.1),
  );

export const spleen = (build: Build): Shape => {
  const centre: Point = [build.halfWidth - 40, 36, build.dome.left - 62];
  const body = ellipsoid(centre, [34, 42, 46]);
  return belly(build, body.bounds, (x, y, z) => body.at(z)?.(x, y) ?? 1);
};

/** Stomach under the left half of the diaphragm, with gas above a level. */
export function stomach(build: Build): { wall: Shape; gas: Shape } {
  const centre: Point = [58, -14, build.dome.left - 42];
  const body = ellipsoid(centre, [44, 44, 36], 0.3);
  const wall = belly(build, body.bounds, (x, y, z) => body.at(z)?.(x, y) ?? 1);
  const bubble = ellipsoid([centre[0] + 2, centre[1], centre[2] + 12], [28, 28, 17], 0.2);
  const gas = solid(bubble.bounds, (z) => {
    const level = bubble.at(z);
    return level && ((x, y) => Math.max(level(x, y), centre[2] + 4 - z));
  });
  return { wall, gas };
}
