import type { ImageWarning } from '../volume.js';
import type { Point } from './frame-place.js';

/** Slices nearer to each other than this, mm, are at one position: no scanner steps less. */
const SAME_PLACE_MM = 0.005;

export const samePlace = (a: number, b: number): boolean => Math.abs(a - b) < SAME_PLACE_MM;

/** Steps may differ from their mean by this part of it before they are called uneven; files round positions. */
const UNEVEN = 0.02;
/** And by this, mm, however small the step. */
const UNEVEN_MM = 0.01;
/** Lean of the steps from the normal of the slices that is called a tilt: less is rounding. */
const TILT_DEGREES = 0.5;

/** How a stack goes from slice to slice. */
export interface Steps {
  /** From one slice to the next, mm LPS: the mean, so that the first and the last slice are where they were. */
  step: Point;
  warnings: ImageWarning[];
}

/**
 * The step between slices whose positions are given in their order along the normal, two or more.
 */
export function measureSteps(positions: readonly Point[], normal: Point): Steps {
  const [first, last] = [positions[0] as Point, positions.at(-1) as Point];
  const count = positions.length - 1;
  // Three numbers; `map` forgets how many there are.
  const step = [0, 1, 2].map((axis) => ((last[axis] as number) - (first[axis] as number)) / count) as unknown as Point;
  const depths = positions.map((position) => dot(position, normal));
  const gaps = depths.slice(1).map((depth, i) => depth - (depths[i] as number));
  const displacement = positions.reduce((most, position, i) => {
    const off = Math.hypot(
      ...[0, 1, 2].map((axis) => (position[axis] as number) - (first[axis] as number) - i * (step[axis] as number)),
    );
    return Math.max(most, off);
  }, 0);
  const warnings = [...unevenness(gaps, displacement, Math.hypot(...step)), ...tilt(step, normal)];
  return { step, warnings };
}

const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function unevenness(gaps: readonly number[], displacement: number, stepMm: number): ImageWarning[] {
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)] as number;
  const tolerance = Math.max(UNEVEN_MM, UNEVEN * usual);
  // Wide gaps that are whole numbers of the usual one are slices that did not come.
  const missing = gaps.map((gap) => {
    const times = Math.round(gap / usual);
    return times >= 2 && Math.abs(gap - times * usual) <= times * tolerance ? times - 1 : 0;
  });
  const numMissing = missing.reduce((sum, n) => sum + n, 0);
  const others = gaps.filter((_, i) => missing[i] === 0);
  const isUneven = others.some((gap) => Math.abs(gap - usual) > tolerance);
  const off = `; slices are up to ${displacement.toFixed(2)} mm from where even steps put them`;
  const warnings: ImageWarning[] = [];
  if (numMissing > 0) {
    const message = `${numMissing} slices are missing between the others, which are ${usual.toFixed(2)} mm apart${off}.`;
    warnings.push({ code: 'missing-slices', message });
  }
  if (isUneven) {
    const [least, most] = [Math.min(...others), Math.max(...others)];
    const message = `Slices are ${least.toFixed(2)} to ${most.toFixed(2)} mm apart${off}.`;
    warnings.push({ code: 'uneven-spacing', message });
  } else if (numMissing === 0 && displacement > Math.max(UNEVEN_MM, UNEVEN * stepMm)) {
    warnings.push({ code: 'uneven-spacing', message: `Slices do not lie on a line${off}.` });
  }
  return warnings;
}

function tilt(step: Point, normal: Point): ImageWarning[] {
  const cosine = Math.min(1, dot(step, normal) / Math.hypot(...step));
  const degrees = (Math.acos(cosine) * 180) / Math.PI;
  if (degrees <= TILT_DEGREES) return [];
  const message = `Slices step ${degrees.toFixed(1)} degrees off their normal (a tilted gantry); the affine is sheared by it.`;
  return [{ code: 'gantry-tilt', message }];
}
