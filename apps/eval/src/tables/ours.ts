import type { Profile } from '@vividmed/metrics';
import type { EvaluationTask } from '../prediction.js';
import { lookUp, type ScoredSet } from '../score/scored-set.js';
import type { Cell, Column, Row } from './table.js';

/** A metric as a table shows it. */
export interface Line {
  label: string;
  /** Name in the catalogue, under both profiles. */
  metric: string;
  better: 'higher' | 'lower';
  decimals?: number;
  /** Figures are multiplied by this, as a percentage is. */
  scale?: number;
  note?: string;
}

const profiles: readonly Profile[] = ['paper', 'reference'];
const keys: Record<Profile, string> = { paper: 'ours-paper', reference: 'ours-reference' };

/** Our two columns: by the rules of the published code, and by the reference rules. */
export const ourColumns = (system: string): Column[] =>
  profiles.map((profile) => ({
    key: keys[profile],
    label: `${system}, ${profile === 'paper' ? "paper's rules" : 'reference rules'}`,
    source: 'ours',
  }));

function ourCell(set: ScoredSet, profile: Profile, { metric, scale = 1 }: Line): { cell: Cell; definition?: string } {
  const found = lookUp(set, profile, metric);
  if (!found) return { cell: { missing: 'the metric was not asked for' } };
  if ('reason' in found) return { cell: { missing: found.reason } };
  const { value, interval, n, definition, notes } = found;
  if (!Number.isFinite(value)) return { cell: { missing: ['no value', ...notes].join('; ') } };
  return {
    cell: {
      value: scale * value,
      n,
      ...(interval ? { interval: { ...interval, low: scale * interval.low, high: scale * interval.high } } : {}),
    },
    definition: [definition, ...notes].join('; '),
  };
}

/** One row with our figures, or why there are none. */
export function rowOf(
  line: Line,
  dataset: string,
  set: ScoredSet | undefined,
  published: Readonly<Record<string, Cell>>,
  unavailable: string,
): Row {
  const cells: Record<string, Cell> = { ...published };
  const definitions: Record<string, string> = {};
  for (const profile of profiles) {
    const { cell, definition } = set ? ourCell(set, profile, line) : { cell: { missing: unavailable } };
    cells[keys[profile]] = cell;
    if (definition !== undefined) definitions[keys[profile]] = definition;
  }
  const { label, better, decimals = 3, note } = line;
  return { dataset, label, better, decimals, ...(note === undefined ? {} : { note }), definitions, cells };
}

/** The set of a task and a data set. */
export const setOf = (sets: readonly ScoredSet[], task: EvaluationTask, dataset: string): ScoredSet | undefined =>
  sets.find((set) => set.task === task && set.dataset === dataset);

/** Sets of a task on data that the paper does not report on: they stand in rows of their own, never in its ranking. */
export const otherSets = (
  sets: readonly ScoredSet[],
  task: EvaluationTask,
  published: readonly string[],
): ScoredSet[] => sets.filter((set) => set.task === task && !published.includes(set.dataset));

/** Published figures by column; what the paper leaves out has no cell. */
export const publishedCells = (
  systems: readonly string[],
  values: readonly (number | null)[],
): Record<string, Cell> =>
  Object.fromEntries(
    systems.flatMap((system, i) => {
      const value = values[i];
      return value === null || value === undefined ? [] : [[system, { value }] as const];
    }),
  );

/** Why a data set has no figures of ours. */
export const needs = (dataset: string): string =>
  `needs ${dataset}, which its owners give to people who sign for it: name its folder in the config`;
