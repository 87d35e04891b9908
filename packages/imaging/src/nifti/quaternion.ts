import { determinant, scaled, type Vector3 } from '../raw/affine.js';

/** Axes at right angles to this are a rotation; a 32-bit float keeps the quaternion no better. */
const RIGHT_ANGLE = 1e-5;

/**
 * Rotation of three unit axes as NIfTI's qform has it: b, c, d of a unit quaternion whose a is not negative, and the
 * sign of the third axis, since a quaternion cannot mirror. Undefined when the axes are not at right angles.
 */
export function quaternionOf(axes: readonly [Vector3, Vector3, Vector3]): { bcd: Vector3; sign: 1 | -1 } | undefined {
  const [x, y, z0] = axes;
  if (Math.max(Math.abs(dot(x, y)), Math.abs(dot(x, z0)), Math.abs(dot(y, z0))) > RIGHT_ANGLE) return undefined;
  const sign = determinant(axes) < 0 ? -1 : 1;
  const z = scaled(z0, sign);
  // Four times the squares of a, b, c and d; the largest is the one to divide by.
  const squares = [1 + x[0] + y[1] + z[2], 1 + x[0] - y[1] - z[2], 1 - x[0] + y[1] - z[2], 1 - x[0] - y[1] + z[2]];
  const largest = squares.indexOf(Math.max(...squares));
  const root = 2 * Math.sqrt(Math.max(...squares));
  const [ab, ac, ad] = [y[2] - z[1], z[0] - x[2], x[1] - y[0]];
  const [bc, bd, cd] = [y[0] + x[1], z[0] + x[2], z[1] + y[2]];
  const quarter = root / 4;
  const quaternion = [
    [quarter, ab / root, ac / root, ad / root],
    [ab / root, quarter, bc / root, bd / root],
    [ac / root, bc / root, quarter, cd / root],
    [ad / root, bd / root, cd / root, quarter],
  ][largest] as [number, number, number, number];
  const turn = quaternion[0] < 0 ? -1 : 1;
  const length = Math.hypot(...quaternion) * turn;
  return { bcd: [quaternion[1] / length, quaternion[2] / length, quaternion[3] / length], sign };
}

const dot = (a: Vector3, b: Vector3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
