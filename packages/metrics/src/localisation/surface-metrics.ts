import { check } from '@vividmed/core';
import type { BothEmpty } from './mask-overlap.js';
import { linearPercentile, weightedPercentile } from './percentile.js';
import type { DirectedDistances, SurfaceDistances } from './surface-distances.js';

const areBothEmpty = ({ forward, backward }: SurfaceDistances): boolean =>
  forward.distancesMm.length + backward.distancesMm.length === 0;

/** Distance of two empty masks. */
const emptyDistance = (bothEmpty: BothEmpty): number => (bothEmpty === 'perfect' ? 0 : Number.NaN);

function weightedSum({ distancesMm, weights }: DirectedDistances): { distance: number; weight: number } {
  let [distance, weight] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    distance += distancesMm[i]! * weights[i]!;
    weight += weights[i]!;
  }
  return { distance, weight };
}

/**
 * Hausdorff distance in mm: the larger of the two directed percentiles of the distances between surfaces (Huttenlocher et al.
 * 1993); 100 is the greatest distance, 95 gives HD95. For surface elements the percentile is one of area, for border
 * voxels one of numpy's, as the references of both have it. Infinity when one mask is empty, NaN when both are, unless
 * said otherwise.
 *
 * @throws {VividMedError} `config` for a percentile outside (0, 100].
 */
export function hausdorffDistance(distances: SurfaceDistances, percent = 100, bothEmpty: BothEmpty = 'nan'): number {
  check(
    percent > 0 && percent <= 100,
    'config',
    `hausdorffDistance: expected a percentile in (0, 100], found ${percent}.`,
  );
  if (areBothEmpty(distances)) return emptyDistance(bothEmpty);
  const percentiles = [distances.forward, distances.backward].map(({ distancesMm, weights }) => {
    if (distancesMm.length === 0) return Infinity;
    if (percent === 100) return distancesMm.reduce((largest, distance) => Math.max(largest, distance));
    return distances.definition === 'surface-elements'
      ? weightedPercentile(distancesMm, weights, percent)
      : linearPercentile(distancesMm, percent);
  });
  return Math.max(...percentiles);
}

/**
 * Average symmetric surface distance in mm: the mean over both surfaces together, so a large one counts for more. Infinity
 * when one mask is empty, NaN when both are, unless said otherwise.
 */
export function averageSymmetricSurfaceDistance(distances: SurfaceDistances, bothEmpty: BothEmpty = 'nan'): number {
  if (areBothEmpty(distances)) return emptyDistance(bothEmpty);
  const [there, back] = [weightedSum(distances.forward), weightedSum(distances.backward)];
  return (there.distance + back.distance) / (there.weight + back.weight);
}

/**
 * Mean average surface distance in mm: the mean of the two directed means, so both surfaces count alike (Beneš and Zitová
 * 2015). Infinity when one mask is empty, NaN when both are, unless said otherwise.
 */
export function meanAverageSurfaceDistance(distances: SurfaceDistances, bothEmpty: BothEmpty = 'nan'): number {
  if (areBothEmpty(distances)) return emptyDistance(bothEmpty);
  const [there, back] = [weightedSum(distances.forward), weightedSum(distances.backward)];
  if (there.weight === 0 || back.weight === 0) return Infinity;
  return (there.distance / there.weight + back.distance / back.weight) / 2;
}

/**
 * Surface Dice, or normalised surface distance (NSD): share of both surfaces that lies within a tolerance of the other
 * (Nikolov et al. 2021), in [0, 1]. A distance of the tolerance is within it, rounding aside. 0 when one mask is empty, NaN
 * when both are, unless said otherwise.
 *
 * @throws {VividMedError} `config` for a tolerance below 0.
 */
export function surfaceDice(distances: SurfaceDistances, toleranceMm: number, bothEmpty: BothEmpty = 'nan'): number {
  check(toleranceMm >= 0, 'config', `surfaceDice: expected a tolerance of at least 0 mm, found ${toleranceMm}.`);
  if (areBothEmpty(distances)) return bothEmpty === 'perfect' ? 1 : Number.NaN;
  const limit = toleranceMm * (1 + 1e-12);
  let [within, whole] = [0, 0];
  for (const { distancesMm, weights } of [distances.forward, distances.backward]) {
    for (let i = 0; i < weights.length; i++) {
      if (distancesMm[i]! <= limit) within += weights[i]!;
      whole += weights[i]!;
    }
  }
  return within / whole;
}
