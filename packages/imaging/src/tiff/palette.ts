import { check } from '@vividmed/core';
import type { Samples } from '../raw/samples.js';
import { numbersOf } from './directory.js';
import { type Page, TAG } from './page.js';

/** The colours of a page, 0 to 65535: all reds, all greens, all blues (TIFF 6.0 section 5). @throws {VividMedError} */
export function paletteOf(where: string, { directory, type }: Page): number[] {
  check(
    type === 'uint8' || type === 'uint16',
    'unsupported',
    `${where}: expected a palette for 8 or 16 bits, found ${type}.`,
  );
  const size = 3 * (type === 'uint8' ? 256 : 65536);
  const colours = numbersOf(where, directory, TAG.colourMap, size) ?? [];
  check(colours.length === size, 'data', `${where}: expected ${size} numbers of a palette, found ${colours.length}.`);
  return colours;
}

/** Red, green and blue of each index; every index of the type has its colour. */
export function expandPalette(indices: Samples, palette: readonly number[]): Uint16Array {
  const size = palette.length / 3;
  const out = new Uint16Array(3 * indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = Number(indices[i]);
    for (let c = 0; c < 3; c++) out[3 * i + c] = palette[c * size + index] as number;
  }
  return out;
}
