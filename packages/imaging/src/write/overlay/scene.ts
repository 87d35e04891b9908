import { check } from '@vividmed/core';
import { readSlice } from '../../geometry/view.js';
import { defaultWindow, type PreparableVolume, unitOf } from '../../prepare/plan.js';
import { type ResolvedWindow, resolveWindows, type WindowChoice } from '../../prepare/windows.js';
import { regionColour, type Rgb } from '../colour.js';
import { checkResults, type Region, type Results, type ScoredBox } from '../results.js';
import { type Plane, type PlaneView, planeView } from './plane.js';

/** How results are shown. */
export interface OverlayOptions {
  /** The slices of the file, unless given. */
  plane?: Plane;
  /** As preparation has them: `wide` in Hounsfield units, else the percentiles 0.5 to 99.5, unless given. */
  window?: WindowChoice;
  /** Pixels along the longer side of a slice, 16 to 4096. */
  size?: number;
}

/** A region with its colour, and how much of each slice it covers. */
export interface SceneRegion {
  region: Region;
  /** Counted from 1, in the order of the results. */
  number: number;
  colour: Rgb;
  /** Voxels by slice. */
  areas: Float64Array;
}

/** A volume with what was found in it, ready to be drawn slice by slice. */
export interface Scene {
  volume: PreparableVolume;
  plane: PlaneView;
  window: ResolvedWindow;
  unit: 'HU' | 'none';
  regions: readonly SceneRegion[];
}

/** @throws {VividMedError} config for options that are none; as `checkResults` */
export function sceneOf(volume: PreparableVolume, results: Results, { plane, window, size }: OverlayOptions): Scene {
  checkResults(results, volume);
  check(
    size === undefined || (Number.isInteger(size) && size >= 16 && size <= 4096),
    'config',
    `overlayPng: expected a size of 16 to 4096 pixels, found ${size}.`,
  );
  const unit = unitOf(volume);
  const view = planeView(volume, plane);
  return {
    volume,
    plane: view,
    window: window === undefined ? defaultWindow(volume) : givenWindow(volume, window),
    unit,
    regions: results.regions.map((region, i) => ({
      region,
      number: i + 1,
      colour: regionColour(i),
      areas: region.kind === 'mask' ? maskAreas(region.mask, view) : boxAreas(region.boxes, view),
    })),
  };
}

function givenWindow(volume: PreparableVolume, choice: WindowChoice): ResolvedWindow {
  const { data } = volume;
  return resolveWindows([choice], unitOf(volume) === 'HU', () => [data])[0] as ResolvedWindow; // one choice, one window
}

function maskAreas(mask: Uint8Array, { view }: PlaneView): Float64Array {
  const [depth, height, width] = view.shape;
  const slice = new Uint8Array(height * width);
  return Float64Array.from({ length: depth }, (_, d) => {
    readSlice(view, d, mask, slice);
    let area = 0;
    for (let i = 0; i < slice.length; i++) if (slice[i] !== 0) area++;
    return area;
  });
}

function boxAreas(boxes: readonly ScoredBox[], plane: PlaneView): Float64Array {
  const areas = new Float64Array(plane.view.shape[0]);
  for (const { corners } of boxes) {
    const box = boxInPlane(corners, plane);
    for (let d = 0; d < areas.length; d++) {
      if (isOnSlice(box, d)) areas[d] = (areas[d] as number) + (box[4] - box[1]) * (box[5] - box[2]);
    }
  }
  return areas;
}

/** A box with its axes in the order and direction of the view. */
export function boxInPlane(corners: ScoredBox['corners'], { turn, view }: PlaneView): ScoredBox['corners'] {
  const edge = (k: 0 | 1 | 2, isHigh: boolean): number => {
    const value = corners[turn.axes[k] + (isHigh === turn.flips[k] ? 0 : 3)] as number;
    return turn.flips[k] ? view.shape[k] - value : value;
  };
  return [edge(0, false), edge(1, false), edge(2, false), edge(0, true), edge(1, true), edge(2, true)];
}

/** True when a box reaches into a slice. */
export const isOnSlice = (box: ScoredBox['corners'], d: number): boolean => d + 1 > box[0] && d < box[3];

/** The slice that shows most regions, and of those the one that shows most of them; the middle one when there is none. */
export function fullestSlice({ regions, plane }: Scene): number {
  const depth = plane.view.shape[0];
  const middle = Math.floor(depth / 2);
  const order = [middle, ...Array.from({ length: depth }, (_, d) => d)];
  const countAt = (d: number): number => regions.filter(({ areas }) => (areas[d] as number) > 0).length;
  const areaAt = (d: number): number => regions.reduce((sum, { areas }) => sum + (areas[d] as number), 0);
  return order.reduce((best, d) => {
    const more = countAt(d) - countAt(best);
    return more > 0 || (more === 0 && areaAt(d) > areaAt(best)) ? d : best;
  });
}
