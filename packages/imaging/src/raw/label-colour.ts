/** Turns of the hue from one label to the next: the golden ratio keeps neighbours apart however many there are. */
const GOLDEN_RATIO = 0.618033988749895;

/** Red, green and blue, 0 to 255, of a label in pictures and in files that want a colour. */
export function labelColour(label: number): readonly [number, number, number] {
  const hue = 6 * ((((label * GOLDEN_RATIO) % 1) + 1) % 1);
  const channel = (offset: number): number => {
    const k = (offset + hue) % 6;
    return Math.round(255 * (1 - 0.75 * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [channel(5), channel(3), channel(1)];
}
