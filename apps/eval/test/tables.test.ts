import type { MetricResult, Scores } from '@vividmed/metrics';
import { describe, expect, it } from 'vitest';
import type { ScoredSet } from '../src/score/scored-set.js';
import { paperTables } from '../src/tables/build.js';
import { renderTable } from '../src/tables/html.js';
import type { Row, Table } from '../src/tables/table.js';
import { csvTables, latexTable, latexText, markdownTable } from '../src/tables/text.js';

const result = (metric: string, value: number, more: Partial<MetricResult> = {}): MetricResult => ({
  metric,
  label: metric,
  value,
  n: 7,
  profile: 'reference',
  definition: `what ${metric} is`,
  version: '1',
  better: 'higher',
  notes: [],
  ...more,
});
const scores = (...results: MetricResult[]): Scores => ({ results, skipped: [], ids: [] });

const sets: ScoredSet[] = [
  {
    dataset: 'Phantom',
    task: 'localisation',
    numSamples: 7,
    scores: {
      paper: scores(result('dice', 0.5)),
      reference: {
        ...scores(
          result('dice', 0.8125, {
            interval: {
              low: 0.7,
              high: 0.9,
              method: 'percentile',
              level: 0.95,
              resamples: 10,
              numUndefined: 0,
              seed: 0,
              numDrawn: 7,
              drawn: 'samples',
            },
          }),
        ),
        skipped: [{ metric: 'ap50', label: 'AP', profile: 'reference', reason: 'needs reference boxes' }],
      },
    },
  },
  {
    dataset: 'MIMIC-CXR',
    task: 'report',
    numSamples: 7,
    scores: { paper: scores(result('bleu4', 0.111)), reference: scores(result('bleu4', 0.099)) },
  },
];
const [localisation, answers, reports] = paperTables([{ name: 'Ours', sets }]) as [Table, Table, Table];
const row = (table: Table, dataset: string, label: string): Row => {
  const found = table.rows.find((each) => each.dataset === dataset && each.label === label);
  if (!found) throw new Error(`no row ${dataset} ${label}`);
  return found;
};

describe('the tables of the paper', () => {
  it('have the published figures where the paper has them (read off it by hand)', () => {
    expect(row(localisation, 'TotalSegmentator', 'Dice (%)').cells).toMatchObject({
      'nnU-Net': { value: 84 },
      VividMed: { value: 70.3 },
    });
    expect(row(localisation, 'VinDr-CXR', '1 − GIoU').cells['VividMed']).toEqual({ value: 1.43 });
    expect(row(answers, 'SLAKE', 'ROUGE-1').cells['LLaVA 1.6 (13B)']).toEqual({ value: 0.822 });
    expect(row(answers, 'VQA-Med', 'Accuracy, by a judge').cells['VividMed']).toEqual({ value: 0.637 });
    expect(row(answers, 'VQA-RAD', 'BLEU-1').cells['RadFM']).toEqual({ value: 0.541 });
    expect(row(reports, 'MIMIC-CXR', 'RadCliQ v1').cells['M3D']).toEqual({ value: 0.504 });
    expect(row(reports, 'MIMIC-CXR', 'Macro CheXpert 5 FOR').cells['VividMed']).toEqual({ value: 0.181 });
    expect(row(reports, 'CT-RATE', 'Micro RadBERT F1').cells['VividMed w/o VG']).toEqual({ value: 0.375 });
    expect(row(reports, 'CT-RATE', 'METEOR').cells['R2GenGPT']).toBeUndefined();
  });

  it('put ours beside them on the same data set alone, and other data in rows of its own', () => {
    expect(row(reports, 'MIMIC-CXR', 'BLEU-4').cells).toMatchObject({
      VividMed: { value: 0.12 },
      'ours-0-paper': { value: 0.111, n: 7 },
      'ours-0-reference': { value: 0.099 },
    });
    const phantom = row(localisation, 'Phantom', 'Dice (%)');
    expect(Object.keys(phantom.cells)).toEqual(['ours-0-paper', 'ours-0-reference']);
    expect(phantom.cells['ours-0-reference']).toMatchObject({ value: 81.25, interval: { low: 70, high: 90 } });
  });

  it('say why a figure is missing', () => {
    expect(row(reports, 'CT-RATE', 'BLEU-4').cells['ours-0-paper']).toEqual({
      missing: 'needs CT-RATE: name its folder in the config',
    });
    expect(row(localisation, 'Phantom', 'AP at IoU 0.5').cells['ours-0-reference']).toEqual({
      missing: 'needs reference boxes',
    });
    expect(row(reports, 'MIMIC-CXR', 'METEOR').cells['ours-0-reference']).toEqual({
      missing: 'it was not computed',
    });
  });

  it('say which columns are not what the paper calls them', () => {
    expect(row(reports, 'CT-RATE', 'Macro RadBERT FOR').note).toContain('prints this as "FNR"');
    expect(row(localisation, 'VinDr-CXR', '1 − GIoU').note).toContain('cannot be more than 1');
    expect(row(reports, 'MIMIC-CXR', 'RadCliQ v1').note).toContain('do not compare with RadCliQ elsewhere');
    expect(row(reports, 'MIMIC-CXR', 'BLEU-4').note).toContain('unsmoothed sentence BLEU');
  });
});

describe('their formats', () => {
  const table: Table = {
    id: 'one',
    title: 'A & B',
    caption: '50% of x_1 | y',
    columns: [
      { key: 'a', label: 'Sys | tem', source: 'paper' },
      { key: 'b', label: 'Ours', source: 'ours' },
    ],
    rows: [
      {
        dataset: 'D, "1"',
        label: 'Loss',
        better: 'lower',
        decimals: 2,
        note: 'A <note>.',
        definitions: { b: 'mean\nloss' },
        cells: { a: { value: 1.005 }, b: { value: 0.1234, interval: { low: 0.1, high: 0.2, level: 0.9 }, n: 3 } },
      },
      { dataset: 'E', label: 'Share', better: 'higher', decimals: 3, cells: { b: { missing: 'needs $E$' } } },
    ],
  };

  it('is Markdown with its notes', () => {
    expect(markdownTable(table)).toBe(
      [
        '## A & B',
        '',
        '50% of x_1 | y',
        '',
        '| Data set | Metric | Sys \\| tem | Ours |',
        '| --- | --- | --: | --: |',
        `| D, "1" | Loss ↓ [1] | ${(1.005).toFixed(2)} | 0.12 (0.10 to 0.20) |`,
        '| E | Share ↑ [2] | – | – |',
        '',
        '1. A <note>.',
        '2. No figure: needs $E$.',
        '',
      ].join('\n'),
    );
  });

  it('is CSV with a figure a line, in full precision', () => {
    const lines = csvTables([table]).split('\r\n');
    expect(lines[1]).toBe('one,"D, ""1""",Loss,lower,Sys | tem,paper,1.005,,,,,,A <note>.');
    expect(csvTables([table])).toContain('Ours,ours,0.1234,0.1,0.2,0.9,3,"mean\nloss",A <note>.');
    expect(csvTables([table])).toContain('E,Share,higher,Ours,ours,,,,,,,no figure: needs $E$');
  });

  it('is LaTeX with every mark that it would take for its own escaped', () => {
    expect(latexText('50% & x_1 {a}\\b~^#$')).toBe(
      '50\\% \\& x\\_1 \\{a\\}\\textbackslash{}b\\textasciitilde{}\\textasciicircum{}\\#\\$',
    );
    const latex = latexTable(table);
    expect(latex).toContain('\\begin{tabular}{llrr}');
    expect(latex).toContain('D, "1" & Loss $\\downarrow$\\textsuperscript{1} & 1.00 & 0.12 (0.10 to 0.20) \\\\');
    expect(latex).toContain('\\midrule\nE & Share');
    expect(latex).toContain('2. No figure: needs \\$E\\$.');
  });

  it('is HTML with headers of rows and columns, and links to its notes', () => {
    const { text } = renderTable(table);
    expect(text).toContain('A &lt;note&gt;.');
    expect(text.match(/scope="row"/g)).toHaveLength(2);
    expect(text).toContain('href="#one-note-1"');
    expect(text).toContain('id="one-note-1"');
    expect(text).toMatch(/tabindex="0" role="region"/);
  });

  it('leaves out a number that is none', () => {
    const none: Table = { ...table, rows: [{ ...table.rows[1]!, cells: { b: { value: Number.NaN } } }] };
    expect(`${markdownTable(none)}${csvTables([none])}${latexTable(none)}${renderTable(none).text}`).not.toContain(
      'NaN',
    );
  });
});
