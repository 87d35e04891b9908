import type { Box, Shape3 } from '@vividmed/datasets';
import { smoothPath, traceMask } from './contour.js';
import { html, type Markup, short } from './html.js';
import { colourOf, dashOf } from './palette.js';
import type { Region } from './regions.js';
import {
  createTagPlaces,
  deepestPoint,
  drawTag,
  type Frame,
  placesAround,
  placesAtBox,
  type Position,
} from './tags.js';

/** Dark rim of lines, so that they stand out on bright tissue too. */
const halo = 'rgba(0,0,0,.55)';

interface Drawn {
  region: Region;
  shapes: Markup[];
  /** Text of each tag and where it may stand. */
  tags: { text: string; candidates: Position[] }[];
}

function drawMask(number: number, mask: Uint8Array, shape: Shape3, frame: Frame): Pick<Drawn, 'shapes' | 'tags'> {
  const [, height, width] = shape;
  const deepest = deepestPoint(mask, height, width);
  if (!deepest) return { shapes: [], tags: [] };
  const [scaleX, scaleY] = [frame.width / width, frame.height / height];
  const path = smoothPath(traceMask(mask, height, width), scaleX, scaleY);
  const { bright } = colourOf(number).colour;
  const text = String(number);
  const fill = html`<path
    d="${path}"
    fill="${bright}"
    fill-opacity=".17"
    fill-rule="evenodd"
    stroke="${halo}"
    stroke-width="3.2"
    stroke-linejoin="round"
  />`;
  const line = html`<path
    d="${path}"
    fill="none"
    stroke="${bright}"
    stroke-width="1.6"
    stroke-linejoin="round"
    stroke-dasharray="${dashOf(number)}"
  />`;
  const candidates = placesAround(text, [deepest[0] * scaleX, deepest[1] * scaleY]);
  return { shapes: [fill, line], tags: [{ text, candidates }] };
}

function drawBox(
  number: number,
  { box, score }: { box: Box; score?: number | undefined },
  shape: Shape3,
  frame: Frame,
): Pick<Drawn, 'shapes' | 'tags'> {
  const [scaleX, scaleY] = [frame.width / shape[2], frame.height / shape[1]];
  const [x, y] = [box[2] * scaleX, box[1] * scaleY];
  const [width, height] = [(box[5] - box[2]) * scaleX, (box[4] - box[1]) * scaleY];
  const { bright } = colourOf(number).colour;
  const place = html`x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="2"`;
  const fill = html`<rect ${place} fill="${bright}" fill-opacity=".08" stroke="${halo}" stroke-width="3.6" />`;
  const line = html`<rect
    ${place}
    fill="none"
    stroke="${bright}"
    stroke-width="1.8"
    stroke-dasharray="${dashOf(number)}"
  />`;
  const text = score === undefined ? String(number) : `${number} · ${Math.round(score * 100)}%`;
  return { shapes: [fill, line], tags: [{ text, candidates: placesAtBox(text, [x, y], [width, height]) }] };
}

/** The part of a region that a slice shows: a box counts on every slice it spans. */
function drawRegion(region: Region, slice: number, shape: Shape3, frame: Frame): Drawn {
  const { number } = region;
  const { mask, boxes } = region.phrase;
  const area = shape[1] * shape[2];
  const parts = [
    ...(mask && mask.length > 0
      ? [drawMask(number, mask.subarray(slice * area, (slice + 1) * area), shape, frame)]
      : []),
    ...boxes
      .filter(({ box }) => slice + 1 > box[0] && slice < box[3])
      .map((item) => drawBox(number, item, shape, frame)),
  ];
  return { region, shapes: parts.flatMap(({ shapes }) => shapes), tags: parts.flatMap(({ tags }) => tags) };
}

/** Voxels that a region marks in its volume. */
function extent({ phrase: { mask, boxes } }: Region): number {
  const size = boxes.reduce((sum, { box: b }) => sum + (b[3] - b[0]) * (b[4] - b[1]) * (b[5] - b[2]), 0);
  return size + (mask?.reduce((sum, value) => sum + value, 0) ?? 0);
}

/** The same regions, large ones first, so that small ones are drawn over them. */
export function largestFirst(regions: readonly Region[]): Region[] {
  const sizes = new Map(regions.map((region) => [region, extent(region)]));
  return [...regions].sort((a, b) => sizes.get(b)! - sizes.get(a)!);
}

/**
 * Regions in one slice, in the order given, as SVG in the units of the frame; their tags lie over all of them. Groups carry
 * the numbers that link them to phrases.
 */
export function drawRegions(regions: readonly Region[], slice: number, shape: Shape3, frame: Frame): Markup {
  const drawn = regions
    .map((region) => drawRegion(region, slice, shape, frame))
    .filter(({ shapes }) => shapes.length > 0);
  const group = ({ index, number, isFirst, phrase }: Region, content: Markup[]): Markup =>
    html`<g class="${isFirst ? 'region' : 'region repeated'}" data-number="${number}" data-phrase="${index}"
      ><title>${phrase.text}</title>${content}</g
    >`;
  const places = createTagPlaces(frame);
  // Repeated phrases are drawn one at a time, so their tags need not make room for others. Small regions choose first.
  const labels = drawn.toReversed().map(({ region, tags }) => {
    const place = region.isFirst ? places : createTagPlaces(frame);
    const { bright } = colourOf(region.number).colour;
    return group(
      region,
      tags.map(({ text, candidates }) => drawTag(text, bright, place(text, candidates))),
    );
  });
  return html`<g class="overlay">${drawn.map(({ region, shapes }) => group(region, shapes))}${labels}</g>`;
}
