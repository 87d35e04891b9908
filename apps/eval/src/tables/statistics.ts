import type { Reference } from '../reference.js';
import { nameOf } from '../score/score.js';
import { table1 } from './published.js';
import type { Row, Table } from './table.js';

interface Counts {
  tags: number;
  regions: number;
}

/** Phrases of grounded references, and how many of them have a mask or boxes. */
function countTags(references: readonly Reference[]): Counts {
  const counts: Counts = { tags: 0, regions: 0 };
  for (const { phrases = [], masks, boxes } of references) {
    counts.tags += phrases.length;
    for (const { target, boxes: own } of phrases) {
      const hasMask = target !== undefined && masks?.[target] !== undefined;
      const all = own ?? (target === undefined ? [] : (boxes?.[target] ?? []));
      counts.regions += (hasMask ? 1 : 0) + all.length;
    }
  }
  return counts;
}

const lines = [
  ['tags', 'Phrases with a tag'],
  ['regions', 'Boxes and masks'],
] as const;

/** Table 1: tagged phrases and regions of grounded reports; ours are those of the references that were evaluated. */
export function statisticsTable(references: readonly Reference[]): Table {
  const grounded = references.filter(({ task }) => task === 'groundedReport');
  const datasets = [...new Set(grounded.map(({ dataset }) => dataset))];
  const rowsOf = (dataset: string, key: 'paper' | 'ours', counts: Counts): Row[] =>
    lines.map(([name, label]) => ({
      dataset,
      label,
      better: 'higher',
      decimals: 0,
      cells: { [key]: { value: counts[name] } },
    }));
  return {
    id: 'statistics',
    title: 'Grounded reports',
    caption:
      'Table 1 of the paper counts what its pipeline made for training; ours are the references of this evaluation. They do not compare.',
    columns: [
      { key: 'paper', label: 'Paper, training data', source: 'paper' },
      { key: 'ours', label: 'Evaluated here', source: 'ours' },
    ],
    rows: [
      ...Object.entries(table1).flatMap(([dataset, counts]) => rowsOf(`${dataset}, training`, 'paper', counts)),
      ...datasets.flatMap((dataset) =>
        rowsOf(nameOf(dataset), 'ours', countTags(grounded.filter((reference) => reference.dataset === dataset))),
      ),
    ],
  };
}
