import { colourOf, resize } from '@vividmed/pages';
import { encode } from 'fast-png';
import type { Picture } from './sample.js';

const tile = 240;
const gap = 6;
const columns = 4;

type Rgb = readonly [number, number, number];

const rgbOf = (hex: string): Rgb => {
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
};

/** An image that is drawn on. */
interface Sheet {
  data: Uint8Array;
  width: number;
}

function paint({ data, width }: Sheet, x: number, y: number, colour: Rgb, share = 1): void {
  const at = 3 * (y * width + x);
  for (let c = 0; c < 3; c++) data[at + c] = Math.round(data[at + c]! * (1 - share) + colour[c]! * share);
}

/** Draws a picture into the tile whose corner is (left, top), scaled to fit. */
function drawPicture(sheet: Sheet, picture: Picture, left: number, top: number): void {
  const { grey, height, width, regions } = picture;
  const scale = Math.min(tile / height, tile / width);
  const [rows, cols] = [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
  const shown = resize(grey, [height, width], [rows, cols]);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < cols; x++) {
      const value = 255 * Math.min(1, Math.max(0, shown[y * cols + x]!));
      paint(sheet, left + x, top + y, [value, value, value]);
    }
  regions.forEach(({ mask, boxes }, i) => {
    const colour = rgbOf(colourOf(i + 1).colour.bright);
    const isSet = (x: number, y: number): boolean => {
      if (x < 0 || y < 0 || x >= cols || y >= rows) return false;
      return mask![Math.floor(((y + 0.5) / rows) * height) * width + Math.floor(((x + 0.5) / cols) * width)] === 1;
    };
    if (mask)
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < cols; x++) {
          if (!isSet(x, y)) continue;
          const isEdge = !isSet(x - 1, y) || !isSet(x + 1, y) || !isSet(x, y - 1) || !isSet(x, y + 1);
          paint(sheet, left + x, top + y, colour, isEdge ? 1 : 0.2);
        }
    for (const [, h0, w0, , h1, w1] of boxes) {
      const clip = (value: number, size: number): number => Math.min(Math.max(Math.round(value), 0), size - 1);
      const [y0, y1] = [clip((h0 / height) * rows, rows), clip((h1 / height) * rows - 1, rows)];
      const [x0, x1] = [clip((w0 / width) * cols, cols), clip((w1 / width) * cols - 1, cols)];
      for (let x = x0; x <= x1; x++) for (const y of [y0, y1]) paint(sheet, left + x, top + y, colour);
      for (let y = y0; y <= y1; y++) for (const x of [x0, x1]) paint(sheet, left + x, top + y, colour);
    }
  });
}

/** Pictures side by side as a PNG, row after row, contours of masks and boxes in the order of the colours of the result page. */
export function contactSheet(pictures: readonly Picture[]): Uint8Array {
  const used = Math.min(columns, Math.max(1, pictures.length));
  const rows = Math.max(1, Math.ceil(pictures.length / columns));
  const [width, height] = [used * (tile + gap) + gap, rows * (tile + gap) + gap];
  const sheet: Sheet = { data: new Uint8Array(width * height * 3).fill(24), width };
  pictures.forEach((picture, i) =>
    drawPicture(sheet, picture, gap + (i % columns) * (tile + gap), gap + Math.floor(i / columns) * (tile + gap)),
  );
  return encode({ width, height, data: sheet.data, depth: 8, channels: 3 });
}
