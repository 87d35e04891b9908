import { type Box, boxOfMask, cropMask, type Shape3 } from '../volume.js';

/**
 * One box for each connected part of a mask, in the order of their first voxels. Voxels that share a face, an edge or a corner are
 * connected (26 neighbours), so that a thin oblique lesion stays one.
 */
export function instanceBoxes(mask: Uint8Array, shape: Shape3): Box[] {
  const around = boxOfMask(mask, shape);
  if (around === undefined) return [];
  const [d0, h0, w0, d1, h1, w1] = around;
  const inner = [d1 - d0, h1 - h0, w1 - w0] as const;
  // A copy: voxels are cleared as they are visited.
  const left = cropMask(mask, shape, around);
  const boxes: Box[] = [];
  for (let i = 0; i < left.length; i++) {
    if (!left[i]) continue;
    const [e0, f0, g0, e1, f1, g1] = fill(left, inner, i);
    boxes.push([d0 + e0, h0 + f0, w0 + g0, d0 + e1, h0 + f1, w0 + g1]);
  }
  return boxes;
}

/** Clears the part that the voxel belongs to and returns its box. */
function fill(left: Uint8Array, [depth, height, width]: Shape3, start: number): Box {
  let [d0, h0, w0, d1, h1, w1] = [depth, height, width, 0, 0, 0];
  const open = [start];
  left[start] = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const w = at % width;
    const h = Math.floor(at / width) % height;
    const d = Math.floor(at / (width * height));
    [d0, h0, w0] = [Math.min(d0, d), Math.min(h0, h), Math.min(w0, w)];
    [d1, h1, w1] = [Math.max(d1, d + 1), Math.max(h1, h + 1), Math.max(w1, w + 1)];
    for (let e = Math.max(d - 1, 0); e <= Math.min(d + 1, depth - 1); e++) {
      for (let f = Math.max(h - 1, 0); f <= Math.min(h + 1, height - 1); f++) {
        for (let g = Math.max(w - 1, 0); g <= Math.min(w + 1, width - 1); g++) {
          const next = (e * height + f) * width + g;
          if (!left[next]) continue;
          left[next] = 0;
          open.push(next);
        }
      }
    }
  }
  return [d0, h0, w0, d1, h1, w1];
}

/** One box for each value of a map whose values count instances, in the order of their first voxels; 0 is none. */
export function valueBoxes(labels: ArrayLike<number>, [depth, height, width]: Shape3): Box[] {
  const boxes = new Map<number, [number, number, number, number, number, number]>();
  for (let d = 0, i = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++, i++) {
        const value = labels[i]!;
        if (value === 0) continue;
        const box = boxes.get(value);
        if (box === undefined) boxes.set(value, [d, h, w, d + 1, h + 1, w + 1]);
        else {
          box[1] = Math.min(box[1], h);
          box[2] = Math.min(box[2], w);
          box[3] = d + 1;
          box[4] = Math.max(box[4], h + 1);
          box[5] = Math.max(box[5], w + 1);
        }
      }
    }
  }
  return [...boxes.values()];
}
