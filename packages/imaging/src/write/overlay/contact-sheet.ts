import { check } from '@vividmed/core';
import type { PreparableVolume } from '../../prepare/plan.js';
import type { Results } from '../results.js';
import { blackCanvas, canvasPng, drawText, paste, WHITE } from './canvas.js';
import { drawSlice } from './draw-slice.js';
import { withLegend } from './legend.js';
import { type OverlayOptions, type Scene, sceneOf } from './scene.js';

const DEFAULT_SIZE = 256;
const GAP = 4;

/**
 * Slices on which regions lie, side by side as PNG with one legend: the fullest slice of each region first of all, then
 * those furthest from all others. Without a region anywhere, slices from all of the image. `size` is that of
 * one slice; at most `maxSlices`, 12 unless given.
 *
 * @throws {VividMedError} as `overlayPng`
 */
export function contactSheet(
  volume: PreparableVolume,
  results: Results,
  options: OverlayOptions & { maxSlices?: number } = {},
): Uint8Array {
  const { maxSlices = 12, size = DEFAULT_SIZE } = options;
  check(
    Number.isInteger(maxSlices) && maxSlices >= 1 && maxSlices <= 100,
    'config',
    `contactSheet: expected 1 to 100 slices, found ${maxSlices}.`,
  );
  const scene = sceneOf(volume, results, options);
  const slices = chooseSlices(scene, maxSlices);
  const pictures = slices.map((slice) => drawSlice(scene, slice, size));
  const [first] = pictures;
  const [high, wide] = [(first?.height ?? 0) + GAP, (first?.width ?? 0) + GAP];
  const across = Math.ceil(Math.sqrt((pictures.length * high) / wide));
  const sheet = blackCanvas(
    Math.ceil(pictures.length / across) * high - GAP,
    Math.min(across, pictures.length) * wide - GAP,
  );
  pictures.forEach((picture, i) => {
    const [top, left] = [Math.floor(i / across) * high, (i % across) * wide];
    paste(sheet, picture, top, left);
    const number = String((slices[i] as number) + 1);
    drawText(sheet, number, { top: top + GAP, left: left + GAP, scale: 1, colour: WHITE });
  });
  return canvasPng(withLegend(sheet, scene, slices));
}

/** Slices in the order of the array. */
export function chooseSlices({ regions, plane }: Scene, most: number): number[] {
  const all = Array.from({ length: plane.view.shape[0] }, (_, d) => d);
  const within = all.filter((d) => regions.some(({ areas }) => (areas[d] as number) > 0));
  const used = within.length > 0 ? within : all;
  const fullest = regions.flatMap(({ areas }) => {
    const largest = areas.reduce((best, area, d) => (area > (areas[best] as number) ? d : best), 0);
    return (areas[largest] as number) > 0 ? [largest] : [];
  });
  const chosen = new Set(fullest.slice(0, most));
  if (chosen.size === 0) chosen.add(used[Math.floor(used.length / 2)] as number);
  const away = (d: number): number => Math.min(...[...chosen].map((other) => Math.abs(d - other)));
  // The one that is furthest from all that are there.
  while (chosen.size < Math.min(most, used.length)) chosen.add(used.reduce((a, b) => (away(b) > away(a) ? b : a)));
  return [...chosen].toSorted((a, b) => a - b);
}
