/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Eight colours that people with colour blindness tell apart (Okabe and Ito 2008), without black, bright ones first. */
const PALETTE: readonly Rgb[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [213, 94, 0],
  [204, 121, 167],
  [0, 114, 178],
];

/** The colour of region i, the same in every output. */
export const regionColour = (i: number): Rgb => PALETTE[i % PALETTE.length] as Rgb;

/** CIE L*a*b* of a colour of sRGB (IEC 61966-2-1) under illuminant D50, as ICC profiles have it. */
export function labOf(rgb: Rgb): [number, number, number] {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number]; // three in, three out
  // sRGB to XYZ, adapted from D65 to D50 by Bradford's method, each over the white of D50.
  const x = (0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.9642;
  const y = 0.2225045 * r + 0.7168786 * g + 0.0606169 * b;
  const z = (0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.8249;
  const root = (t: number) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  return [116 * root(y) - 16, 500 * (root(x) - root(y)), 200 * (root(y) - root(z))];
}

/** The three numbers of 16 bits that DICOM keeps for a colour, PS3.3 C.10.7.1.1. */
export function dicomLab(rgb: Rgb): number[] {
  const [l, a, b] = labOf(rgb);
  const whole = (part: number) => Math.min(65535, Math.max(0, Math.round(part * 65535)));
  return [whole(l / 100), whole((a + 128) / 255), whole((b + 128) / 255)];
}
