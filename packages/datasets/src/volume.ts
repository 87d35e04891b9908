/** Depth, height and width of a volume. A radiograph has depth 1. */
export type Shape3 = readonly [number, number, number];

/** Corners (d0, h0, w0, d1, h1, w1) in voxel edges: voxel i spans i to i + 1, so d1 is one past the last voxel. */
export type Box = readonly [number, number, number, number, number, number];

/** The part of an image volume that this package reads; the volumes of `@vividmed/imaging` have it. */
export interface Volume {
  /** Voxels in the order depth, height, width. CT in Hounsfield units, radiographs in detector units. */
  data: Float32Array;
  shape: Shape3;
  /** Size of a voxel along depth, height and width. */
  spacingMm: Shape3;
  /** DICOM modality: `CT`, `CR`, `DX`, `MR`. */
  modality: string;
  /** Row-major 3x4 matrix from a voxel (d, h, w, 1) to the position of its centre in mm (x left, y back, z head), where it is known. */
  affine?: readonly number[];
}

/** Number of voxels. */
export const voxelCount = ([depth, height, width]: Shape3): number => depth * height * width;

/** The smallest box around the voxels that are set, or `undefined` when none is. */
export function boxOfMask(mask: ArrayLike<number>, [depth, height, width]: Shape3): Box | undefined {
  let [d0, h0, w0, d1, h1, w1] = [depth, height, width, 0, 0, 0];
  for (let d = 0, i = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++, i++) {
        if (!mask[i]) continue;
        if (d < d0) d0 = d;
        if (d >= d1) d1 = d + 1;
        if (h < h0) h0 = h;
        if (h >= h1) h1 = h + 1;
        if (w < w0) w0 = w;
        if (w >= w1) w1 = w + 1;
      }
    }
  }
  return d1 === 0 ? undefined : [d0, h0, w0, d1, h1, w1];
}

/** The part of a mask inside a box of whole voxels, in the order depth, height, width of the box. */
export function cropMask(mask: Uint8Array, shape: Shape3, box: Box): Uint8Array {
  const [d0, h0, w0, d1, h1, w1] = box;
  const out = new Uint8Array((d1 - d0) * (h1 - h0) * (w1 - w0));
  let i = 0;
  for (let d = d0; d < d1; d++) {
    for (let h = h0; h < h1; h++) {
      const row = (d * shape[1] + h) * shape[2];
      out.set(mask.subarray(row + w0, row + w1), i);
      i += w1 - w0;
    }
  }
  return out;
}

/** A mask of the whole volume from the part that `cropMask` kept. */
export function expandMask(part: Uint8Array, shape: Shape3, box: Box): Uint8Array {
  const [d0, h0, w0, d1, h1, w1] = box;
  const out = new Uint8Array(voxelCount(shape));
  let i = 0;
  for (let d = d0; d < d1; d++) {
    for (let h = h0; h < h1; h++) {
      out.set(part.subarray(i, i + w1 - w0), (d * shape[1] + h) * shape[2] + w0);
      i += w1 - w0;
    }
  }
  return out;
}
