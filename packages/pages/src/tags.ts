import { html, type Markup, short } from './html.js';

/** Where one slice is drawn: its size in drawing units. */
export interface Frame {
  width: number;
  height: number;
}

export type Position = readonly [number, number];

const tagHeight = 14;
const tagWidth = (text: string): number => text.length * 6.4 + 7;

/** Places tags in a frame: each takes the first of its candidates that no earlier tag covers. */
export function createTagPlaces(frame: Frame): (text: string, candidates: readonly Position[]) => Position {
  const taken: { x: number; y: number; width: number }[] = [];
  return (text, candidates) => {
    const width = tagWidth(text);
    const inside = candidates.map(([x, y]): Position => [
      Math.min(Math.max(1, x), frame.width - width - 1),
      Math.min(Math.max(1, y), frame.height - tagHeight - 1),
    ]);
    const isFree = ([x, y]: Position): boolean =>
      taken.every((other) => x >= other.x + other.width || other.x >= x + width || Math.abs(y - other.y) >= tagHeight);
    const [x, y] = inside.find(isFree) ?? (inside[0] as Position);
    taken.push({ x, y, width });
    return [x, y];
  };
}

/** Candidates in and around the middle of a region, the middle first. */
export const placesAround = (text: string, [x, y]: Position): Position[] =>
  [0, 1, -1, 2, -2, 3, -3].map((k) => [x - tagWidth(text) / 2, y + (k - 0.5) * (tagHeight + 1)]);

/** Candidates at the corners of a box, above it first. */
export function placesAtBox(text: string, [x, y]: Position, [width, height]: Position): Position[] {
  const [above, below, right] = [y - tagHeight - 2, y + height + 2, x + width - tagWidth(text)];
  const outside: Position[] = [
    [x, above],
    [x, below],
    [right, above],
    [right, below],
    [x, above - tagHeight],
    [x, below + tagHeight],
  ];
  return [...outside.filter(([, top]) => top >= 0), [x + 2, y + 2]];
}

/** A small filled label. */
export const drawTag = (text: string, fill: string, [x, y]: Position): Markup =>
  html`<rect
      x="${short(x)}"
      y="${short(y)}"
      width="${short(tagWidth(text))}"
      height="${tagHeight}"
      rx="3"
      fill="${fill}"
    /><text
      x="${short(x + tagWidth(text) / 2)}"
      y="${short(y + 10.6)}"
      text-anchor="middle"
      font-size="10.5"
      font-weight="700"
      fill="#10141a"
      >${text}</text
    >`;

/** The set pixel of [H, W] that lies deepest inside, as the centre of that pixel (x, y), or `undefined` for an empty mask. */
export function deepestPoint(mask: ArrayLike<number>, height: number, width: number): Position | undefined {
  // City-block distance to the nearest pixel that is not set, in a pass down and a pass up.
  const depth = new Float32Array(height * width);
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : depth[y * width + x]!;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      depth[y * width + x] = mask[y * width + x] ? 1 + Math.min(at(x - 1, y), at(x, y - 1)) : 0;
  let [best, most]: [Position | undefined, number] = [undefined, 0];
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const value = Math.min(at(x, y), 1 + Math.min(at(x + 1, y), at(x, y + 1)));
      depth[y * width + x] = value;
      if (value > most) [best, most] = [[x + 0.5, y + 0.5], value];
    }
  }
  return best;
}
