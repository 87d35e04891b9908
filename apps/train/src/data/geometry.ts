import type { Box, Volume } from '@vividmed/datasets';
import { interpolationMatrix, type Plan } from '@vividmed/patch-embed';

/** Hounsfield units that a CT shows, from black to white: air to dense bone, so lung and soft tissue are both seen. */
export const ctWindow = { low: -1000, high: 600 } as const;
/** Shares of the pixels of a radiograph that are clipped to black and to white. */
export const radiographClip = { low: 0.005, high: 0.995 } as const;

/** Values in [0, 1] as the model sees them: a fixed window for CT, a range of percentiles for everything else. */
export function normaliseIntensity({ data, modality }: Volume): Float32Array {
  let low: number;
  let high: number;
  if (modality === 'CT') {
    ({ low, high } = ctWindow);
  } else {
    const sorted = Float32Array.from(data).sort();
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
    low = at(radiographClip.low);
    high = at(radiographClip.high);
  }
  const range = Math.max(high - low, 1e-6);
  return Float32Array.from(data, (value) => Math.min(Math.max((value - low) / range, 0), 1));
}

type Shape = readonly [number, number, number];

/** Resamples one axis: shrinking takes the mean of the area, growing interpolates. */
function resizeAxis(data: Float32Array, shape: Shape, axis: 0 | 1 | 2, to: number): Float32Array {
  const from = shape[axis];
  if (from === to) return data;
  const matrix = interpolationMatrix(from, to, to < from ? 'area' : 'linear');
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const out = new Float32Array(outer * to * inner);
  for (let i = 0; i < to; i++) {
    for (let j = 0; j < from; j++) {
      const weight = matrix[i * from + j] as number;
      if (weight === 0) continue;
      for (let o = 0; o < outer; o++) {
        const source = (o * from + j) * inner;
        const target = (o * to + i) * inner;
        for (let k = 0; k < inner; k++) out[target + k]! += weight * (data[source + k] as number);
      }
    }
  }
  return out;
}

/** Resamples values to another size, axis by axis. */
export function resizeValues(data: Float32Array, shape: Shape, size: Shape): Float32Array {
  let current = data;
  const now: [number, number, number] = [...shape];
  for (const axis of [2, 1, 0] as const) {
    current = resizeAxis(current, now, axis, size[axis]);
    now[axis] = size[axis];
  }
  return current;
}

/** Copies a block of one shape into, or out of, the middle of another one; what lies outside is 0. */
function shift(data: Float32Array, from: Shape, to: Shape, by: Shape): Float32Array {
  if (from.every((size, axis) => size === to[axis])) return data;
  const out = new Float32Array(to[0] * to[1] * to[2]);
  for (let d = 0; d < from[0]; d++) {
    const z = d + by[0];
    if (z < 0 || z >= to[0]) continue;
    for (let h = 0; h < from[1]; h++) {
      const y = h + by[1];
      if (y < 0 || y >= to[1]) continue;
      for (let w = 0; w < from[2]; w++) {
        const x = w + by[2];
        if (x >= 0 && x < to[2]) out[(z * to[1] + y) * to[2] + x] = data[(d * from[1] + h) * from[2] + w] as number;
      }
    }
  }
  return out;
}

/** The image that the model reads, [D, H, W] of `plan.padded`: training and inference both come through here. */
export function modelImage(volume: Volume, plan: Plan): Float32Array {
  return shift(
    resizeValues(normaliseIntensity(volume), volume.shape, plan.resized),
    plan.resized,
    plan.padded,
    plan.padBefore,
  );
}

/** A mask of the volume on the grid of the model's image, 0 or 1. */
export function modelMask(mask: Uint8Array, volume: Volume, plan: Plan): Float32Array {
  const resized = resizeValues(Float32Array.from(mask), volume.shape, plan.resized);
  return shift(
    resized.map((value) => (value >= 0.5 ? 1 : 0)),
    plan.resized,
    plan.padded,
    plan.padBefore,
  );
}

/** Values on the model's grid, such as mask logits, back on the grid of the volume. */
export function volumeValues(values: Float32Array, volume: Pick<Volume, 'shape'>, plan: Plan): Float32Array {
  const back = plan.padBefore.map((size) => -size) as unknown as Shape;
  return resizeValues(shift(values, plan.padded, plan.resized, back), plan.resized, volume.shape);
}

/** Corners in voxels of the volume as centre and size, in parts of the model's padded image. */
export function modelBox(box: Box, volume: Pick<Volume, 'shape'>, plan: Plan): Float32Array {
  const out = new Float32Array(6);
  for (let axis = 0; axis < 3; axis++) {
    const scale = plan.resized[axis]! / volume.shape[axis]!;
    const low = (box[axis]! * scale + plan.padBefore[axis]!) / plan.padded[axis]!;
    const high = (box[axis + 3]! * scale + plan.padBefore[axis]!) / plan.padded[axis]!;
    out[axis] = (low + high) / 2;
    out[axis + 3] = high - low;
  }
  return out;
}

/** The way back: centre and size in parts of the padded image as corners in voxels, clipped to the volume. */
export function volumeBox(box: ArrayLike<number>, volume: Pick<Volume, 'shape'>, plan: Plan): Box {
  const corner = (axis: number, sign: number): number => {
    const at = (box[axis]! + (sign * box[axis + 3]!) / 2) * plan.padded[axis]! - plan.padBefore[axis]!;
    const size = volume.shape[axis]!;
    return Math.min(Math.max((at * size) / plan.resized[axis]!, 0), size);
  };
  return [corner(0, -1), corner(1, -1), corner(2, -1), corner(0, 1), corner(1, 1), corner(2, 1)];
}
