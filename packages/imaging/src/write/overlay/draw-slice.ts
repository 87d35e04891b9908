import { resizeValues } from '@vividmed/core';
import { readSlice } from '../../geometry/view.js';
import { applyWindow } from '../../prepare/windows.js';
import type { ScoredBox } from '../results.js';
import {
  blackCanvas,
  BLACK,
  type Canvas,
  drawText,
  mixPixel,
  outlineRectangle,
  textHeightPx,
  textWidthPx,
  WHITE,
} from './canvas.js';
import { boxInPlane, isOnSlice, type Scene, type SceneRegion } from './scene.js';

const FILL_OPACITY = 0.2;
/** Pixels of a slice for one of a line and of a dot of letters. */
const PIXELS_PER_DOT = 300;

/** A slice in grey, with its regions and the letters of the patient at its edges; `size` pixels along its longer side. */
export function drawSlice(scene: Scene, slice: number, size: number): Canvas {
  const canvas = greySlice(scene, slice, size);
  const scale = Math.max(1, Math.round(size / PIXELS_PER_DOT));
  // Large regions first, so that small ones are seen.
  const shown = scene.regions
    .filter(({ areas }) => (areas[slice] as number) > 0)
    .toSorted((a, b) => (b.areas[slice] as number) - (a.areas[slice] as number));
  const tags = shown.flatMap((region) =>
    region.region.kind === 'mask'
      ? drawMask(canvas, scene, { ...region, mask: region.region.mask }, slice, scale)
      : drawBoxes(canvas, scene, { ...region, boxes: region.region.boxes }, slice, scale),
  );
  for (const tag of tags) drawText(canvas, tag.text, { ...tag, scale });
  drawMarks(canvas, scene, scale);
  return canvas;
}

/** Rows and columns of the picture: square millimetres stay square. */
function pictureSize({ plane }: Scene, size: number): [rows: number, columns: number] {
  const [, height, width] = plane.view.shape;
  const [high, wide] = [height * plane.spacingMm[1], width * plane.spacingMm[2]];
  const side = (mm: number): number => Math.max(1, Math.round((size * mm) / Math.max(high, wide)));
  return [side(high), side(wide)];
}

function greySlice(scene: Scene, slice: number, size: number): Canvas {
  const { view } = scene.plane;
  const [, height, width] = view.shape;
  const [rows, columns] = pictureSize(scene, size);
  const values = new Float32Array(height * width);
  readSlice(view, slice, scene.volume.data, values);
  applyWindow(values, scene.window);
  const grey = resizeValues(values, [1, height, width], [1, rows, columns]);
  const canvas = blackCanvas(rows, columns);
  for (let i = 0; i < grey.length; i++) canvas.data.fill(Math.round(255 * (grey[i] as number)), 3 * i, 3 * i + 3);
  return canvas;
}

interface Tag {
  text: string;
  top: number;
  left: number;
  colour: SceneRegion['colour'];
}

function drawMask(
  canvas: Canvas,
  { plane }: Scene,
  { mask, number, colour }: SceneRegion & { mask: Uint8Array },
  slice: number,
  thick: number,
): Tag[] {
  const { height: rows, width: columns } = canvas;
  const [, height, width] = plane.view.shape;
  const values = new Uint8Array(height * width);
  readSlice(plane.view, slice, mask, values);
  // Of several voxels behind a pixel one is enough: what is small is not to vanish.
  const columnEnds = spans(width, columns);
  const isIn = new Uint8Array(rows * columns);
  for (const [row, [top, bottom]] of spans(height, rows).entries())
    for (let column = 0; column < columns; column++) {
      const [left, right] = columnEnds[column] as [number, number]; // one for each column
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) if (values[y * width + x] !== 0) isIn[row * columns + column] = 1;
    }
  const inside = (row: number, column: number): boolean =>
    row >= 0 && column >= 0 && row < rows && column < columns && isIn[row * columns + column] === 1;
  const isEdge = (row: number, column: number): boolean => {
    for (let by = 1; by <= thick; by++) {
      const around = [inside(row - by, column), inside(row + by, column), inside(row, column - by)];
      if (around.includes(false) || !inside(row, column + by)) return true;
    }
    return false;
  };
  const pixels: [number, number][] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      if (!inside(row, column)) continue;
      pixels.push([row, column]);
      mixPixel(canvas, row, column, colour, isEdge(row, column) ? 1 : FILL_OPACITY);
    }
  const [row, column] = nearCentre(pixels);
  const text = String(number);
  return [{ text, top: row - textHeightPx(thick) / 2, left: column - textWidthPx(text, thick) / 2, colour: WHITE }].map(
    whole,
  );
}

/** The voxels behind each pixel, at least one. */
function spans(voxels: number, pixels: number): [from: number, to: number][] {
  return Array.from({ length: pixels }, (_, i) => {
    const from = Math.floor((i * voxels) / pixels);
    return [from, Math.max(from + 1, Math.floor(((i + 1) * voxels) / pixels))];
  });
}

/** The pixel closest to the mean of all: inside, whatever the shape. */
function nearCentre(pixels: readonly [number, number][]): [number, number] {
  const mean = [0, 1].map((k) => pixels.reduce((sum, pixel) => sum + (pixel[k] as number), 0) / pixels.length);
  const away = ([row, column]: readonly [number, number]): number =>
    Math.hypot(row - (mean[0] as number), column - (mean[1] as number));
  return pixels.reduce((best, pixel) => (away(pixel) < away(best) ? pixel : best), pixels[0] ?? [0, 0]);
}

const whole = (tag: Tag): Tag => ({ ...tag, top: Math.round(tag.top), left: Math.round(tag.left) });

function drawBoxes(
  canvas: Canvas,
  { plane }: Scene,
  { boxes, number, colour }: SceneRegion & { boxes: readonly ScoredBox[] },
  slice: number,
  thick: number,
): Tag[] {
  const { height: rows, width: columns } = canvas;
  const [, height, width] = plane.view.shape;
  return boxes.flatMap(({ corners, score }): Tag[] => {
    const box = boxInPlane(corners, plane);
    if (!isOnSlice(box, slice)) return [];
    const rectangle = {
      top: Math.round((box[1] * rows) / height),
      left: Math.round((box[2] * columns) / width),
      bottom: Math.max(Math.round((box[4] * rows) / height), Math.round((box[1] * rows) / height) + 1),
      right: Math.max(Math.round((box[5] * columns) / width), Math.round((box[2] * columns) / width) + 1),
    };
    const { top, left, bottom, right } = rectangle;
    const rim = { top: top - 1, left: left - 1, bottom: bottom + 1, right: right + 1 };
    outlineRectangle(canvas, rim, thick + 2, BLACK);
    outlineRectangle(canvas, rectangle, thick, colour);
    const text = score === undefined ? String(number) : `${number} ${Math.round(score * 100)}%`;
    // Above the box, or below it where there is no room above.
    const gap = 2 * thick;
    const above = top - textHeightPx(thick) - gap;
    const at = Math.min(Math.max(left, gap), Math.max(gap, columns - textWidthPx(text, thick) - gap));
    return [{ text, top: above >= gap ? above : bottom + gap, left: at, colour }];
  });
}

function drawMarks(canvas: Canvas, { plane: { marks } }: Scene, scale: number): void {
  if (marks === undefined) return;
  const gap = 3 * scale;
  const [high, wide] = [textHeightPx(scale), textWidthPx('L', scale)];
  const [row, column] = [Math.round((canvas.height - high) / 2), Math.round((canvas.width - wide) / 2)];
  const places = {
    top: [gap, column],
    bottom: [canvas.height - high - gap, column],
    left: [row, gap],
    right: [row, canvas.width - wide - gap],
  } as const;
  for (const side of ['top', 'bottom', 'left', 'right'] as const) {
    const [top, left] = places[side];
    drawText(canvas, marks[side], { top, left, scale, colour: WHITE });
  }
}
