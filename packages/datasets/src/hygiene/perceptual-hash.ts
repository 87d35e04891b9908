import type { Volume } from '../volume.js';
import { resizeValues } from '@vividmed/core';

/** Voxels along each side of the image that is hashed, before the transform. */
const side = 32;
/** Frequencies kept along each axis: 8 by 8 bits. */
const kept = 8;

const cosines = Float64Array.from({ length: kept * side }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / side) * ((i % side) + 0.5)) / side),
);

/** The middle slice of a volume, or the image of a radiograph. */
function middleOf({ data, shape: [depth, height, width] }: Pick<Volume, 'data' | 'shape'>): Float32Array {
  const at = Math.floor(depth / 2) * height * width;
  return data.subarray(at, at + height * width);
}

/**
 * 64 bits of what an image looks like, in hexadecimal: signs of the low frequencies of its middle slice, shrunk to 32 by 32
 * (the DCT hash of Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, 3.2.1). Copies at another
 * size, another window or another bit depth differ in few bits. A flat image has no bit set.
 */
export function perceptualHash(volume: Pick<Volume, 'data' | 'shape'>): string {
  const [, height, width] = volume.shape;
  const small = resizeValues(middleOf(volume), [1, height, width], [1, side, side]);
  const rows = new Float64Array(side * kept);
  for (let y = 0; y < side; y++)
    for (let u = 0; u < kept; u++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += small[y * side + x]! * cosines[u * side + x]!;
      rows[y * kept + u] = sum;
    }
  const frequencies = new Float64Array(kept * kept);
  for (let v = 0; v < kept; v++)
    for (let u = 0; u < kept; u++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += rows[y * kept + u]! * cosines[v * side + y]!;
      frequencies[v * kept + u] = sum;
    }
  // The first is the mean of the image, which a window changes.
  const sorted = frequencies.slice(1).sort();
  const median = sorted[Math.floor(sorted.length / 2)]!;
  const scale = Math.max(...sorted.map(Math.abs));
  let text = '';
  for (let i = 0; i < frequencies.length; i += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) {
      const isSet = i + bit > 0 && scale > 1e-6 && frequencies[i + bit]! > median;
      digit = digit * 2 + (isSet ? 1 : 0);
    }
    text += digit.toString(16);
  }
  return text;
}

const bitsOf = Uint8Array.from({ length: 16 }, (_, n) => (n & 1) + ((n >> 1) & 1) + ((n >> 2) & 1) + (n >> 3));

/** Bits in which two hashes differ. */
export function hashDistance(a: string, b: string): number {
  let bits = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++)
    bits += bitsOf[Number.parseInt(a[i] ?? '0', 16) ^ Number.parseInt(b[i] ?? '0', 16)]!;
  return bits;
}
