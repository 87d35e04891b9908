import { check } from '@vividmed/core';
import type { Study } from '../study.js';
import type { Side } from '../taxonomy/target.js';
import { type Box, boxOfMask, type Shape3, type Volume } from '../volume.js';
import { type Affine, moveCorners, sourceOf, turning } from './affine.js';
import type { Transform } from './compose.js';
import { backgroundOf } from './geometry.js';

export interface Turning {
  /** About the axes depth, height and width; 0 by default, at most 45 either way, so that left stays on the left. */
  degrees?: readonly [number, number, number];
  /** Above 1 makes everything larger; 1 by default. */
  scale?: number;
}

/** The image on the turned grid, between voxels by straight lines. */
function turnImage({ data, shape }: Volume, backward: Affine): Float32Array {
  const [depth, height, width] = shape;
  const { matrix: m } = backward;
  const out = new Float32Array(data.length).fill(backgroundOf(data));
  // Between the centre of the last voxel and its edge, its value goes on; a hair is what rounding may put beyond the edge.
  const hair = 1e-6;
  const [low, highD, highH, highW] = [-0.5 - hair, depth - 0.5 + hair, height - 0.5 + hair, width - 0.5 + hair];
  for (let d = 0, voxel = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      const [startD, startH, startW] = sourceOf(backward, d, h);
      for (let w = 0; w < width; w++, voxel++) {
        let pd = startD + m[2] * w;
        let ph = startH + m[5] * w;
        let pw = startW + m[8] * w;
        if (pd < low || pd > highD || ph < low || ph > highH || pw < low || pw > highW) continue;
        pd = pd < 0 ? 0 : pd > depth - 1 ? depth - 1 : pd;
        ph = ph < 0 ? 0 : ph > height - 1 ? height - 1 : ph;
        pw = pw < 0 ? 0 : pw > width - 1 ? width - 1 : pw;
        const d0 = Math.floor(pd);
        const h0 = Math.floor(ph);
        const w0 = Math.floor(pw);
        const fw = pw - w0;
        const right = w0 + 1 < width ? 1 : 0;
        const under = h0 + 1 < height ? width : 0;
        const at = (d0 * height + h0) * width + w0;
        const next = d0 + 1 < depth ? at + height * width : at;
        const near =
          (data[at]! * (1 - fw) + data[at + right]! * fw) * (1 - (ph - h0)) +
          (data[at + under]! * (1 - fw) + data[at + under + right]! * fw) * (ph - h0);
        const far =
          (data[next]! * (1 - fw) + data[next + right]! * fw) * (1 - (ph - h0)) +
          (data[next + under]! * (1 - fw) + data[next + under + right]! * fw) * (ph - h0);
        out[voxel] = near * (1 - (pd - d0)) + far * (pd - d0);
      }
    }
  }
  return out;
}

/** The part of a mask inside a box on the turned grid: each new voxel from the old one that holds its centre. */
function turnMask(
  mask: Uint8Array,
  [d0, h0, w0, d1, h1, w1]: Box,
  shape: Shape3,
  { forward, backward }: ReturnType<typeof turning>,
): Uint8Array {
  const out = new Uint8Array(mask.length);
  const around = moveCorners([d0, h0, w0, d1, h1, w1], forward, shape);
  if (!around) return out;
  const { matrix: m } = backward;
  for (let d = around[0]; d < around[3]; d++) {
    for (let h = around[1]; h < around[4]; h++) {
      const [startD, startH, startW] = sourceOf(backward, d, h);
      const row = (d * shape[1] + h) * shape[2];
      for (let w = around[2]; w < around[5]; w++) {
        const dd = Math.floor(startD + m[2] * w + 0.5);
        const hh = Math.floor(startH + m[5] * w + 0.5);
        const ww = Math.floor(startW + m[8] * w + 0.5);
        if (dd >= d0 && dd < d1 && hh >= h0 && hh < h1 && ww >= w0 && ww < w1)
          out[row + w] = mask[(dd * shape[1] + hh) * shape[2] + ww]!;
      }
    }
  }
  return out;
}

/**
 * Turns and scales a study about its middle, on the same grid; what comes in is background. Where a target has a mask, the box of an
 * instance is that of its voxels after the turn; where it has none, it is the box around the turned corners. What is moved out of the
 * image wholly is neither shown nor absent afterwards: it is unknown.
 *
 * @throws {VividMedError} `config` for more than 45 degrees, for a scale outside 0.5 to 2, and for a turn of a single slice out of its plane.
 */
export function turn(study: Study, { degrees = [0, 0, 0], scale = 1 }: Turning): Study {
  const { volume } = study;
  const { shape, spacingMm, modality } = volume;
  check(
    degrees.every((angle) => Math.abs(angle) <= 45),
    'config',
    () => `turn: expected at most 45 degrees about each axis, found [${degrees.join(', ')}].`,
  );
  check(scale >= 0.5 && scale <= 2, 'config', () => `turn: expected a scale of 0.5 to 2, found ${scale}.`);
  check(
    shape[0] > 1 || (degrees[1] === 0 && degrees[2] === 0),
    'config',
    () => `turn: expected a turn about the depth axis alone for a single slice, found [${degrees.join(', ')}].`,
  );
  const both = turning(volume, degrees, scale);
  // A single slice stands for its whole depth: it is scaled in its plane.
  const { forward, backward } = shape[0] > 1 ? both : { forward: flat(both.forward), backward: flat(both.backward) };
  const way = { forward, backward };
  const masks: Record<string, Uint8Array> = {};
  for (const [name, mask] of Object.entries(study.masks)) {
    const box = boxOfMask(mask, shape);
    const moved = box && turnMask(mask, box, shape, way);
    if (moved?.includes(1)) masks[name] = moved;
  }
  const boxes: Record<string, readonly Box[]> = {};
  const boxSides: Record<string, readonly (Side | undefined)[]> = {};
  for (const [name, list] of Object.entries(study.boxes)) {
    const mask = study.masks[name];
    const moved = list.flatMap((old, i) => {
      const own = mask && turnMask(mask, old, shape, way);
      // A mask that another reader drew may have no voxel in this box.
      const box = (own && boxOfMask(own, shape)) ?? moveCorners(old, forward, shape);
      return box ? [{ box, side: study.boxSides?.[name]?.[i] }] : [];
    });
    if (moved.length === 0) continue;
    boxes[name] = moved.map(({ box }) => box);
    if (study.boxSides?.[name]) boxSides[name] = moved.map(({ side }) => side);
  }
  return {
    ...study,
    volume: { data: turnImage(volume, backward), shape, spacingMm, modality },
    masks,
    boxes,
    ...(study.boxSides ? { boxSides } : {}),
  };
}

/** The same in the plane, and nothing along depth. */
function flat({ matrix: m, shift }: Affine): Affine {
  return { matrix: [1, 0, 0, 0, m[4], m[5], 0, m[7], m[8]], shift: [0, shift[1], shift[2]] };
}

export interface PoseOptions {
  /** Most degrees about the depth axis, either way; 10 by default. */
  inPlane?: number;
  /** Most degrees about the other axes, either way, for volumes; 0 by default: slices are often thick. */
  throughPlane?: number;
  /** Most that anything grows or shrinks, as a part; 0.1 by default. */
  scale?: number;
}

/** Turns and scales a study a little. */
export const varyPose =
  ({ inPlane = 10, throughPlane = 0, scale = 0.1 }: PoseOptions = {}): Transform =>
  (study, rng) => {
    const angle = (label: string, most: number): number => rng.fork(label).uniform(-most, most);
    const through = study.volume.shape[0] > 1 ? throughPlane : 0;
    return turn(study, {
      degrees: [angle('depth', inPlane), through && angle('height', through), through && angle('width', through)],
      scale: 1 + rng.fork('scale').uniform(-scale, scale),
    });
  };
