import type { Shape3 } from './mask-volume.js';

/** Columns that are worked on together: a line of the processor's cache holds eight numbers, and neighbours are read at once. */
const blockSize = 16;

/** Squared distances along the last axis: two sweeps over each row. Infinity in rows without a point. */
function alongRows(points: Uint8Array, width: number, spacing: number): Float64Array {
  const out = new Float64Array(points.length).fill(Infinity);
  const squares = Float64Array.from({ length: width }, (_, steps) => (steps * spacing) ** 2);
  for (let row = 0; row < points.length; row += width) {
    let last = -1;
    for (let w = 0; w < width; w++) {
      if (points[row + w] !== 0) last = w;
      if (last >= 0) out[row + w] = squares[w - last]!;
    }
    if (last < 0) continue;
    let next = last;
    for (let w = last; w >= 0; w--) {
      if (points[row + w] !== 0) next = w;
      const square = squares[next - w]!;
      if (square < out[row + w]!) out[row + w] = square;
    }
  }
  return out;
}

/**
 * Takes the distances along one more axis into account, in place: each column becomes the lower envelope of the parabolas
 * that stand on its values (Felzenszwalb and Huttenlocher 2012, section 2.1). `values` is [outer, length, inner].
 */
function alongAxis(values: Float64Array, length: number, inner: number, spacing: number): void {
  const column = new Float64Array(length * blockSize);
  /** Places of the parabolas of the envelope, their values there, and where each begins to be the lowest. */
  const places = new Int32Array(length);
  const heights = new Float64Array(length);
  const starts = new Float64Array(length + 1);
  const square = spacing * spacing;
  for (let outer = 0; outer < values.length; outer += length * inner) {
    for (let first = 0; first < inner; first += blockSize) {
      const numColumns = Math.min(blockSize, inner - first);
      for (let i = 0, at = outer + first; i < length; i++, at += inner) {
        for (let k = 0; k < numColumns; k++) column[k * length + i] = values[at + k]!;
      }
      for (let k = 0; k < numColumns; k++) {
        const base = k * length;
        let top = -1;
        for (let i = 0; i < length; i++) {
          const height = column[base + i]!;
          if (height === Infinity) continue;
          let start = -Infinity;
          while (top >= 0) {
            const place = places[top]!;
            start = (i + place + (height - heights[top]!) / (square * (i - place))) / 2;
            if (start > starts[top]!) break;
            top--;
            start = -Infinity;
          }
          top++;
          places[top] = i;
          heights[top] = height;
          starts[top] = start;
        }
        if (top < 0) continue;
        starts[top + 1] = Infinity;
        for (let i = 0, lowest = 0; i < length; i++) {
          while (starts[lowest + 1]! < i) lowest++;
          const away = (i - places[lowest]!) * spacing;
          column[base + i] = away * away + heights[lowest]!;
        }
      }
      for (let i = 0, at = outer + first; i < length; i++, at += inner) {
        for (let k = 0; k < numColumns; k++) values[at + k] = column[k * length + i]!;
      }
    }
  }
}

/**
 * Exact squared Euclidean distance in mm² of each cell of a grid [D, H, W] to the nearest point, the cells that are not 0;
 * Infinity everywhere without one. One axis after another (Felzenszwalb and Huttenlocher 2012), so the time is linear in the
 * cells. Takes 8 bytes a cell.
 */
export function squaredDistances(points: Uint8Array, shape: Shape3, spacingMm: Shape3): Float64Array {
  const [depth, height, width] = shape;
  const values = alongRows(points, width, spacingMm[2]);
  if (height > 1) alongAxis(values, height, width, spacingMm[1]);
  if (depth > 1) alongAxis(values, depth, height * width, spacingMm[0]);
  return values;
}
