import { encode } from 'fast-png';
import type { Rgb } from '../colour.js';
import { LETTER_HEIGHT, textDots, textWidth } from './font.js';

/** A picture in red, green and blue, [H,W,3]. */
export interface Canvas {
  data: Uint8Array;
  height: number;
  width: number;
}

export const WHITE: Rgb = [255, 255, 255];
export const BLACK: Rgb = [0, 0, 0];

export const blackCanvas = (height: number, width: number): Canvas => ({
  data: new Uint8Array(height * width * 3),
  height,
  width,
});

/** Mixes a colour into a pixel: `opacity` of it, and of what was there the rest. Outside the canvas nothing happens. */
export function mixPixel({ data, height, width }: Canvas, row: number, column: number, colour: Rgb, opacity = 1): void {
  if (row < 0 || column < 0 || row >= height || column >= width) return;
  const at = (row * width + column) * 3;
  for (let c = 0; c < 3; c++) {
    data[at + c] = Math.round((1 - opacity) * (data[at + c] as number) + opacity * (colour[c] as number));
  }
}

/** Rows and columns from the first to before the last. */
export interface Rectangle {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export function fillRectangle(canvas: Canvas, { top, left, bottom, right }: Rectangle, colour: Rgb): void {
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++) mixPixel(canvas, row, column, colour);
}

/** The line of a rectangle, inside it. */
export function outlineRectangle(canvas: Canvas, { top, left, bottom, right }: Rectangle, thick: number, colour: Rgb) {
  const [inTop, inBottom] = [Math.min(top + thick, bottom), Math.max(bottom - thick, top)];
  const [inLeft, inRight] = [Math.min(left + thick, right), Math.max(right - thick, left)];
  fillRectangle(canvas, { top, left, bottom: inTop, right }, colour);
  fillRectangle(canvas, { top: inBottom, left, bottom, right }, colour);
  fillRectangle(canvas, { top: inTop, left, bottom: inBottom, right: inLeft }, colour);
  fillRectangle(canvas, { top: inTop, left: inRight, bottom: inBottom, right }, colour);
}

/** Height of a line of text and width of a text, in pixels. */
export const textHeightPx = (scale: number): number => LETTER_HEIGHT * scale;
export const textWidthPx = (text: string, scale: number): number => textWidth(text) * scale;

/** Draws text with a dark rim, so that it is read on bright tissue too; `scale` pixels for each dot. */
export function drawText(
  canvas: Canvas,
  text: string,
  { top, left, scale, colour }: { top: number; left: number; scale: number; colour: Rgb },
): void {
  const dots = textDots(text).map(([row, column]) => [top + row * scale, left + column * scale] as const);
  const rim = Math.ceil(scale / 2);
  const square = (row: number, column: number, grow: number): Rectangle => ({
    top: row - grow,
    left: column - grow,
    bottom: row + scale + grow,
    right: column + scale + grow,
  });
  for (const [row, column] of dots) fillRectangle(canvas, square(row, column, rim), BLACK);
  for (const [row, column] of dots) fillRectangle(canvas, square(row, column, 0), colour);
}

/** Copies a picture into another, which it must fit. */
export function paste(canvas: Canvas, picture: Canvas, top: number, left: number): void {
  for (let row = 0; row < picture.height; row++) {
    const line = picture.data.subarray(row * picture.width * 3, (row + 1) * picture.width * 3);
    canvas.data.set(line, ((top + row) * canvas.width + left) * 3);
  }
}

/** PNG of 8 bits; the same picture gives the same bytes. */
export const canvasPng = ({ data, height, width }: Canvas): Uint8Array =>
  encode({ data, height, width, depth: 8, channels: 3 });
