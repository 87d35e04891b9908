import { check } from '@vividmed/core';
import { z } from 'zod';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { type ReportBody, reportBody, withoutPlaceholders } from '../report/sections.js';
import { type DatasetFolder, openFolder } from '../tables/dataset-folder.js';
import { indexBy, numberIn, oneOf, type Row, textIn } from '../tables/rows.js';
import { hasTable, readTable } from '../tables/table.js';
import { labelsOf } from '../taxonomy/labels.js';
import { absentOf, AdapterOptions, datasetOf, type DatasetRecord, imageOf, parseOptions } from './records.js';

const name = 'mimic-cxr';

const MimicCxrOptions = AdapterOptions.extend({
  views: z.enum(['frontal', 'all']).default('frontal').describe('Frontal: ViewPosition is PA or AP.'),
  labeller: z.enum(['chexpert', 'negbio']).default('chexpert').describe('Whose labels of the reports.'),
  placeholders: z
    .enum(['keep', 'remove'])
    .default('keep')
    .describe('What becomes of the ___ that stand for removed words in reports.'),
});

const splitNames = { train: 'train', validate: 'validate', test: 'test' } as const;
const keys = ['dicom_id', 'study_id', 'subject_id'] as const;

interface MimicRecord extends DatasetRecord {
  report: string;
  view: string;
  present: readonly string[];
  absent: readonly string[];
}

/**
 * MIMIC-CXR-JPG 2.0.0 or later (doi 10.13026/8360-t248) with the reports of MIMIC-CXR: `files/p10/p10000032/s50414267/DICOM_ID.jpg`,
 * `mimic-cxr-2.0.0-{split,metadata,chexpert,negbio}.csv.gz` (also unpacked), and reports as `mimic-cxr-reports.zip` (read as
 * it is) or unpacked beside the images, `files/p10/p10000032/s50414267.txt`.
 *
 * One entry an image. The split is the official one; the patient is `subject_id`. Labels are of the study: 1 is
 * present, 0 absent, -1 and empty unknown. `No Finding` says nothing more. Without reports, studies have labels alone.
 *
 * @throws {VividMedError} `data`, for missing files and columns, images without a split and labels that are none
 */
export async function mimicCxr(path: string, options: z.input<typeof MimicCxrOptions> = {}): Promise<Dataset> {
  const given = parseOptions(name, MimicCxrOptions, options);
  const folder = await openFolder(name, path, { archives: /^mimic-cxr-reports\.zip$/ });
  // Opens the archive, so that a damaged one is told before studies are read.
  await folder.list();
  const metadata = await readTable(folder, 'mimic-cxr-2.0.0-metadata.csv', { needed: [...keys, 'ViewPosition'] });
  const splitRows = await readTable(folder, 'mimic-cxr-2.0.0-split.csv', { needed: [...keys, 'split'] });
  const split = indexBy(splitRows, 'dicom_id');
  const labels = await studyLabels(folder, given.labeller);
  const records = metadata.flatMap((row): MimicRecord[] => {
    const view = row.cells.ViewPosition.trim();
    if (given.views === 'frontal' && !isFrontal(view)) return [];
    const [id, study, patient] = keys.map((key) => textIn(row, key)) as [string, string, string];
    const splitRow = split.get(id);
    check(splitRow, 'data', `${row.where}: expected its image in the table of splits, found it in none of its rows.`);
    const studyFolder = `files/p${patient.slice(0, 2)}/p${patient}/s${study}`;
    const { present, absent } = labels.get(study) ?? { present: [], absent: [] };
    const entry: DatasetEntry = {
      id,
      patient,
      split: oneOf(splitRow.where, 'split', splitRow.cells.split.trim(), splitNames),
      files: [`${studyFolder}/${id}.jpg`],
      present,
      absent,
    };
    return [{ where: row.where, entry, report: `${studyFolder}.txt`, view, present, absent }];
  });
  return datasetOf(folder, records, given, async ({ where, entry, report, view, present, absent }) => ({
    id: entry.id,
    volume: await imageOf(folder, where, entry.files[0]!, 'DX'),
    ...planeOf(view),
    masks: {},
    boxes: {},
    present,
    absent,
    ...cleaned(reportBody((await folder.has(report)) ? await folder.text(report) : ''), given.placeholders),
  }));
}

const isFrontal = (view: string): boolean => view === 'PA' || view === 'AP';

function planeOf(view: string) {
  if (isFrontal(view)) return { plane: 'frontal', leftRightAxis: 2 } as const;
  // LATERAL, LL and the rest: how the patient lies in them is not told.
  return view === 'LATERAL' || view === 'LL' || view === 'RL' ? { plane: 'lateral' } : {};
}

function cleaned({ findings, impression }: ReportBody, placeholders: 'keep' | 'remove'): ReportBody {
  const clean = (text: string): string => (placeholders === 'remove' ? withoutPlaceholders(text) : text);
  return {
    ...(findings !== undefined && { findings: clean(findings) }),
    ...(impression !== undefined && { impression: clean(impression) }),
  };
}

interface StudyLabels {
  present: readonly string[];
  absent: readonly string[];
}

async function studyLabels(folder: DatasetFolder, labeller: string): Promise<Map<string, StudyLabels>> {
  const file = `mimic-cxr-2.0.0-${labeller}.csv`;
  if (!(await hasTable(folder, file))) return new Map();
  const classes = labelsOf(name);
  const current = classes.filter((label) => label.name !== 'Airspace Opacity').map((label) => label.name);
  const rows = await readTable(folder, file, { needed: ['study_id', ...current] });
  return new Map(
    [...indexBy(rows, 'study_id')].map(([study, row]) => {
      const withValue = (value: number): string[] =>
        classes.flatMap((label) =>
          label.target !== undefined && current.includes(label.name) && valueOf(row, label.name) === value
            ? [label.target]
            : [],
        );
      const present = withValue(1);
      return [study, { present, absent: absentOf(withValue(0), present) }];
    }),
  );
}

/** 1, 0, or -1 for unknown, empty cells included. */
function valueOf(row: Row<string>, column: string): number {
  if (row.cells[column]?.trim() === '') return -1;
  const value = numberIn(row, column);
  check(
    [1, 0, -1].includes(value),
    'data',
    `${row.where}: expected 1, 0, -1 or nothing in column "${column}", found another number.`,
  );
  return value;
}
