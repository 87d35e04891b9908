import type { Samples } from '../raw/samples.js';

/** Rows of samples that follow each other. */
interface Rows {
  /** Samples in a row. */
  length: number;
  /** Samples from one pixel to the next. */
  stride: number;
}

/** Undoes differences from pixel to pixel (TIFF 6.0 section 14), in place; sums wrap around as the type does. */
export function undoDifferences(samples: Samples, { length, stride }: Rows): void {
  if (samples instanceof BigUint64Array || samples instanceof BigInt64Array) {
    for (let i = 0; i < samples.length; i++)
      if (i % length >= stride) samples[i] = (samples[i] as bigint) + (samples[i - stride] as bigint);
    return;
  }
  for (let row = 0; row + length <= samples.length; row += length)
    for (let i = row + stride; i < row + length; i++)
      samples[i] = (samples[i] as number) + (samples[i - stride] as number);
}

/**
 * Undoes the predictor of floats (Adobe Photoshop TIFF Technical Note 3): in each row first all highest bytes, then the
 * next, as differences. Gives bytes of floats, little endian.
 */
export function undoFloatPredictor(bytes: Uint8Array, size: number, { length, stride }: Rows): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const rowBytes = length * size;
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    const line = bytes.slice(row, row + rowBytes);
    for (let i = stride; i < rowBytes; i++) line[i] = (line[i] as number) + (line[i - stride] as number);
    for (let i = 0; i < length; i++)
      for (let b = 0; b < size; b++) out[row + i * size + b] = line[(size - 1 - b) * length + i] as number;
  }
  return out;
}
