import type { Rng } from '@vividmed/core';
import { findingNames, type FindingName } from '../taxonomy/phantom.js';
import type { Side } from '../taxonomy/target.js';

export type Zone = 'upper' | 'middle' | 'lower';
export type Size = 'small' | 'moderate' | 'large';

/** One instance of a finding, before it has a shape. */
export interface PlannedFinding {
  name: FindingName;
  /** `null` for cardiomegaly. */
  side: Side | null;
  /** `null` for cardiomegaly. */
  zone: Zone | null;
  size: Size;
}

const zones: readonly Zone[] = ['upper', 'middle', 'lower'];
const sizes: readonly Size[] = ['small', 'moderate', 'large'];

/** Where each finding occurs. Atelectasis keeps off the apex; effusion and pneumothorax have one place each. */
const places: Record<Exclude<FindingName, 'cardiomegaly'>, readonly Zone[]> = {
  'pleural effusion': ['lower'],
  pneumothorax: ['upper'],
  atelectasis: ['lower', 'middle'],
  mass: zones,
  consolidation: zones,
  nodule: zones,
};
const order = ['pleural effusion', 'pneumothorax', 'atelectasis', 'mass', 'consolidation', 'nodule'] as const;

/** Chances of one, two and three instances. */
const counts: Record<(typeof order)[number], readonly number[]> = {
  'pleural effusion': [0.7, 0.3],
  pneumothorax: [1],
  atelectasis: [0.85, 0.15],
  mass: [0.9, 0.1],
  consolidation: [0.75, 0.25],
  nodule: [0.55, 0.3, 0.15],
};

/**
 * What is wrong with a patient: nothing in a fifth of them, else each finding with chance 0.33, at least one.
 *
 * Each instance takes one of six places (two sides, three zones) of its own, so no finding hides another and each has one box.
 */
export function planFindings(rng: Rng): PlannedFinding[] {
  if (rng.chance(0.2)) return [];
  let wanted: FindingName[] = [];
  while (wanted.length === 0) wanted = findingNames.filter(() => rng.chance(0.33));
  const free = new Set(['left', 'right'].flatMap((side) => zones.map((zone) => `${side} ${zone}`)));
  const found: PlannedFinding[] = [];
  for (const name of order) {
    if (!wanted.includes(name)) continue;
    const draw = rng.uniform();
    let count = 1;
    for (let sum = counts[name][0] ?? 1; draw >= sum && count < counts[name].length; count++)
      sum += counts[name][count] ?? 0;
    for (let i = 0; i < count; i++) {
      const open = [...free].filter((place) => places[name].includes(place.split(' ')[1] as Zone));
      if (open.length === 0) break;
      const place = rng.pick(open);
      free.delete(place);
      const [side, zone] = place.split(' ') as [Side, Zone];
      found.push({ name, side, zone, size: rng.pick(sizes) });
    }
  }
  if (wanted.includes('cardiomegaly')) {
    found.push({ name: 'cardiomegaly', side: null, zone: null, size: rng.pick(sizes) });
  }
  return found;
}
