import { check } from '@vividmed/core';
import { z } from 'zod';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { openFolder } from '../tables/dataset-folder.js';
import { indexBy, numberIn, numbersIn, type Row, textIn } from '../tables/rows.js';
import { readTable } from '../tables/table.js';
import { labelsOf } from '../taxonomy/labels.js';
import type { Volume } from '../volume.js';
import { absentOf, AdapterOptions, datasetOf, type DatasetRecord, imageOf, parseOptions } from './records.js';

const name = 'ct-rate';

const CtRateOptions = AdapterOptions.extend({
  files: z
    .enum(['fixed', 'original'])
    .optional()
    .describe(
      'Which volumes: those whose headers were repaired, or the first ones. The repaired ones, where they are there.',
    ),
  reconstructions: z
    .enum(['all', 'first'])
    .default('all')
    .describe('First: of each scan, the one with the lowest number.'),
});

const metadataColumns = {
  needed: [
    'VolumeName',
    'RescaleSlope',
    'RescaleIntercept',
    'XYSpacing',
    'ZSpacing',
    'ImagePositionPatient',
    'ImageOrientationPatient',
  ],
} as const;
type Metadata = Row<(typeof metadataColumns.needed)[number]>;
const reportColumns = { needed: ['VolumeName', 'Findings_EN', 'Impressions_EN'] } as const;
type Report = Row<(typeof reportColumns.needed)[number]>;

interface CtRateRecord extends DatasetRecord {
  metadata: Metadata;
  report?: Report | undefined;
  isFixed: boolean;
}

/**
 * CT-RATE (Hamamci et al. 2024; huggingface.co/datasets/ibrahimhamamci/CT-RATE): `dataset/train/train_1/train_1_a/train_1_a_1.nii.gz`,
 * or `train_fixed` (patient, scan, reconstruction), `dataset/metadata/{train,validation}_metadata.csv`,
 * `dataset/multi_abnormality_labels/{train,valid}_predicted_labels.csv`, and
 * `dataset/radiology_text_reports/{train,validation}_reports.csv` (Findings_EN, Impressions_EN).
 *
 * The headers of the first volumes have neither spacing nor place nor Hounsfield units: all come from the metadata
 * (the set's own preprocessing and discussion 85 of its page). Volumes of `train_fixed` and `valid_fixed`, its second version, have them in
 * their headers and are read as they are: their values are Hounsfield units already, which the metadata would scale again
 * (ibrahimethemhamamci/CT-CLIP, issue 50). The 18 labels were read from reports by a program; 1 is present, 0 absent.
 *
 * @throws {VividMedError} `data`, for missing files, columns, rows of labels, and numbers that are none
 */
export async function ctRate(path: string, options: z.input<typeof CtRateOptions> = {}): Promise<Dataset> {
  const given = parseOptions(name, CtRateOptions, options);
  const folder = await openFolder(name, path);
  const classes = labelsOf(name).map((label) => label.name);
  const records: CtRateRecord[] = [];
  for (const [part, long, split] of [
    ['train', 'train', 'train'],
    ['valid', 'validation', 'validate'],
  ] as const) {
    const isFixed = given.files
      ? given.files === 'fixed'
      : (await folder.list(`dataset/${part}_fixed`)).folders.length > 0;
    const metadata = await readTable(folder, `dataset/metadata/${long}_metadata.csv`, metadataColumns);
    const labels = indexBy(
      await readTable(folder, `dataset/multi_abnormality_labels/${part}_predicted_labels.csv`, {
        needed: ['VolumeName', ...classes],
      }),
      'VolumeName',
    );
    const reports = indexBy(
      await readTable(folder, `dataset/radiology_text_reports/${long}_reports.csv`, reportColumns),
      'VolumeName',
    );
    for (const row of metadata) {
      const volumeName = textIn(row, 'VolumeName');
      const match = /^((?:train|valid)_\d+)_([a-z]+)_(\d+)\.nii\.gz$/.exec(volumeName);
      check(
        match,
        'data',
        `${row.where}: expected a name such as train_1_a_1.nii.gz in column "VolumeName", found another.`,
      );
      const [, patient, scan] = match;
      const labelRow = labels.get(volumeName);
      check(
        labelRow,
        'data',
        `${row.where}: expected its volume in the table of labels, found it in none of its rows.`,
      );
      const present = targetsWith(labelRow, 1);
      const entry: DatasetEntry = {
        id: volumeName.replace('.nii.gz', ''),
        patient: patient!,
        split,
        files: [`dataset/${part}${isFixed ? '_fixed' : ''}/${patient}/${patient}_${scan}/${volumeName}`],
        present,
        absent: absentOf(targetsWith(labelRow, 0), present),
      };
      records.push({ where: row.where, entry, metadata: row, report: reports.get(volumeName), isFixed });
    }
  }
  const wanted = given.reconstructions === 'first' ? firstOfEach(records) : records;
  return datasetOf(folder, wanted, given, async ({ where, entry, metadata, report, isFixed }) => {
    const read = await imageOf(folder, where, entry.files[0]!, 'CT');
    return {
      id: entry.id,
      volume: isFixed ? read : repaired(read, metadata),
      plane: 'axial',
      leftRightAxis: 2,
      masks: {},
      boxes: {},
      present: entry.present ?? [],
      absent: entry.absent ?? [],
      ...texts(report),
    };
  });
}

function targetsWith(row: Row<string>, value: 0 | 1): string[] {
  return labelsOf(name).flatMap((label) => {
    const found = numberIn(row, label.name);
    check(
      found === 0 || found === 1,
      'data',
      `${row.where}: expected 0 or 1 in column "${label.name}", found another number.`,
    );
    return found === value && label.target !== undefined ? [label.target] : [];
  });
}

function firstOfEach(records: readonly CtRateRecord[]): CtRateRecord[] {
  const first = new Map<string, CtRateRecord>();
  const numberOf = ({ entry }: CtRateRecord): number => Number(entry.id.split('_').at(-1));
  for (const record of records) {
    const scan = record.entry.id.replace(/_\d+$/, '');
    const other = first.get(scan);
    if (!other || numberOf(record) < numberOf(other)) first.set(scan, record);
  }
  return [...first.values()];
}

/** Reports say `Not given.` where they have no such part. */
function texts(report: Report | undefined) {
  const given = (text = ''): string => (/^not given\.?$/i.test(text.trim()) ? '' : text.trim());
  const [findings, impression] = [given(report?.cells.Findings_EN), given(report?.cells.Impressions_EN)];
  return { ...(findings && { findings }), ...(impression && { impression }) };
}

/**
 * A volume with the units and the place that its DICOM files had. Columns of the array run along the first direction cosines
 * of ImageOrientationPatient, rows along the second, slices along their cross product (DICOM PS3.3 C.7.6.2.1.1).
 */
function repaired(read: Volume, row: Metadata): Volume {
  const slope = numberIn(row, 'RescaleSlope');
  const intercept = numberIn(row, 'RescaleIntercept');
  const [spacingW, spacingH] = numbersIn(row, 'XYSpacing', 2) as [number, number];
  const spacingD = numberIn(row, 'ZSpacing');
  check(
    spacingD > 0 && spacingH > 0 && spacingW > 0 && slope !== 0,
    'data',
    `${row.where}: expected spacings above 0 and a slope that is not 0, found others.`,
  );
  const position = numbersIn(row, 'ImagePositionPatient', 3);
  const [wx, wy, wz, hx, hy, hz] = numbersIn(row, 'ImageOrientationPatient', 6) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [w, h] = [
    [wx, wy, wz],
    [hx, hy, hz],
  ] as const;
  const d = [wy * hz - wz * hy, wz * hx - wx * hz, wx * hy - wy * hx];
  const affine = [0, 1, 2].flatMap((i) => [d[i]! * spacingD, h[i]! * spacingH, w[i]! * spacingW, position[i]!]);
  return {
    ...read,
    data: read.data.map((value) => slope * value + intercept),
    spacingMm: [spacingD, spacingH, spacingW],
    affine,
  };
}
