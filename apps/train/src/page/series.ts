/** A point of a curve: step and value. */
export type Point = readonly [number, number];

/** Means of neighbouring points, so that at most `count` are left. */
export function thin(points: readonly Point[], count: number): Point[] {
  const size = Math.ceil(points.length / count);
  if (size <= 1) return [...points];
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const part = points.slice(i * size, (i + 1) * size);
    const mean = (axis: 0 | 1): number => part.reduce((sum, point) => sum + point[axis], 0) / part.length;
    return [mean(0), mean(1)];
  });
}

/** Means over a window of this many points on either side, as far as there are points. */
export function smooth(points: readonly Point[], reach: number): Point[] {
  return points.map(([step], i) => {
    const part = points.slice(Math.max(0, i - reach), i + reach + 1);
    return [step, part.reduce((sum, [, value]) => sum + value, 0) / part.length];
  });
}

/** Round values that divide a range into about `count` parts. */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
}

/** Powers of ten, with steps between them where the range is small. */
export function logTicks(low: number, high: number): number[] {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const factors = to - from > 3 ? [1] : to - from > 2 ? [1, 3] : [1, 2, 5];
  return Array.from({ length: to - from + 1 }, (_, i) => factors.map((factor) => factor * 10 ** (from + i)))
    .flat()
    .filter((value) => value >= low * 0.999 && value <= high * 1.001);
}
