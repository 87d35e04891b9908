import { formatCell, numberNotes, type Row, rowLabel, type Table } from './table.js';

const markdownText = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table as Markdown, notes below it. */
export function markdownTable(table: Table): string {
  const { notes, numbersOf } = numberNotes(table);
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;
  const mark = (row: Row): string =>
    numbersOf(row)
      .map((number) => `[${number}]`)
      .join('');
  return [
    `## ${table.title}`,
    '',
    table.caption,
    '',
    line(['Data set', 'Metric', ...table.columns.map(({ label }) => label)]),
    line(['---', '---', ...table.columns.map(() => '--:')]),
    ...table.rows.map((row) =>
      line([
        row.dataset,
        `${rowLabel(row)} ${mark(row)}`.trim(),
        ...table.columns.map(({ key }) => formatCell(row.cells[key], row.decimals)),
      ]),
    ),
    '',
    ...notes.map((note, i) => `${i + 1}. ${note}`),
    '',
  ].join('\n');
}

const csvField = (value: string | number): string => {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csvHead = [
  'table',
  'dataset',
  'metric',
  'better',
  'system',
  'source',
  'value',
  'low',
  'high',
  'level',
  'n',
  'definition',
  'note',
];

/** Tables as one CSV (RFC 4180): a figure a line, in full precision, with what it is. */
export function csvTables(tables: readonly Table[]): string {
  const lines = tables.flatMap(({ id, rows, columns }) =>
    rows.flatMap((row) =>
      columns.map(({ key, label, source }) => {
        const cell = row.cells[key];
        const known = cell && 'value' in cell ? cell : undefined;
        const { interval } = known ?? {};
        return [
          id,
          row.dataset,
          row.label,
          row.better,
          label,
          source,
          known && Number.isFinite(known.value) ? known.value : '',
          interval?.low ?? '',
          interval?.high ?? '',
          interval?.level ?? '',
          known?.n ?? '',
          row.definitions?.[key] ?? '',
          cell && 'missing' in cell ? `no figure: ${cell.missing}` : (row.note ?? ''),
        ];
      }),
    ),
  );
  return [csvHead, ...lines].map((fields) => `${fields.map(csvField).join(',')}\r\n`).join('');
}

const latexMarks: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '↑': '$\\uparrow$',
  '↓': '$\\downarrow$',
  '–': '--',
  '−': '$-$',
  '≥': '$\\geq$',
};

/** Text as LaTeX sets it. */
export const latexText = (text: string): string =>
  text.replaceAll(/[\\{}$&#_%~^↑↓–−≥]/g, (mark) => latexMarks[mark] as string);

/** A table for LaTeX with booktabs; notes stand below it. */
export function latexTable(table: Table): string {
  const { notes, numbersOf } = numberNotes(table);
  const line = (cells: readonly string[]): string => `${cells.join(' & ')} \\\\`;
  let last = '';
  const rows = table.rows.flatMap((row) => {
    const marks = numbersOf(row).join(',');
    const text = line([
      row.dataset === last ? '' : latexText(row.dataset),
      `${latexText(rowLabel(row))}${marks ? `\\textsuperscript{${marks}}` : ''}`,
      ...table.columns.map(({ key }) => latexText(formatCell(row.cells[key], row.decimals))),
    ]);
    const rule = last !== '' && row.dataset !== last ? ['\\midrule'] : [];
    last = row.dataset;
    return [...rule, text];
  });
  return [
    '% needs \\usepackage{booktabs}',
    '\\begin{table}',
    '\\centering\\small',
    `\\caption{${latexText(`${table.title}. ${table.caption}`)}}`,
    `\\begin{tabular}{ll${'r'.repeat(table.columns.length)}}`,
    '\\toprule',
    line(['Data set', 'Metric', ...table.columns.map(({ label }) => latexText(label))]),
    '\\midrule',
    ...rows,
    '\\bottomrule',
    '\\end{tabular}',
    ...(notes.length > 0
      ? ['', `\\footnotesize ${notes.map((note, i) => `${i + 1}. ${latexText(note)}`).join(' ')}`]
      : []),
    '\\end{table}',
    '',
  ].join('\n');
}
