import { check } from '@vividmed/core';
import { z } from 'zod';

/** `segmentation` of an annotation: polygons of x, y in pixels, or the runs of a mask, in numbers or as text. */
export const Segmentation = z.union([
  z.array(z.array(z.number())),
  z.object({
    size: z.tuple([z.int().positive(), z.int().positive()]),
    counts: z.union([z.string(), z.array(z.int().nonnegative())]),
  }),
]);
export type Segmentation = z.infer<typeof Segmentation>;

export type Size = readonly [height: number, width: number];

/** True where there is anything to draw: files without masks have empty lists. */
export const hasMask = (segmentation: Segmentation | null | undefined): segmentation is Segmentation =>
  segmentation !== null && segmentation !== undefined && (!Array.isArray(segmentation) || segmentation.length > 0);

/**
 * Draws a segmentation into a mask [H,W] of 0 and 1, over what is there.
 *
 * @throws {VividMedError} `data`, for polygons of fewer than three points or far outside, and for runs of another size than the image
 */
export function drawSegmentation(where: string, segmentation: Segmentation, size: Size, mask: Uint8Array): void {
  if (Array.isArray(segmentation)) for (const points of segmentation) drawPolygon(where, points, size, mask);
  else drawRuns(where, segmentation, size, mask);
}

/** The COCO API draws outlines at five times the resolution, so that each pixel is decided at its centre. */
const SCALE = 5;

/**
 * Draws a polygon by the rule of the COCO API (`rleFrPoly` of cocodataset/cocoapi, PythonAPI): its outline is walked in steps of a fifth of
 * a pixel; wherever it passes the centre of a column of pixels, what is below changes from outside to inside or back.
 */
function drawPolygon(where: string, points: readonly number[], [height, width]: Size, mask: Uint8Array): void {
  const most = 2 * (height + width);
  check(
    points.length >= 6 && points.length % 2 === 0 && points.every((value) => Math.abs(value) <= most),
    'data',
    `${where}: expected polygons of three points or more, within ${most} pixels of the image, found another.`,
  );
  /** 1 where inside and outside change places, column by column; the last is past the image. */
  const changes = new Uint8Array(height * width + 1);
  const fine = points.map((value) => Math.trunc(SCALE * value + 0.5));
  let last: readonly [x: number, y: number] | undefined;
  for (let i = 0; i < fine.length; i += 2) {
    const next = (i + 2) % fine.length;
    for (const point of lineOf(fine[i]!, fine[i + 1]!, fine[next]!, fine[next + 1]!)) {
      if (last !== undefined && point[0] !== last[0]) {
        const x = coarse(point[0] < last[0] ? point[0] : point[0] - 1);
        if (Number.isInteger(x) && x >= 0 && x < width) {
          const y = Math.ceil(Math.min(Math.max(coarse(Math.min(point[1], last[1])), 0), height));
          changes[x * height + y]! ^= 1;
        }
      }
      last = point;
    }
  }
  for (let x = 0, at = 0, isInside = 0; x < width; x++) {
    for (let y = 0; y < height; y++, at++) {
      isInside ^= changes[at]!;
      if (isInside) mask[y * width + x] = 1;
    }
  }
}

/** The place, in pixels, of the middle of a fine step. */
const coarse = (fine: number): number => (fine + 0.5) / SCALE - 0.5;

/**
 * A line in fine steps.
 *
 * @yields the points from one end to the other, one for each step along the longer side
 */
function* lineOf(x0: number, y0: number, x1: number, y1: number): Generator<readonly [number, number]> {
  const [dx, dy] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
  const isFlat = dx >= dy;
  const length = isFlat ? dx : dy;
  // Rounded from the lower end whichever way it is walked, so that a side of two polygons is the same for both.
  const isBackward = isFlat ? x0 > x1 : y0 > y1;
  const [xs, ys, xe, ye] = isBackward ? [x1, y1, x0, y0] : [x0, y0, x1, y1];
  const slope = length === 0 ? 0 : (isFlat ? ye - ys : xe - xs) / length;
  for (let i = 0; i <= length; i++) {
    const step = isBackward ? length - i : i;
    yield isFlat ? [xs + step, Math.trunc(ys + slope * step + 0.5)] : [Math.trunc(xs + slope * step + 0.5), ys + step];
  }
}

type Runs = Exclude<Segmentation, readonly unknown[]>;

/** Runs of outside and inside in turn, down the columns. */
function drawRuns(where: string, { size, counts }: Runs, [height, width]: Size, mask: Uint8Array): void {
  const runs = typeof counts === 'string' ? runsOfText(where, counts, height * width) : counts;
  check(
    size[0] === height && size[1] === width && runs.reduce((total, run) => total + run, 0) === height * width,
    'data',
    `${where}: expected the runs of a mask of ${height} x ${width} pixels, found others.`,
  );
  let at = 0;
  runs.forEach((run, i) => {
    if (i % 2 === 0) at += run;
    else for (const end = at + run; at < end; at++) mask[(at % height) * width + Math.floor(at / height)] = 1;
  });
}

const ZERO = '0'.charCodeAt(0);
/** A letter carries five bits, and a sixth that says that more follow. */
const BITS = 5;
const MORE = 1 << BITS;

/** Runs from the text of the COCO API (`rleFrString`): from the fourth on, each is the difference to the run before the last. */
function runsOfText(where: string, text: string, numPixels: number): number[] {
  const refuse = (isRight: boolean): void =>
    check(isRight, 'data', `${where}: expected the runs of a mask as text of the COCO API, found another.`);
  const runs: number[] = [];
  let [value, shift] = [0, 0];
  for (const letter of text) {
    const bits = letter.charCodeAt(0) - ZERO;
    refuse(bits >= 0 && bits < 2 * MORE && shift < 6 * BITS);
    value += (bits % MORE) * 2 ** shift;
    shift += BITS;
    if (bits >= MORE) continue;
    // The highest bit of the last letter is the sign.
    if (bits & (MORE >> 1)) value -= 2 ** shift;
    const run = value + (runs.length > 2 ? runs.at(-2)! : 0);
    refuse(run >= 0 && run <= numPixels);
    runs.push(run);
    [value, shift] = [0, 0];
  }
  refuse(shift === 0);
  return runs;
}
