import type { Shape3 } from '../volume.js';
import { type Segment, toByte } from './segment.js';

/** Frames of a segmentation, those without voxels left out. */
export interface Frames {
  /** The slice that each frame shows, and its segment; a label map has all segments in a frame. */
  frames: { slice: number; segment?: Segment }[];
  pixels: Uint8Array;
  bitsAllocated: 1 | 8 | 16;
}

/** One bit a voxel, the first in the lowest bit, frames one after another without padding (PS3.5 section 8.1.1). */
export function binaryFrames(segments: readonly Segment[], shape: Shape3): Frames {
  const [depth, rows, columns] = shape;
  const size = rows * columns;
  const frames = segments.flatMap((segment) =>
    slicesWhere(depth, size, (i) => segment.region.mask[i] !== 0).map((slice) => ({ slice, segment })),
  );
  const pixels = new Uint8Array(Math.ceil((frames.length * size) / 8));
  frames.forEach(({ slice, segment }, frame) => {
    const { mask } = segment.region;
    for (let i = 0; i < size; i++) {
      if (mask[slice * size + i] === 0) continue;
      // Not by shifts: there may be more than 2^31 bits.
      const bit = frame * size + i;
      const byte = Math.floor(bit / 8);
      pixels[byte] = (pixels[byte] as number) | (1 << (bit % 8));
    }
  });
  return { frames, pixels, bitsAllocated: 1 };
}

/** A byte a voxel, probability 1 as 255; regions without probabilities are 0 or 255. */
export function fractionalFrames(segments: readonly Segment[], shape: Shape3): Frames {
  const [depth, rows, columns] = shape;
  const size = rows * columns;
  const at = ({ region: { mask, probability } }: Segment, i: number): number =>
    probability === undefined ? (mask[i] === 0 ? 0 : 255) : toByte(probability[i] as number);
  const frames = segments.flatMap((segment) =>
    slicesWhere(depth, size, (i) => at(segment, i) > 0).map((slice) => ({ slice, segment })),
  );
  const pixels = new Uint8Array(frames.length * size);
  frames.forEach(({ slice, segment }, frame) => {
    for (let i = 0; i < size; i++) pixels[frame * size + i] = at(segment, slice * size + i);
  });
  return { frames, pixels, bitsAllocated: 8 };
}

/** The number of its segment in each voxel, 0 outside; 16 bits where there are more than 255 segments. */
export function labelFrames(segments: readonly Segment[], shape: Shape3): Frames {
  const [depth, rows, columns] = shape;
  const size = rows * columns;
  const bytes = segments.length > 255 ? 2 : 1;
  const frames = slicesWhere(depth, size, (i) => segments.some(({ region }) => region.mask[i] !== 0));
  const pixels = new Uint8Array(frames.length * size * bytes);
  frames.forEach((slice, frame) => {
    for (const { number, region } of segments)
      for (let i = 0; i < size; i++) {
        if (region.mask[slice * size + i] === 0) continue;
        const at = (frame * size + i) * bytes;
        pixels[at] = number & 255;
        if (bytes === 2) pixels[at + 1] = number >> 8;
      }
  });
  return { frames: frames.map((slice) => ({ slice })), pixels, bitsAllocated: bytes === 2 ? 16 : 8 };
}

/** The first voxel that two segments share, if any do. */
export function firstOverlap(
  segments: readonly Segment[],
): { voxel: number; segments: [Segment, Segment] } | undefined {
  const voxels = segments[0]?.region.mask.length ?? 0;
  const owner = new Uint16Array(voxels);
  for (const segment of segments)
    for (let i = 0; i < voxels; i++) {
      if (segment.region.mask[i] === 0) continue;
      const other = segments[(owner[i] as number) - 1];
      if (other !== undefined) return { voxel: i, segments: [other, segment] };
      owner[i] = segment.number;
    }
  return undefined;
}

/** Slices in which a voxel passes. */
function slicesWhere(depth: number, size: number, isIn: (voxel: number) => boolean): number[] {
  const slices: number[] = [];
  for (let d = 0; d < depth; d++)
    for (let i = d * size; i < (d + 1) * size; i++)
      if (isIn(i)) {
        slices.push(d);
        break;
      }
  return slices;
}
