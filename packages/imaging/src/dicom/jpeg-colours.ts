import { concatenate } from '../concatenate.js';

/**
 * Whether a JPEG tells how its colours are coded: by a segment of JFIF, one of Adobe that is whole, or by components of
 * several sizes, which RGB never has.
 */
export function saysColours(coded: Uint8Array): boolean {
  const at16 = (at: number): number => 256 * (coded[at] ?? 0) + (coded[at + 1] ?? 0);
  for (let at = 2; at + 4 <= coded.length && coded[at] === 0xff;) {
    const code = coded[at + 1] as number;
    const length = at16(at + 2);
    if (code === 0xe0 || (code === 0xee && length >= ADOBE_BYTES)) return true;
    // Sampling of the three components; what comes after the frame tells nothing of colours.
    if (code >= 0xc0 && code <= 0xc3) return coded[at + 11] !== coded[at + 14] || coded[at + 11] !== coded[at + 17];
    at += 2 + length;
  }
  return false;
}

const ADOBE_BYTES = 14;
/** The segment APP14 of Adobe (ITU-T T.872 6.5.3) with transform 0: three components are red, green and blue. */
const ADOBE_RGB = [0xff, 0xee, 0, ADOBE_BYTES, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0];

/** Without a word in the coded image its decoder takes YCbCr for granted, where DICOM says RGB. */
export const withAdobeRgb = (coded: Uint8Array): Uint8Array =>
  concatenate([coded.subarray(0, 2), Uint8Array.from(ADOBE_RGB), coded.subarray(2)]);
