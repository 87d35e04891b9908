import type { Shape3, Volume } from '@vividmed/datasets';
import { html, type Markup, short } from './html.js';
import { drawRegions } from './overlay.js';
import { displayWindow, pngUri, resize, sliceGrey } from './raster.js';
import type { Region } from './regions.js';
import { chooseSlices } from './slices.js';
import type { Frame } from './tags.js';

/** One slice of a volume, ready to draw under the regions of one or more reports. */
export interface Base {
  slice: number;
  /** Number of slices of the volume. */
  depth: number;
  uri: string;
  frame: Frame;
}

export interface BaseOptions {
  /** Longest side of an image in pixels. */
  pixels: number;
  /** Slices of a volume that are shown. */
  slices: number;
}

/** Drawing units of the longest side: slices stand two abreast, so that their lines and letters look alike. */
const unitsOf = (shown: number): number => (shown > 1 ? 240 : 480);

/** The slices that show the regions best, as images in the proportions of the patient. */
export function createBases(volume: Volume, regions: readonly Region[], { pixels, slices }: BaseOptions): Base[] {
  const [depth, height, width] = volume.shape;
  const [, heightMm, widthMm] = [1, height * volume.spacingMm[1], width * volume.spacingMm[2]];
  const limits = displayWindow(volume);
  const first = regions.filter(({ isFirst }) => isFirst).map(({ phrase }) => phrase);
  const chosen = chooseSlices(first, volume.shape, slices);
  const longest = Math.max(heightMm, widthMm);
  const sized = (size: number): [number, number] => [(size * heightMm) / longest, (size * widthMm) / longest];
  const [rows, columns] = sized(chosen.length > 1 ? Math.round(pixels * 0.7) : pixels).map((side) =>
    Math.max(1, Math.round(side)),
  ) as [number, number];
  const [frameHeight, frameWidth] = sized(unitsOf(chosen.length));
  return chosen.map((slice) => ({
    slice,
    depth,
    uri: pngUri(resize(sliceGrey(volume, slice, limits), [height, width], [rows, columns]), rows, columns),
    frame: { width: frameWidth, height: frameHeight },
  }));
}

/** What stands on an image: the sides of the patient, and which slice it is. */
function orientation({ slice, depth, frame }: Base): Markup {
  const write = (x: number, y: number, anchor: string, text: string, size = 12): Markup =>
    html`<text
      x="${short(x)}"
      y="${short(y)}"
      text-anchor="${anchor}"
      font-size="${size}"
      font-weight="600"
      fill="#f2f5f7"
      stroke="rgba(0,0,0,.7)"
      stroke-width="2.5"
      stroke-linejoin="round"
      paint-order="stroke"
      >${text}</text
    >`;
  const middle = frame.height / 2 + 4;
  return html`<g aria-hidden="true"
    >${write(6, middle, 'start', 'R')}${write(frame.width - 6, middle, 'end', 'L')}${
      depth > 1 ? write(frame.width - 6, frame.height - 6, 'end', `${slice + 1}/${depth}`, 10) : undefined
    }</g
  >`;
}

/** The image of a base; the first drawing of it carries the picture under this id, the others refer to it. */
export const drawBase = ({ uri, frame }: Base, id: string, isFirst: boolean): Markup =>
  isFirst
    ? html`<image
        id="${id}"
        href="${uri}"
        width="${short(frame.width)}"
        height="${short(frame.height)}"
        preserveAspectRatio="none"
      />`
    : html`<use href="#${id}" />`;

/** One slice with regions over it, as the inside of an SVG. */
export const drawPanel = (base: Base, shape: Shape3, regions: readonly Region[], image: Markup): Markup =>
  html`${image}${drawRegions(regions, base.slice, shape, base.frame)}${orientation(base)}`;
