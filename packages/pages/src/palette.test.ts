import { describe, expect, it } from 'vitest';
import { colourOf, dashOf, palette } from './palette.js';

type Rgb = [number, number, number];

const linear = (hex: string): Rgb =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;

const luminance = (hex: string): number => {
  const [r, g, b] = linear(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
/** Contrast ratio of WCAG 2. */
const contrast = (a: string, b: string): number => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

/** Full dichromacy in linear RGB (Machado, Oliveira and Fernandes 2009, table 1, severity 1). */
const sight: Record<string, number[]> = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function seenAs(hex: string, m: number[]): Rgb {
  const rgb = linear(hex);
  return [0, 3, 6].map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        rgb.reduce((sum, value, k) => sum + m[row + k]! * value, 0),
      ),
    ),
  ) as Rgb;
}

/** OKLab, in which equal distances look about equally large. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

describe.each(Object.entries(sight))('with %s', (_, matrix) => {
  it('the colours on images stay apart', () => {
    const seen = palette.map(({ bright }) => oklab(seenAs(bright, matrix)));
    seen.forEach((a, i) =>
      seen.slice(0, i).forEach((b, j) => {
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(distance, `colours ${j} and ${i}`).toBeGreaterThan(0.07);
      }),
    );
  });
});

it('stands out: inks on white as text does, bright colours on dark images and pages', () => {
  for (const { ink, bright } of palette) {
    expect(contrast(ink, '#ffffff'), ink).toBeGreaterThanOrEqual(4.5);
    expect(contrast(bright, '#171b21'), bright).toBeGreaterThanOrEqual(3);
  }
});

it('tells things of one colour apart by their lines', () => {
  const again = 1 + palette.length;
  expect(colourOf(again).colour).toBe(colourOf(1).colour);
  expect(dashOf(again)).not.toBe(dashOf(1));
});
