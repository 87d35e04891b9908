import { luminance } from '../luminance.js';
import type { ImageHeader } from './header.js';
import type { Cells } from './native.js';
import { type Palette, paletteLuminance } from './palette.js';

/**
 * Stored values of cells: the stored bits moved down and given their sign; floating-point numbers as they are.
 *
 * `bits` are those of a sample: the cell for native data, the coded precision else, which may hold no more than the
 * stored bits, so that nothing is to be moved.
 */
export function storedValues(cells: Cells, bits: number, header: ImageHeader): ArrayLike<number> {
  if (cells instanceof Float32Array || cells instanceof Float64Array) return cells;
  const { bitsStored, highBit, isSigned } = header;
  const shift = bits > bitsStored ? Math.min(highBit + 1, bits) - bitsStored : 0;
  const up = 32 - bitsStored - shift;
  const down = 32 - bitsStored;
  const out = isSigned ? new Int32Array(cells.length) : new Uint32Array(cells.length);
  // Shifting left drops what lies above the stored bits (overlays, in old files), shifting right what lies below.
  if (isSigned) for (let i = 0; i < cells.length; i++) out[i] = ((cells[i] as number) << up) >> down;
  else for (let i = 0; i < cells.length; i++) out[i] = ((cells[i] as number) << up) >>> down;
  return out;
}

/** Brightness of the pixels of one frame, in the unit of its samples. */
export function brightness(
  samples: ArrayLike<number>,
  header: ImageHeader,
  isRgb: boolean,
  palette: Palette | undefined,
): ArrayLike<number> {
  const { rows, columns, samplesPerPixel, isPlanar, coding, photometric } = header;
  const pixels = rows * columns;
  if (palette !== undefined) return paletteLuminance(samples, palette);
  if (samplesPerPixel === 1) return samples;
  const pick = (at: (pixel: number) => number): Float32Array =>
    Float32Array.from({ length: pixels }, (_, pixel) => samples[at(pixel)] as number);
  const isYbr = photometric.startsWith('YBR') && !isRgb;
  // Y0 Y1 Cb Cr for every two pixels; the first sample of YBR is the luminance itself.
  if (isYbr && photometric === 'YBR_FULL_422' && coding === 'native') return pick((i) => 4 * (i >> 1) + (i & 1));
  const stride = isPlanar && coding === 'native' ? 1 : 3;
  if (isYbr) return pick((i) => i * stride);
  if (stride === 3) return luminance(samples, [0, 1, 2], 3, pixels);
  return luminance(samples, [0, pixels, 2 * pixels], 1, pixels);
}
