import {
  answerLines,
  groundingLines,
  localisationLines,
  otherReportLines,
  publishedLocalisationLines,
  reportLines,
} from './lines.js';
import { type MeasuredSystem, otherDatasets, ourColumns, publishedCells, rowOf } from './ours.js';
import { section41, table2, table3, table3Systems } from './published.js';
import type { Column, Row, Table } from './table.js';

const paperColumns = (systems: readonly string[]): Column[] =>
  systems.map((label) => ({ key: label, label, source: 'paper' }));

const apart = 'Figures of different data sets do not compare: each row names its own.';

/** Section 4.1: target detection and localisation. */
function localisationTable(ours: readonly MeasuredSystem[]): Table {
  const { systems, rows } = section41;
  const task = 'localisation';
  const published = rows.map(({ dataset, label, values }) =>
    rowOf(publishedLocalisationLines[label], ours, { task, dataset, published: publishedCells(systems, values) }),
  );
  const named = rows.map(({ dataset }) => dataset);
  const others = otherDatasets(ours, task, named).flatMap((dataset) =>
    localisationLines.map((line) => rowOf(line, ours, { task, dataset })),
  );
  return {
    id: 'localisation',
    title: 'Target detection and localisation',
    caption: `Section 4.1 of the paper, whose table has no number, beside ours. ${apart}`,
    columns: [...paperColumns(systems), ...ourColumns(ours)],
    rows: [...published, ...others],
  };
}

/** Table 2: visual question answering. */
function answersTable(ours: readonly MeasuredSystem[]): Table {
  const systems = Object.keys(table2.systems);
  const values = Object.values(table2.systems);
  const task = 'vqa';
  const published = table2.datasets.flatMap((dataset, d) =>
    answerLines.map((line): Row => {
      const at = table2.metrics.findIndex((metric) => metric === line.metric);
      const column = values.map((row) => row[d * table2.metrics.length + at] ?? null);
      return rowOf(line, ours, { task, dataset, published: at < 0 ? {} : publishedCells(systems, column) });
    }),
  );
  const others = otherDatasets(ours, task, table2.datasets).flatMap((dataset) =>
    answerLines.map((line) => rowOf(line, ours, { task, dataset })),
  );
  return {
    id: 'answers',
    title: 'Visual question answering',
    caption: `Table 2 of the paper beside ours. The paper leaves RadFM out of its comparison on VQA-RAD and VQA-Med, whose source it was trained on. ${apart}`,
    columns: [...paperColumns(systems), ...ourColumns(ours)],
    rows: [...published, ...others],
  };
}

/** Table 3: report generation. */
function reportsTable(ours: readonly MeasuredSystem[]): Table {
  const task = 'report';
  const published = table3.flatMap(({ dataset, rows }) =>
    reportLines[dataset].map((line): Row => {
      const found = rows.find(({ label }) => label === line.published);
      return rowOf(line, ours, { task, dataset, published: found ? publishedCells(table3Systems, found.values) : {} });
    }),
  );
  const named = table3.map(({ dataset }) => dataset);
  const others = otherDatasets(ours, task, named).flatMap((dataset) =>
    otherReportLines.map((line) => rowOf(line, ours, { task, dataset })),
  );
  return {
    id: 'reports',
    title: 'Report generation',
    caption: `Table 3 of the paper beside ours. R2GenGPT takes 2D images alone. ${apart}`,
    columns: [...paperColumns(table3Systems), ...ourColumns(ours)],
    rows: [...published, ...others],
  };
}

/** Grounded report generation, for which the paper has no table: the text, and whether phrases point to the right place. */
function groundedTable(ours: readonly MeasuredSystem[]): Table | undefined {
  const task = 'groundedReport';
  const datasets = otherDatasets(ours, task, []);
  if (datasets.length === 0) return undefined;
  return {
    id: 'grounded',
    title: 'Grounded report generation',
    caption: `The paper has no table of it: its Section 4.4 has what one reader said. ${apart}`,
    columns: ourColumns(ours),
    rows: datasets.flatMap((dataset) => {
      const lines = Object.entries(reportLines).find(([name]) => name === dataset)?.[1] ?? otherReportLines;
      return [...groundingLines, ...lines].map((line) => rowOf(line, ours, { task, dataset }));
    }),
  };
}

/**
 * The tables of the paper's Section 4 with the figures of systems that were measured here beside the published ones. Several
 * systems stand side by side, as those of an ablation do.
 */
export const paperTables = (ours: readonly MeasuredSystem[]): Table[] =>
  [localisationTable(ours), answersTable(ours), reportsTable(ours), groundedTable(ours)].filter(
    (table) => table !== undefined,
  );
