import { check } from '@vividmed/core';
import { z } from 'zod';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { type DatasetFolder, openFolder } from '../tables/dataset-folder.js';
import { groupBy, indexBy, labelIn, numberIn, type Row, textIn } from '../tables/rows.js';
import { hasTable, readTable } from '../tables/table.js';
import { labelsOf } from '../taxonomy/labels.js';
import type { Box } from '../volume.js';
import { type MergedBox, mergeReaders, type ReaderBox } from './merge-readers.js';
import {
  absentOf,
  AdapterOptions,
  boxInside,
  datasetOf,
  type DatasetRecord,
  flatBox,
  imageOf,
  parseOptions,
} from './records.js';

const name = 'vindr-cxr';

const VinDrCxrOptions = AdapterOptions.extend({
  iou: z
    .number()
    .positive()
    .max(1)
    .default(0.25)
    .describe('Boxes of two readers that overlap by this are one finding.'),
  minReaders: z
    .int()
    .positive()
    .default(1)
    .describe('How many readers of an image must agree. What fewer saw is left unknown, neither present nor absent.'),
});

/** A set of radiographs whose boxes say how many readers agree. */
export interface VinDrCxr extends Dataset {
  /** Merged boxes in pixels of the image that was annotated, by target, those of too few readers included. */
  agreementOf(entry: DatasetEntry): Readonly<Record<string, readonly MergedBox[]>>;
}

interface VinDrRecord extends DatasetRecord {
  file: string;
  merged: Readonly<Record<string, readonly MergedBox[]>>;
  boxes: Readonly<Record<string, readonly Box[]>>;
  present: readonly string[];
  absent: readonly string[];
  /** Height and width of the image that was annotated, where it is known not to be the one that ships. */
  annotatedShape?: readonly [number, number];
}

/**
 * VinDr-CXR, in one of its two forms:
 *
 * - PhysioNet 1.0.0 (doi 10.13026/3akn-b287): `train/ID.dicom`, `test/ID.dicom`, `annotations/annotations_{train,test}.csv`
 *   (image_id, rad_id, class_name, x_min, y_min, x_max, y_max in pixels; no rad_id in test, where five readers agreed)
 *   and `annotations/image_labels_{train,test}.csv` (image_id, rad_id, then a column of 0 and 1 for each class);
 * - Kaggle (VinBigData Chest X-ray Abnormalities Detection): `train.csv` with the same columns and 14 classes, `train/ID.png`
 *   or `.dicom`; shrunken images come with `train_meta.csv` (image_id, dim0, dim1: height and width of the original).
 *
 * A target that no reader marked is absent, for the classes that the readers of that form had. `Other lesion` and `Other diseases` are no
 * targets. Patients are not told: each image is one of its own.
 *
 * @throws {VividMedError} `data`, for missing files and columns, unknown classes and numbers that are none
 */
export async function vinDrCxr(path: string, options: z.input<typeof VinDrCxrOptions> = {}): Promise<VinDrCxr> {
  const given = parseOptions(name, VinDrCxrOptions, options);
  const folder = await openFolder(name, path);
  const isKaggle = await hasTable(folder, 'train.csv');
  const records = isKaggle ? await kaggle(folder, given) : await physioNet(folder, given);
  const dataset = await datasetOf(folder, records, given, async (record) => {
    const { where, entry, file } = record;
    const volume = await imageOf(folder, where, file, 'DX');
    const [, height, width] = volume.shape;
    const [h, w] = record.annotatedShape ?? [height, width];
    const scale = ([, y0, x0, , y1, x1]: Box): Box =>
      flatBox((x0 * width) / w, (y0 * height) / h, (x1 * width) / w, (y1 * height) / h);
    const boxes = Object.fromEntries(
      Object.entries(record.boxes).map(([target, drawn]) => [
        target,
        drawn.map((box) => boxInside(where, scale(box), volume)),
      ]),
    );
    return {
      id: entry.id,
      volume,
      plane: 'frontal',
      leftRightAxis: 2,
      masks: {},
      boxes,
      present: record.present.filter((target) => !(target in boxes)),
      absent: record.absent,
    };
  });
  const merged = new Map(records.map((record) => [record.entry.id, record.merged]));
  return { ...dataset, agreementOf: ({ id }) => merged.get(id) ?? {} };
}

type Options = z.infer<typeof VinDrCxrOptions>;
type BoxColumn = 'image_id' | 'rad_id' | 'class_name' | 'x_min' | 'y_min' | 'x_max' | 'y_max';
const boxColumns = {
  needed: ['image_id', 'class_name', 'x_min', 'y_min', 'x_max', 'y_max'],
  wanted: ['rad_id'],
} as const;
const rest = new Set(['No finding', 'Other lesion', 'Other disease', 'Other diseases']);

/** What one image is known to show, from the boxes and, where there are any, the votes of each reader on each class. */
function readingOf(
  rows: readonly Row<BoxColumn>[],
  votes: ReadonlyMap<string, number>,
  numReaders: number,
  lookedFor: readonly string[],
  { iou, minReaders }: Options,
): Pick<VinDrRecord, 'merged' | 'boxes' | 'present' | 'absent'> {
  const drawn = new Map<string, ReaderBox[]>();
  for (const row of rows) {
    const { target } = labelIn(row, 'class_name', labelsOf(name));
    // Rows of "No finding" have no box.
    if (target === undefined) continue;
    const box = flatBox(numberIn(row, 'x_min'), numberIn(row, 'y_min'), numberIn(row, 'x_max'), numberIn(row, 'y_max'));
    check(
      box[5] > box[2] && box[4] > box[1],
      'data',
      `${row.where}: expected x_min below x_max and y_min below y_max, found another box.`,
    );
    drawn.set(target, [...(drawn.get(target) ?? []), { reader: row.cells.rad_id, box }]);
  }
  const merged = Object.fromEntries(
    [...drawn].map(([target, boxes]) => [target, mergeReaders(boxes, numReaders, iou)] as const),
  );
  const isEnough = (agreement: number): boolean => agreement * numReaders >= Math.min(minReaders, numReaders) - 1e-6;
  const boxes = Object.fromEntries(
    Object.entries(merged)
      .map(
        ([target, found]) =>
          [target, found.filter(({ agreement }) => isEnough(agreement)).map(({ box }) => box)] as const,
      )
      .filter(([, kept]) => kept.length > 0),
  );
  const voted = [...votes].filter(([, count]) => count >= Math.min(minReaders, numReaders)).map(([target]) => target);
  const present = [...new Set([...Object.keys(boxes), ...voted])];
  const seenByAny = [...drawn.keys(), ...[...votes].filter(([, count]) => count > 0).map(([target]) => target)];
  return { merged, boxes, present, absent: absentOf(lookedFor, seenByAny) };
}

async function physioNet(folder: DatasetFolder, options: Options): Promise<VinDrRecord[]> {
  const records: VinDrRecord[] = [];
  for (const split of ['train', 'test'] as const) {
    const classes = labelsOf(name).map((label) => label.name);
    const boxes = await readTable(folder, `annotations/annotations_${split}.csv`, boxColumns);
    const labels = await readTable(folder, `annotations/image_labels_${split}.csv`, {
      needed: ['image_id'],
      wanted: ['rad_id', ...classes],
    });
    const boxesOf = groupBy(boxes, (row) => textIn(row, 'image_id'));
    const imagesOf = groupBy(labels, (row) => textIn(row, 'image_id'));
    for (const [image, rows] of boxesOf) {
      const where = rows[0]!.where;
      check(
        imagesOf.has(image),
        'data',
        `${where}: expected its image in image_labels_${split}.csv, found it in none of its rows.`,
      );
    }
    for (const [id, readers] of imagesOf) {
      const votes = votesOf(readers);
      const reading = readingOf(boxesOf.get(id) ?? [], votes, readers.length, [...votes.keys()], options);
      records.push(recordOf(readers[0]!.where, id, split, `${split}/${id}.dicom`, reading));
    }
  }
  return records;
}

/** How many readers ticked each target; targets whose column is not in the file are left out. */
function votesOf(readers: readonly Row<string>[]): Map<string, number> {
  const votes = new Map<string, number>();
  for (const label of labelsOf(name)) {
    for (const row of readers) {
      // Columns that only one of the two files has are empty in the other.
      if (label.target === undefined || row.cells[label.name] === '') continue;
      const vote = numberIn(row, label.name);
      check(
        vote === 0 || vote === 1,
        'data',
        `${row.where}: expected 0 or 1 in column "${label.name}", found another number.`,
      );
      votes.set(label.target, (votes.get(label.target) ?? 0) + vote);
    }
  }
  return votes;
}

/** The 14 classes of the competition, without the two that are no targets. */
const kaggleTargets = new Set([
  'Aortic enlargement',
  'Atelectasis',
  'Calcification',
  'Cardiomegaly',
  'Consolidation',
  'ILD',
  'Infiltration',
  'Lung Opacity',
  'Nodule/Mass',
  'Pleural effusion',
  'Pleural thickening',
  'Pneumothorax',
  'Pulmonary fibrosis',
]);
/** Each image of the competition was read by three. */
const kaggleReaders = 3;

async function kaggle(folder: DatasetFolder, options: Options): Promise<VinDrRecord[]> {
  const lookedFor = labelsOf(name).flatMap((label) =>
    kaggleTargets.has(label.name) && label.target !== undefined ? [label.target] : [],
  );
  const rows = await readTable(folder, 'train.csv', boxColumns);
  const sizes = (await hasTable(folder, 'train_meta.csv'))
    ? indexBy(await readTable(folder, 'train_meta.csv', { needed: ['image_id', 'dim0', 'dim1'] }), 'image_id')
    : undefined;
  const extension = (await folder.list('train')).files.some((file) => file.endsWith('.png')) ? 'png' : 'dicom';
  return [...groupBy(rows, (row) => textIn(row, 'image_id'))].map(([id, readings]) => {
    const where = readings[0]!.where;
    for (const row of readings) {
      const isFound = !rest.has(row.cells.class_name.trim());
      if (isFound) textIn(row, 'rad_id');
    }
    const reading = readingOf(readings, new Map(), kaggleReaders, lookedFor, options);
    const size = sizes?.get(id);
    check(!sizes || size, 'data', `${where}: expected its image in train_meta.csv, found it in none of its rows.`);
    const annotatedShape = size && ([numberIn(size, 'dim0'), numberIn(size, 'dim1')] as const);
    return {
      ...recordOf(where, id, 'train', `train/${id}.${extension}`, reading),
      ...(annotatedShape && { annotatedShape }),
    };
  });
}

function recordOf(
  where: string,
  id: string,
  split: 'train' | 'test',
  file: string,
  reading: Pick<VinDrRecord, 'merged' | 'boxes' | 'present' | 'absent'>,
): VinDrRecord {
  const { present, absent } = reading;
  return { where, file, ...reading, entry: { id, patient: id, split, files: [file], present, absent } };
}
