import type { Rng } from '@vividmed/core';
import type { Side } from '../taxonomy.js';
import type { PlannedFinding } from './findings.js';
import { capsule, ellipsoid, type Point, type Shape, solid, tube, union } from './shapes.js';

/** Sizes of one patient, in millimetres; see `shapes.ts` for the axes. */
export interface Build {
  /** Half width and half depth of the inside of the rib cage at its widest. */
  halfWidth: number;
  halfDepth: number;
  /** Thickness of the chest wall at the sides. */
  wall: number;
  /** Levels of the top of the lungs and of their lowest recesses. */
  apex: number;
  base: number;
  /** Level of the top of each half of the diaphragm. */
  dome: Record<Side, number>;
  /** Half width of the mediastinum between the lungs. */
  middle: number;
  /** Scale of the heart; about 1, above 1.25 in cardiomegaly. */
  heart: number;
  ribDrop: number;
  breasts: number;
  /** Sideways bend of the spine. */
  bend: number;
}

const heartScale = { small: [1.27, 1.33], moderate: [1.33, 1.41], large: [1.41, 1.5] } as const;

/** A random patient; enlarged hearts and lost lung volume follow what is planned. */
export function randomBuild(rng: Rng, plan: readonly PlannedFinding[]): Build {
  const base = rng.uniform(-118, -104);
  const top = rng.uniform(-68, -48);
  const lift = (side: Side): number =>
    plan.some((found) => found.name === 'atelectasis' && found.side === side) ? rng.uniform(10, 20) : 0;
  const enlarged = plan.find(({ name }) => name === 'cardiomegaly');
  const [low, high] = enlarged ? heartScale[enlarged.size] : ([0.9, 1.04] as const);
  return {
    halfWidth: rng.uniform(126, 144),
    halfDepth: rng.uniform(82, 94),
    wall: rng.uniform(20, 40),
    apex: rng.uniform(126, 142),
    base,
    dome: { right: top + lift('right'), left: top - rng.uniform(4, 16) + lift('left') },
    middle: rng.uniform(22, 28),
    heart: rng.uniform(low, high),
    ribDrop: rng.uniform(55, 80),
    breasts: rng.chance(0.45) ? rng.uniform(0.7, 1.15) : 0,
    bend: rng.uniform(-6, 6),
  };
}

/** Half width and half depth of the inside of the rib cage at a level. */
export function cageAt(build: Build, z: number): [number, number] {
  const t = Math.min(1, Math.max(0, (z - build.base) / (build.apex - build.base)));
  const squared = t * t;
  const low = Math.min(1, Math.max(0, (build.base + 40 - z) / 160));
  return [
    build.halfWidth *
      (Math.sqrt(Math.max(0, 1 - squared * Math.sqrt(t))) * 0.985 + 0.015) *
      (1 - 0.1 * (1 - t) ** 4 - low * 0.06),
    build.halfDepth * (Math.sqrt(Math.max(0, 1 - squared * t * 0.97)) * 0.985 + 0.015),
  ];
}

/** The inside of the rib cage. */
export function cage(build: Build): Shape {
  const { halfWidth, halfDepth, apex } = build;
  return solid([-halfWidth, halfWidth, -halfDepth, halfDepth, -230, apex], (z) => {
    if (z > apex) return () => Number.POSITIVE_INFINITY;
    const [a, b] = cageAt(build, z);
    const scale = Math.min(a, b);
    return (x, y) => (Math.sqrt((x / a) ** 2 + (y / b) ** 2) - 1) * scale;
  });
}

/** Level of the diaphragm above a point: two domes that fall away to the sides and the back. */
export function diaphragm(build: Build, side: Side, x: number, y: number): number {
  const across = (Math.abs(x) - 62) / 72;
  const along = (y + 22) / 84;
  return build.dome[side] - 44 * across * across - (along > 0 ? 46 : 18) * along * along;
}

/** One lung: inside the cage, above the diaphragm, beside the mediastinum. */
export function lung(build: Build, side: Side): Shape {
  const sign = side === 'left' ? 1 : -1;
  const chest = cage(build);
  const { halfWidth, halfDepth, apex, base, middle } = build;
  return solid([sign > 0 ? 8 : -halfWidth, sign > 0 ? halfWidth : -8, -halfDepth, halfDepth, base, apex], (z) => {
    const wall = chest.at(z);
    const high = Math.max(0, z - 70) / 70;
    return (x, y) => {
      // The lungs nearly meet in front, and lean towards the spine behind the heart.
      const inner = middle - 6 * Math.max(0, -y / halfDepth) - 5 * Math.max(0, y / halfDepth) - 8 * high;
      const floor = diaphragm(build, side, x, y) - z;
      return Math.max(wall(x, y) + 3, inner - sign * x, floor, base - z);
    };
  });
}

/** Skin surface: trunk, shoulders and neck. */
export function skin(build: Build): Shape {
  const width = build.halfWidth + build.wall;
  const trunk = solid([-width, width, -128, 128, -260, 118], (z) => {
    const a = width - 10 * Math.max(0, (z - 20) / 100) - 6 * Math.max(0, -(z + 60) / 120);
    const b = build.halfDepth + 18 + build.wall * 0.4;
    return (x, y) => (((x / a) ** 2 + (y / b) ** 2) ** 0.5 - 1) * b + (z > 100 ? z - 100 : 0);
  });
  const parts: Shape[] = [
    trunk,
    ellipsoid([0, 12, 82], [width + 42, 66, 62]),
    capsule([0, 16, 90], [0, 8, 260], 56),
    ellipsoid([0, 22, 118], [120, 48, 48]),
  ];
  if (build.breasts > 0) {
    for (const sign of [-1, 1]) {
      parts.push(
        ellipsoid(
          [sign * 76, -build.halfDepth - 22, -42],
          [58 * build.breasts, 34 * build.breasts, 52 * build.breasts],
        ),
      );
    }
  }
  return union(parts);
}

export function heart(build: Build): Shape {
  const k = build.heart;
  const low = Math.min(build.dome.left, build.dome.right);
  const z = low + 30 + 10 * k;
  return union([
    ellipsoid([22 + 16 * (k - 1), -28, z], [61 * k, 46 * (0.6 + 0.4 * k), 47 * k], 0.5),
    ellipsoid([-16 - 6 * (k - 1), -22, z + 4], [29 * k, 34, 42 * k]),
    ellipsoid([8, -30, z + 40 * k], [27, 26, 30]),
  ]);
}

export function aorta(build: Build): Shape {
  const r = 12.5;
  return union([
    ...tube(
      [
        [-4, -26, -6],
        [-14, -24, 28],
        [-9, -16, 58],
        [6, 2, 72],
        [20, 26, 70],
        [24, 42, 50],
      ],
      r,
    ),
    ...tube(
      [
        [24, 42, 50],
        [18 + build.bend / 2, 48, 0],
        [13, 48, -70],
        [6, 46, -200],
      ],
      r - 1,
    ),
  ]);
}

/** Windpipe and main bronchi. */
export const trachea = (build: Build): Shape =>
  union([
    ...tube(
      [
        [build.bend / 3, 0, 260],
        [0, 4, 120],
        [-2, 12, 46],
      ],
      8.5,
    ),
    ...tube(
      [
        [-2, 12, 46],
        [-26, 12, 22],
        [-44, 14, 8],
      ],
      6.5,
    ),
    ...tube(
      [
        [-2, 12, 46],
        [26, 14, 24],
        [46, 16, 14],
      ],
      6,
    ),
  ]);

/** Vertebral bodies with their discs (bone), and the arches behind. */
export function spine(build: Build): { bone: Shape[]; all: Shape } {
  const bone: Shape[] = [];
  const at = (z: number): number => build.bend * Math.sin((z + 200) / 110);
  for (let z = -250; z < 260; z += 24) {
    bone.push(
      union([
        capsule([at(z) - 4, 66, z - 2], [at(z) + 4, 66, z + 2], 14),
        capsule([at(z), 66, z - 6], [at(z), 66, z + 6], 12),
      ]),
    );
    bone.push(capsule([at(z), 86, z], [at(z), 108, z - 10], 4.5));
    bone.push(capsule([at(z) - 27, 84, z], [at(z) + 27, 84, z], 4.5));
  }
  const column: Point[] = [];
  for (let z = -260; z <= 260; z += 40) column.push([at(z), 66, z]);
  return { bone, all: union(tube(column, 16)) };
}

/** Twelve pairs of ribs: from the spine backwards and down around the cage. */
export function ribs(build: Build): Shape[] {
  const found: Shape[] = [];
  for (let i = 0; i < 12; i++) {
    const head = build.apex - 14 - i * 21.5;
    const drop = build.ribDrop * [0.4, 0.62, 0.8, 0.92, 1, 1, 1, 1, 0.95, 0.9, 0.7, 0.55][i]!;
    const end = [0.86, 0.84, 0.82, 0.8, 0.78, 0.76, 0.72, 0.68, 0.62, 0.56, 0.42, 0.34][i]!;
    for (const sign of [-1, 1]) {
      const points: Point[] = [];
      for (let k = 0; k <= 14; k++) {
        const angle = (0.1 + (end - 0.1) * (k / 14)) * Math.PI;
        const turn = (1 - Math.cos(angle)) / 2;
        const z = head + 6 * Math.sin(angle) - drop * turn;
        const [a, b] = cageAt(build, Math.max(z, build.base));
        const widen = i < 2 ? 16 : 0;
        points.push([sign * (a + 4 + widen) * Math.sin(angle), (b + 3) * Math.cos(angle), z]);
      }
      found.push(union(tube(points, i === 0 || i > 10 ? 4 : 4.9)));
    }
  }
  return found;
}

export const clavicles = (build: Build): Shape[] =>
  [-1, 1].map((sign) => {
    const top = build.apex - 16;
    const end = build.halfWidth + 16;
    return union(
      tube(
        [
          [sign * 20, -58, top - 16],
          [sign * 58, -66, top - 6],
          [sign * 104, -40, top + 6],
          [sign * end, -6, top],
        ],
        5.2,
      ),
    );
  });

/** Bones of the shoulders: blades and heads of the arms. */
export const shoulders = (build: Build): Shape[] =>
  [-1, 1].flatMap((sign) => {
    const x = build.halfWidth + 28;
    return [
      ellipsoid([sign * x, 6, build.apex - 38], [23, 21, 24]),
      capsule([sign * (x + 2), 6, build.apex - 52], [sign * (x + 24), 6, build.apex - 210], 12),
      ellipsoid([sign * (build.halfWidth - 14), build.halfDepth - 2, build.apex - 78], [24, 3.2, 62], sign * 0.3),
      ...tube(
        [
          [sign * (build.halfWidth - 40), build.halfDepth - 8, build.apex - 44],
          [sign * (x - 6), 30, build.apex - 14],
        ],
        5,
      ),
    ];
  });

/** Right upper belly, under the diaphragm. */
export function liver(build: Build): Shape {
  const chest = cage(build);
  return solid([-build.halfWidth, 56, -build.halfDepth, build.halfDepth, -215, build.dome.right], (z) => {
    const wall = chest.at(Math.min(z, build.apex));
    return (x, y) => {
      const roof = z - diaphragm(build, x < 0 ? 'right' : 'left', Math.max(Math.abs(x), 40) * Math.sign(x || -1), y);
      return Math.max(wall(x, y) + 6, roof + 4, x - 40 - (z + 150) * 0.25, -200 - z, y - 60 + Math.max(0, x) * 0.8);
    };
  });
}

/** Stomach under the left half of the diaphragm, with gas above its level. */
export function stomach(build: Build): { wall: Shape; gas: Shape } {
  const centre: Point = [66, -8, build.dome.left - 44];
  const wall = ellipsoid(centre, [46, 44, 32], 0.25);
  const gas = ellipsoid([centre[0] - 4, centre[1] - 10, centre[2] + 14], [30, 28, 11]);
  return { wall, gas };
}
