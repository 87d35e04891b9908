import { check } from '@vividmed/core';
import type { z } from 'zod';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { type DatasetFolder, firstFile, openFolder } from '../tables/dataset-folder.js';
import { groupBy, indexBy, labelIn, numberIn, oneOf, type Row, textIn } from '../tables/rows.js';
import { hasTable, readTable } from '../tables/table.js';
import { labelsOf } from '../taxonomy/labels.js';
import type { Box } from '../volume.js';
import { absentOf, AdapterOptions, boxInside, datasetOf, flatBox, imageOf, parseOptions } from './records.js';

const name = 'nih-chestxray14';

/** All images were shrunk to this many pixels a side, and boxes were drawn on them. */
const side = 1024;
/** Names in brackets with commas are cut by the commas. */
const imageColumns = {
  needed: ['Image Index', 'Finding Labels', 'Patient ID'],
  wanted: ['OriginalImage[Width', 'Height]', 'OriginalImagePixelSpacing[x', 'y]'],
} as const;
const boxColumns = { needed: ['Image Index', 'Finding Label', 'Bbox [x', 'y', 'w', 'h]'] } as const;
type ImageRow = Row<(typeof imageColumns.needed)[number] | (typeof imageColumns.wanted)[number]>;
type BoxRow = Row<(typeof boxColumns.needed)[number]>;

/**
 * NIH ChestX-ray14 (Wang et al. 2017), as its owners ship it: `Data_Entry_2017.csv` or `Data_Entry_2017_v2020.csv` (Image Index, Finding
 * Labels joined by `|`, Patient ID, size and spacing of the original), `BBox_List_2017.csv` (984 boxes as x, y, w, h in the
 * 1024 x 1024 images), `train_val_list.txt`, `test_list.txt`, and `images_001` to `images_012`, with or without a folder
 * `images` in them, or one folder `images`; also `images_001.tar`, which gunzip makes of `images_001.tar.gz`.
 *
 * Labels were read from reports by a program: a finding that is not listed is taken as absent, which is wrong now and then.
 *
 * @throws {VividMedError} `data`, for missing files and columns, unknown findings, boxes of images that are not listed
 */
export async function nihChestXray14(path: string, options: z.input<typeof AdapterOptions> = {}): Promise<Dataset> {
  const given = parseOptions(name, AdapterOptions, options);
  const folder = await openFolder(name, path, { archives: /^images_\d+\.tar$/ });
  const entryTable = (await hasTable(folder, 'Data_Entry_2017.csv'))
    ? 'Data_Entry_2017.csv'
    : 'Data_Entry_2017_v2020.csv';
  const images = indexBy(await readTable(folder, entryTable, imageColumns), 'Image Index');
  const boxes = await boxesOf(folder, images);
  const splits = await splitsOf(folder);
  const folders = await imageFolders(folder);
  const records = [...images].map(([id, row]) => {
    const boxRows = boxes.get(id) ?? [];
    const found = [...labelsIn(row), ...boxRows.map((box) => labelIn(box, 'Finding Label', labelsOf(name)))];
    const present = [...new Set(found.flatMap(({ target }) => target ?? []))];
    const absent = absentOf(
      labelsOf(name).flatMap(({ target }) => target ?? []),
      present,
    );
    const split = splits.get(id);
    const entry: DatasetEntry = {
      id,
      patient: textIn(row, 'Patient ID'),
      files: [`${folders.get(id) ?? 'images'}/${id}`],
      ...(split && { split }),
      present,
      absent,
    };
    return { where: row.where, entry, row, boxRows, present, absent };
  });
  return datasetOf(folder, records, given, async ({ where, entry, row, boxRows, present, absent }) => {
    const volume = await imageOf(folder, where, entry.files[0]!, 'CR');
    const [, height, width] = volume.shape;
    const drawn: Record<string, Box[]> = {};
    for (const boxRow of boxRows) {
      const { target } = labelIn(boxRow, 'Finding Label', labelsOf(name));
      check(target, 'data', `${boxRow.where}: expected a finding in column "Finding Label", found none.`);
      const [x, y, w, h] = (['Bbox [x', 'y', 'w', 'h]'] as const).map((column) => numberIn(boxRow, column) / side);
      const box = flatBox(x! * width, y! * height, (x! + w!) * width, (y! + h!) * height);
      (drawn[target] ??= []).push(boxInside(boxRow.where, box, volume));
    }
    return {
      id: entry.id,
      volume: { ...volume, ...spacing(row, volume.shape) },
      plane: 'frontal',
      leftRightAxis: 2,
      masks: {},
      boxes: drawn,
      present: present.filter((target) => !(target in drawn)),
      absent,
    };
  });
}

function labelsIn(row: ImageRow) {
  const table = Object.fromEntries(labelsOf(name).map((label) => [label.name, label]));
  return textIn(row, 'Finding Labels')
    .split('|')
    .map((text) => oneOf(row.where, 'Finding Labels', text.trim(), table));
}

async function boxesOf(folder: DatasetFolder, images: ReadonlyMap<string, ImageRow>): Promise<Map<string, BoxRow[]>> {
  if (!(await hasTable(folder, 'BBox_List_2017.csv'))) return new Map();
  const rows = await readTable(folder, 'BBox_List_2017.csv', boxColumns);
  for (const row of rows) {
    check(
      images.has(textIn(row, 'Image Index')),
      'data',
      `${row.where}: expected an image of the table of entries in column "Image Index", found another.`,
    );
  }
  return groupBy(rows, (row) => textIn(row, 'Image Index'));
}

async function splitsOf(folder: DatasetFolder): Promise<Map<string, 'train' | 'test'>> {
  const splits = new Map<string, 'train' | 'test'>();
  for (const [file, split] of [
    ['train_val_list.txt', 'train'],
    ['test_list.txt', 'test'],
  ] as const) {
    const lines = (await folder.text(await firstFile(folder, [file]))).split(/\r?\n/);
    lines.forEach((line, i) => {
      const image = line.trim();
      if (image === '') return;
      check(
        !splits.has(image),
        'data',
        `${name}: ${file}: row ${i + 1}: expected each image in one list once, found one again.`,
      );
      splits.set(image, split);
    });
  }
  return splits;
}

/** In which folder each image lies. */
async function imageFolders(folder: DatasetFolder): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const outer of (await folder.list()).folders) {
    if (!/^images(_\d+)?$/.test(outer)) continue;
    for (const inner of [outer, `${outer}/images`])
      for (const file of (await folder.list(inner)).files) found.set(file, inner);
  }
  return found;
}

/** Spacing at the detector of the shrunken image, where the table has the original's. */
function spacing(row: ImageRow, [, height, width]: readonly [number, number, number]) {
  if (row.cells['OriginalImagePixelSpacing[x'] === '') return {};
  const h = (numberIn(row, 'y]') * numberIn(row, 'Height]')) / height;
  const w = (numberIn(row, 'OriginalImagePixelSpacing[x') * numberIn(row, 'OriginalImage[Width')) / width;
  check(h > 0 && w > 0, 'data', `${row.where}: expected sizes and spacings above 0, found others.`);
  return { spacingMm: [1, h, w] as const };
}
