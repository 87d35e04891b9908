import type { Volume } from '@vividmed/datasets';
import { defaultWindow } from '@vividmed/imaging';
import { encode } from 'fast-png';

/** Values shown as black and white: those of the window that the model reads through. */
export function displayWindow(volume: Volume): readonly [number, number] {
  const { low, high } = defaultWindow(volume);
  return [low, high];
}

/** One slice of a volume as grey values from 0 to 1. */
export function sliceGrey(volume: Volume, slice: number, [low, high]: readonly [number, number]): Float32Array {
  const [, height, width] = volume.shape;
  const range = high > low ? high - low : 1;
  return volume.data
    .subarray(slice * height * width, (slice + 1) * height * width)
    .map((value) => (Number.isFinite(value) ? Math.min(1, Math.max(0, (value - low) / range)) : 0));
}

/** Catmull-Rom kernel. */
function cubic(x: number): number {
  const a = Math.abs(x);
  if (a >= 2) return 0;
  return a < 1 ? (1.5 * a - 2.5) * a * a + 1 : ((-0.5 * a + 2.5) * a - 4) * a + 2;
}

/** Weights of the samples that make each of `size` outputs from `length` inputs; wide enough not to alias. */
function taps(length: number, size: number): { from: number; weights: number[] }[] {
  const scale = length / size;
  const support = Math.max(1, scale);
  return Array.from({ length: size }, (_, i) => {
    const centre = (i + 0.5) * scale - 0.5;
    const from = Math.ceil(centre - 2 * support);
    const to = Math.floor(centre + 2 * support);
    const weights = Array.from({ length: to - from + 1 }, (__, k) => cubic((from + k - centre) / support));
    const sum = weights.reduce((a, b) => a + b, 0);
    return { from, weights: weights.map((weight) => weight / sum) };
  });
}

/** An image [height, width] at another size, by cubic interpolation. */
export function resize(
  image: Float32Array,
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): Float32Array {
  const across = new Float32Array(height * columns);
  taps(width, columns).forEach(({ from, weights }, x) => {
    for (let k = 0; k < weights.length; k++) {
      const column = Math.min(width - 1, Math.max(0, from + k));
      const weight = weights[k]!;
      for (let y = 0; y < height; y++)
        across[y * columns + x] = across[y * columns + x]! + weight * image[y * width + column]!;
    }
  });
  const out = new Float32Array(rows * columns);
  taps(height, rows).forEach(({ from, weights }, y) => {
    for (let k = 0; k < weights.length; k++) {
      const row = Math.min(height - 1, Math.max(0, from + k)) * columns;
      const weight = weights[k]!;
      for (let x = 0; x < columns; x++) out[y * columns + x] = out[y * columns + x]! + weight * across[row + x]!;
    }
  });
  return out;
}

/** A grey image with values from 0 to 1, as an 8-bit PNG in a data URI. */
export function pngUri(image: Float32Array, height: number, width: number): string {
  const data = Uint8Array.from(image, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  const bytes = encode({ width, height, data, depth: 8, channels: 1 }, { zlib: { level: 9 } });
  return `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
}
