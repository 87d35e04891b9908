import { NOT_FOR_CLINICAL_USE } from '../report-document.js';
import { blackCanvas, type Canvas, drawText, fillRectangle, paste, textWidthPx, WHITE } from './canvas.js';
import type { Scene, SceneRegion } from './scene.js';

/** Grey of what is said by the way. */
const GREY = [170, 170, 170] as const;
/** Dots from line to line, and at the edges. */
const LINE = 12;
const MARGIN = 6;
const SWATCH = 7;
/** Pixels along the longer side from which letters are twice as large. */
const LARGE = 600;

/** A picture with a strip below: what is shown, each region by number and colour, and that it is not for clinical use. */
export function withLegend(picture: Canvas, scene: Scene, slices: readonly number[]): Canvas {
  const least = textWidthPx(NOT_FOR_CLINICAL_USE, 1) + 2 * MARGIN;
  const scale = Math.max(picture.height, picture.width) >= LARGE ? 2 : 1;
  const width = Math.max(picture.width, least * scale);
  const numLines = scene.regions.length + 2;
  const canvas = blackCanvas(picture.height + (numLines * LINE + MARGIN) * scale, width);
  paste(canvas, picture, 0, Math.floor((width - picture.width) / 2));
  const lineTop = (line: number): number => picture.height + (MARGIN + line * LINE) * scale;
  const left = MARGIN * scale;
  const write = (text: string, line: number, from: number, colour: SceneRegion['colour']): void =>
    drawText(canvas, fitted(text, width - from - left, scale), { top: lineTop(line), left: from, scale, colour });
  write(headline(scene, slices), 0, left, GREY);
  scene.regions.forEach((region, i) => {
    const { number, colour } = region;
    const place = placeOf(region, slices);
    const isShown = place === '';
    const top = lineTop(i + 1);
    const side = SWATCH * scale;
    if (isShown) fillRectangle(canvas, { top, left, bottom: top + side, right: left + side }, colour);
    write(`${number} ${region.region.label}${place}`, i + 1, left + 2 * side, isShown ? WHITE : GREY);
  });
  write(NOT_FOR_CLINICAL_USE, numLines - 1, left, WHITE);
  return canvas;
}

/** Where a region is when it is not on these slices. */
function placeOf({ areas }: SceneRegion, slices: readonly number[]): string {
  if (slices.some((d) => (areas[d] as number) > 0)) return '';
  return areas.some((area) => area > 0) ? ' (on other slices)' : ' (not found)';
}

function headline({ plane, window, unit }: Scene, slices: readonly number[]): string {
  const depth = plane.view.shape[0];
  const [only = 0] = slices;
  const many = slices.length > 1 ? `${slices.length} of ${depth} slices` : `slice ${only + 1} of ${depth}`;
  const round = (value: number): string => String(Number(value.toPrecision(4)));
  const shown = `window ${round(window.low)} to ${round(window.high)}${unit === 'HU' ? ' HU' : ''}`;
  return [
    ...(plane.name === undefined ? [] : [plane.name]),
    ...(depth === 1 ? [] : [many]),
    shown,
    ...(plane.marks === undefined ? ['sides not known'] : []),
  ].join(', ');
}

/** Text that is no wider than the room for it. */
function fitted(text: string, room: number, scale: number): string {
  if (textWidthPx(text, scale) <= room) return text;
  let letters = Array.from(text);
  while (letters.length > 0 && textWidthPx(`${letters.join('')}...`, scale) > room) letters = letters.slice(0, -1);
  return `${letters.join('')}...`;
}
