import { describe, expect, it } from 'vitest';
import {
  averageSymmetricSurfaceDistance,
  dice,
  hausdorffDistance,
  meanAverageSurfaceDistance,
  segmentationScores,
  surfaceDice,
  surfaceDistances,
} from '../src/index.js';
import { between, one, two, volume } from './masks.js';

describe('published examples', () => {
  // MetricsReloaded: a square of 5 pixels and the same with a cross of 9 on it.
  const grid = [[1, 11, 11], one] as const;
  const isSquare = (_: number, h: number, w: number): boolean => between(h, 3, 8) && between(w, 3, 8);
  const isCross = (h: number, w: number): boolean => (h === 5 && between(w, 1, 10)) || (w === 5 && between(h, 1, 10));
  const square = volume(...grid, isSquare);
  const crossed = volume(...grid, (d, h, w) => isSquare(d, h, w) || isCross(h, w));

  it('of MetricsReloaded: Dice, IoU, surface distances of border voxels', () => {
    const found = segmentationScores(crossed, square, { toleranceMm: 1, definition: 'border-voxels' });
    expect(found.dice).toBeCloseTo(0.862, 3);
    expect(found.iou).toBeCloseTo(0.76, 2);
    expect(found.assdMm).toBeCloseTo(0.44, 2);
    expect(found.masdMm).toBeCloseTo(0.425, 3);
    expect(found.surfaceDice).toBeCloseTo(0.89, 2);
    expect(surfaceDice(surfaceDistances(crossed, square, 'border-voxels'), 2)).toBe(1);
  });

  it('of MetricsReloaded: a far pixel decides the Hausdorff distance, and less so its percentile', () => {
    const isBlock = (_: number, h: number, w: number): boolean => between(h, 9, 12) && between(w, 9, 12);
    const block = volume([1, 14, 14], one, isBlock);
    const withPixel = volume([1, 14, 14], one, (d, h, w) => isBlock(d, h, w) || (h === 1 && w === 1));
    const distances = surfaceDistances(block, withPixel, 'border-voxels');
    expect(hausdorffDistance(distances)).toBeCloseTo(11.31, 2);
    expect(hausdorffDistance(distances, 95)).toBeCloseTo(6.79, 2);
  });

  it('of surface-distance: two pixels 2 mm apart', () => {
    const [a, b] = two([70, 72], (at) => volume([1, 64, 128], [1, 2, 1], (_, h, w) => h === 50 && w === at));
    const distances = surfaceDistances(a, b);
    const corner = Math.sqrt(5) / 2;
    for (const { distancesMm, weights } of [distances.forward, distances.backward]) {
      expect([...distancesMm].sort()).toEqual([1, 1, 2, 2]);
      weights.forEach((weight) => expect(weight).toBeCloseTo(corner, 12));
    }
    expect(averageSymmetricSurfaceDistance(distances)).toBeCloseTo(1.5, 12);
    expect([hausdorffDistance(distances), hausdorffDistance(distances, 95)]).toEqual([2, 2]);
    expect(surfaceDice(distances, 1)).toBeCloseTo(0.5, 12);
  });

  it('of surface-distance: two voxels 2 mm apart, and two squares of which one is longer', () => {
    const [a, b] = two([2, 4], (at) => volume([3, 4, 7], [3, 2, 1], (d, h, w) => d === 1 && h === 2 && w === at));
    const distances = surfaceDistances(a, b);
    expect(distances.forward.distancesMm).toHaveLength(8);
    expect(meanAverageSurfaceDistance(distances)).toBeCloseTo(1.5, 12);
    expect([hausdorffDistance(distances), surfaceDice(distances, 1)]).toEqual([2, 0.5]);

    const rows = (last: number) => volume([1, 6, 6], [1, 2, 1], (_, h, w) => between(h, 1, last) && between(w, 1, 3));
    const { forward, backward } = surfaceDistances(rows(3), rows(4));
    expect([...forward.distancesMm].toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect([...backward.distancesMm].toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 2, 2, 2]);
  });

  it('of surface-distance: two boxes that fill the image to three of its sides', () => {
    const shape = [100, 100, 100] as const;
    const [a, b] = two([50, 51], (last) => ({
      data: new Uint8Array(1e6).fill(1, 0, last * 1e4),
      shape,
      spacingMm: [2, 1, 1],
    }));
    const distances = surfaceDistances(a, b);
    const mean = ({ distancesMm, weights }: typeof distances.forward): number =>
      distancesMm.reduce((sum, distance, i) => sum + distance * weights[i]!, 0) /
      weights.reduce((sum, weight) => sum + weight, 0);
    expect(mean(distances.forward)).toBeCloseTo(0.322, 3);
    expect(mean(distances.backward)).toBeCloseTo(0.339, 3);
    expect([hausdorffDistance(distances), hausdorffDistance(distances, 95)]).toEqual([2, 2]);
    expect(surfaceDice(distances, 1)).toBeCloseTo(0.836, 3);
    expect(dice(a.data, b.data)).toBeCloseTo(0.99, 3);
  });
});
