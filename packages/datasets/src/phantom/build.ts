import type { Rng } from '@vividmed/core';
import type { Side } from '../taxonomy/target.js';
import type { PlannedFinding } from './findings.js';

/** Sizes of one patient, in millimetres; see `shapes.ts` for the axes. */
export interface Build {
  /** Half width and half depth of the inside of the rib cage at its widest. */
  halfWidth: number;
  halfDepth: number;
  /** Thickness of the chest wall at the sides, and of the fat under the skin. */
  wall: number;
  fat: number;
  /** Levels of the top of the lungs, and of the widest part of the cage. */
  apex: number;
  waist: number;
  /** Level of the top of each half of the diaphragm. */
  dome: Record<Side, number>;
  /** How much flatter than usual the diaphragm is: 1 is usual. */
  arch: number;
  /** Half width of the mediastinum between the lungs. */
  middle: number;
  /** Scale of the heart; about 1, above 1.25 in cardiomegaly. */
  heart: number;
  /** Radius of the aorta, and how far its arch reaches to the left. */
  aorta: number;
  knob: number;
  /** How far a rib of the middle falls from its head to its front end. */
  ribDrop: number;
  breasts: number;
  /** Sideways bend of the spine. */
  bend: number;
}

const heartScale = { small: [1.27, 1.33], moderate: [1.33, 1.41], large: [1.41, 1.5] } as const;

/** A random patient; enlarged hearts and lost lung volume follow what is planned. */
export function randomBuild(rng: Rng, plan: readonly PlannedFinding[]): Build {
  const top = rng.uniform(-72, -44);
  const lift = (side: Side): number =>
    plan.some((found) => found.name === 'atelectasis' && found.side === side) ? rng.uniform(10, 20) : 0;
  const enlarged = plan.find(({ name }) => name === 'cardiomegaly');
  const [low, high] = enlarged ? heartScale[enlarged.size] : ([0.88, 1.02] as const);
  const fat = rng.uniform(6, 22);
  return {
    halfWidth: rng.uniform(122, 142),
    halfDepth: rng.uniform(82, 96),
    wall: fat + rng.uniform(16, 26),
    fat,
    apex: rng.uniform(142, 166),
    waist: rng.uniform(-60, -30),
    dome: { right: top + lift('right'), left: top - rng.uniform(4, 16) + lift('left') },
    arch: rng.uniform(0.8, 1.15),
    middle: rng.uniform(24, 31),
    heart: rng.uniform(low, high),
    aorta: rng.uniform(12, 15),
    knob: rng.uniform(14, 24),
    ribDrop: rng.uniform(80, 112),
    breasts: rng.chance(0.45) ? rng.uniform(0.7, 1.15) : 0,
    bend: rng.uniform(-6, 6),
  };
}

/** Half width, half depth and middle (y) of the inside of the rib cage at a level. */
export function cageAt({ halfWidth, halfDepth, apex, waist }: Build, z: number): [number, number, number] {
  if (z <= waist) {
    const low = Math.min(1, (waist - z) / 120);
    return [halfWidth * (1 - 0.05 * low * low), halfDepth * (1 - 0.04 * low * low), 0];
  }
  const t = Math.min(1, (z - waist) / (apex - waist));
  const square = t * t;
  const narrow = Math.sqrt(Math.max(0, 1 - square * square * 0.4 - square * 0.6));
  return [
    30 + (halfWidth - 30) * narrow ** 0.9,
    24 + (halfDepth - 24) * Math.sqrt(Math.max(0, 1 - square * t)),
    18 * square,
  ];
}

/**
 * Distance measure to a rounded rectangle of half axes 1: between an ellipse (`roundness` 2) and a square (0). Negative inside,
 * in units of the axes.
 */
export const rounded = (u: number, v: number, roundness: number): number => {
  const [uu, vv] = [u * u, v * v];
  return Math.sqrt(Math.sqrt(uu * uu + vv * vv + roundness * uu * vv)) - 1;
};

/** Level of the diaphragm above a point: two domes that fall away steeply next to the wall, deepest at the back. */
export function diaphragm(build: Build, side: Side, x: number, y: number): number {
  const out = Math.abs(x) - 56;
  const across = out > 0 ? out / (build.halfWidth - 56) : out / 76;
  const along = (y + 16) / (build.halfDepth + 4);
  const [a, l] = [across * across, along * along];
  const fall = (out > 0 ? 26 : 22) * a + (out > 0 ? 24 : 0) * a * a;
  return build.dome[side] - build.arch * (fall + (along > 0 ? 30 : 12) * l + (along > 0 ? 40 : 14) * l * l);
}
