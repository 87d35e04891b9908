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

/** A system that was measured here, with its figures. */
export interface MeasuredSystem {
  name: string;
  sets: readonly ScoredSet[];
}

const rules: Record<Profile, string> = { paper: "paper's rules", reference: 'reference rules' };
const profiles: readonly Profile[] = ['paper', 'reference'];
const keyOf = (system: number, profile: Profile): string => `ours-${system}-${profile}`;

/** Two columns a system: by the rules of the published code, and by the reference rules. */
export const ourColumns = (systems: readonly MeasuredSystem[]): Column[] =>
  systems.flatMap(({ name }, i) =>
    profiles.map((profile): Column => ({
      key: keyOf(i, profile),
      label: `${name}, ${rules[profile]}`,
      source: 'ours',
    })),
  );

function ourCell(set: ScoredSet, profile: Profile, { metric, scale = 1 }: Line): { cell: Cell; definition?: string } {
  const found = lookUp(set, profile, metric);
  if (!found) return { cell: { missing: 'it was not computed' } };
  if ('reason' in found) return { cell: { missing: found.reason } };
  const { value, interval, n, definition, notes } = found;
  if (!Number.isFinite(value)) return { cell: { missing: ['it has no value', ...notes].join('; ') } };
  return {
    cell: {
      value: scale * value,
      n,
      ...(interval ? { interval: { ...interval, low: scale * interval.low, high: scale * interval.high } } : {}),
    },
    definition: [definition, ...notes].join('; '),
  };
}

/** Where the figures of a row come from. */
export interface RowSource {
  task: EvaluationTask;
  dataset: string;
  /** Published figures by column. */
  published?: Readonly<Record<string, Cell>>;
  /** The data set as the row names it; its own name by default. */
  shownAs?: string;
}

/** One row with our figures, or why there are none. */
export function rowOf(
  line: Line,
  systems: readonly MeasuredSystem[],
  { task, dataset, published = {}, shownAs = dataset }: RowSource,
): Row {
  const cells: Record<string, Cell> = { ...published };
  const definitions: Record<string, string> = {};
  systems.forEach(({ sets }, i) => {
    const set = sets.find((each) => each.task === task && each.dataset === dataset);
    for (const profile of profiles) {
      const { cell, definition } = set
        ? ourCell(set, profile, line)
        : { cell: { missing: `needs ${dataset}: name its folder in the config` } };
      cells[keyOf(i, profile)] = cell;
      if (definition !== undefined) definitions[keyOf(i, profile)] = definition;
    }
  });
  const { label, better, decimals = 3, note } = line;
  return { dataset: shownAs, label, better, decimals, ...(note === undefined ? {} : { note }), definitions, cells };
}

/** Data sets of a task that the paper does not report on: they stand in rows of their own, never in its ranking. */
export const otherDatasets = (
  systems: readonly MeasuredSystem[],
  task: EvaluationTask,
  published: readonly string[],
): string[] => {
  const all = systems.flatMap(({ sets }) => sets).filter((set) => set.task === task);
  return [...new Set(all.map(({ dataset }) => dataset))].filter((dataset) => !published.includes(dataset));
};

/** Published figures by column; what the paper leaves out has no cell. */
export const publishedCells = (systems: readonly string[], values: readonly (number | null)[]): Record<string, Cell> =>
  Object.fromEntries(
    systems.flatMap((system, i) => {
      const value = values[i];
      return value === null || value === undefined ? [] : [[system, { value }] as const];
    }),
  );
