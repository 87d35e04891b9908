import type { ScoredSet } from '../score/scored-set.js';
import {
  answerLines,
  localisationLines,
  otherReportLines,
  publishedLocalisationLines,
  reportLines,
} from './lines.js';
import { needs, otherSets, ourColumns, publishedCells, rowOf, setOf } from './ours.js';
import { section41, table2, table3, table3Systems } from './published.js';
import type { Column, Row, Table } from './table.js';

const paperColumns = (systems: readonly string[]): Column[] =>
  systems.map((label) => ({ key: label, label, source: 'paper' }));

const apart = 'Figures of different data sets do not compare: each row names its own.';

/** Section 4.1: target detection and localisation. */
function localisationTable(sets: readonly ScoredSet[], system: string): Table {
  const { systems, rows } = section41;
  const published = rows.map(({ dataset, label, values }): Row => {
    const line = publishedLocalisationLines[label];
    return rowOf(line, dataset, setOf(sets, 'localisation', dataset), publishedCells(systems, values), needs(dataset));
  });
  const others = otherSets(sets, 'localisation', rows.map(({ dataset }) => dataset)).flatMap((set) =>
    localisationLines.map((line) => rowOf(line, set.dataset, set, {}, '')),
  );
  return {
    id: 'localisation',
    title: 'Target detection and localisation',
    caption: `Section 4.1 of the paper, whose table has no number, beside ours. ${apart}`,
    columns: [...paperColumns(systems), ...ourColumns(system)],
    rows: [...published, ...others],
  };
}

/** Table 2: visual question answering. */
function answersTable(sets: readonly ScoredSet[], system: string): Table {
  const systems = Object.keys(table2.systems);
  const values = Object.values(table2.systems);
  const published = table2.datasets.flatMap((dataset, d) =>
    answerLines.map((line): Row => {
      const at = table2.metrics.findIndex((metric) => metric === line.metric);
      const cells = at < 0 ? {} : publishedCells(systems, values.map((row) => row[d * table2.metrics.length + at]!));
      return rowOf(line, dataset, setOf(sets, 'vqa', dataset), cells, needs(dataset));
    }),
  );
  const others = otherSets(sets, 'vqa', table2.datasets).flatMap((set) =>
    answerLines.map((line) => rowOf(line, set.dataset, set, {}, '')),
  );
  return {
    id: 'answers',
    title: 'Visual question answering',
    caption: `Table 2 of the paper beside ours. The paper leaves RadFM out of its comparison on VQA-RAD and VQA-Med, whose source it was trained on. ${apart}`,
    columns: [...paperColumns(systems), ...ourColumns(system)],
    rows: [...published, ...others],
  };
}

/** Table 3: report generation; reports with grounding are rows of their own. */
function reportsTable(sets: readonly ScoredSet[], system: string): Table {
  const published = table3.flatMap(({ dataset, rows }) => {
    const lines = reportLines[dataset];
    return lines.map((line): Row => {
      const values = rows.find(([label]) => label === line.published)?.slice(1) as (number | null)[] | undefined;
      const cells = values ? publishedCells(table3Systems, values) : {};
      return rowOf(line, dataset, setOf(sets, 'report', dataset), cells, needs(dataset));
    });
  });
  const names: string[] = table3.map(({ dataset }) => dataset);
  const others = [
    ...otherSets(sets, 'report', names),
    ...sets.filter(({ task }) => task === 'groundedReport'),
  ].flatMap((set) => {
    const dataset = set.task === 'report' ? set.dataset : `${set.dataset}, grounded`;
    const lines = reportLines[set.dataset as keyof typeof reportLines] ?? otherReportLines;
    return lines.map((line) => rowOf(line, dataset, set, {}, ''));
  });
  return {
    id: 'reports',
    title: 'Report generation',
    caption: `Table 3 of the paper beside ours. R2GenGPT takes 2D images alone. ${apart}`,
    columns: [...paperColumns(table3Systems), ...ourColumns(system)],
    rows: [...published, ...others],
  };
}

/** The tables of the paper's Section 4 with our figures beside the published ones. */
export const paperTables = (sets: readonly ScoredSet[], system: string): Table[] => [
  localisationTable(sets, system),
  answersTable(sets, system),
  reportsTable(sets, system),
];
