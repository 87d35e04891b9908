import { check } from '@vividmed/core';
import { readLabelMap } from '@vividmed/imaging';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import type { Label } from '../taxonomy/labels/label.js';
import { checkSameGrid } from './grid.js';
import { checkNotEmpty, readVolume } from './label-map-set.js';
import { maskOfClass, targetsOf } from './label-masks.js';
import { labelledStudy, type MaskSetOptions } from './labelled-study.js';
import { niftiNamed, openFolder, parseFile, type DatasetFolder } from '../tables/dataset-folder.js';

const splits: Readonly<Record<string, NonNullable<DatasetEntry['split']>>> = {
  train: 'train',
  val: 'validate',
  test: 'test',
};

/** The split of each case, from `meta.csv`: fields between semicolons, none of them quoted. */
async function splitsOf(folder: DatasetFolder): Promise<ReadonlyMap<string, DatasetEntry['split']>> {
  if (!(await folder.list()).files.includes('meta.csv')) return new Map();
  const text = new TextDecoder().decode(await folder.bytes('meta.csv'));
  const [head = [], ...rows] = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split(';'));
  const columnOf = (name: string): number => {
    const at = head.indexOf(name);
    check(at >= 0, 'data', `${folder.name}: meta.csv: expected a column ${name}, found ${head.join(', ')}.`);
    return at;
  };
  const id = columnOf('image_id');
  // The table of the MR set may come without.
  const split = head.indexOf('split');
  if (split < 0) return new Map();
  return new Map(
    rows.map((row, i) => {
      const word = row[split] ?? '';
      check(
        splits[word],
        'data',
        `${folder.name}: meta.csv, row ${i + 2}, split: expected train, val or test, found ${JSON.stringify(word)}.`,
      );
      return [row[id] ?? '', splits[word]] as const;
    }),
  );
}

interface Release {
  name: 'totalsegmentator-v1' | 'totalsegmentator-v2' | 'totalsegmentator-mr';
  /** The image of a case, without its end. */
  image: 'ct' | 'mri';
  modality: 'CT' | 'MR';
}

async function open(path: string, { name, image: stem, modality }: Release, options: MaskSetOptions): Promise<Dataset> {
  const folder = await openFolder(name, path);
  const splitOf = await splitsOf(folder);
  const classes = labelsOf(name).filter(({ target }) => target !== undefined && isWanted(target, options));
  const entries: DatasetEntry[] = [];
  for (const id of (await folder.list()).folders) {
    const { files, folders } = await folder.list(id);
    const image = niftiNamed(files, stem);
    if (image === undefined && !folders.includes('segmentations')) continue;
    check(image, 'data', `${name}: ${id}: expected ${stem}.nii.gz, found no such file.`);
    const split = splitOf.get(id);
    entries.push({
      id,
      patient: id,
      ...(split === undefined ? {} : { split }),
      files: [`${id}/${image}`, ...classes.map((label) => `${id}/segmentations/${label.name}.nii.gz`)],
    });
  }
  checkNotEmpty(name, entries);
  return { name, entries, read: (entry) => readCase(folder, entry, classes, modality) };
}

const isWanted = (target: string, { targets }: MaskSetOptions): boolean => targets?.includes(target) ?? true;

/** Files of classes are read one after the other: only the masks that are not empty stay. */
async function readCase(
  folder: DatasetFolder,
  { id, files: [image = '', ...classFiles] }: DatasetEntry,
  classes: readonly Label[],
  modality: Release['modality'],
): ReturnType<Dataset['read']> {
  const volume = await readVolume(folder, image, { modality });
  const masks: Record<string, Uint8Array> = {};
  for (const [i, file] of classFiles.entries()) {
    const target = classes[i]?.target;
    if (target === undefined) continue;
    const map = await parseFile(folder, file, (bytes) => readLabelMap(bytes));
    checkSameGrid(`${folder.name}: ${file}`, volume, map);
    const mask = maskOfClass(map.labels);
    if (mask !== undefined) masks[target] = masks[target] === undefined ? mask : eitherOf(masks[target], mask);
  }
  return labelledStudy({ id, volume, masks, labelled: targetsOf(classes) });
}

const eitherOf = (one: Uint8Array, other: Uint8Array): Uint8Array => one.map((value, i) => value | other[i]!);

/**
 * TotalSegmentator, version 1 (Zenodo 6802614): `s0011/ct.nii.gz`, one file a class in `s0011/segmentations/liver.nii.gz`, and `meta.csv`,
 * whose column `split` is train, val or test. Every class is labelled in the whole image. Use `targets` where memory is short: 104 masks of
 * a body are gigabytes.
 *
 * @throws {VividMedError} `data`, when a case is opened without the file of a class, too.
 */
export const totalSegmentatorV1 = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open(path, { name: 'totalsegmentator-v1', image: 'ct', modality: 'CT' }, options);

/**
 * TotalSegmentator, version 2 (Zenodo 10047292): laid out as version 1, with 117 classes. The cysts of both kidneys are one target.
 *
 * @throws {VividMedError} `data`
 */
export const totalSegmentatorV2 = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open(path, { name: 'totalsegmentator-v2', image: 'ct', modality: 'CT' }, options);

/**
 * TotalSegmentator, MR (Zenodo 11367005): laid out as the CT sets, with `mri.nii.gz` and 56 classes, of which the muscles of the thigh and
 * the discs are no targets.
 *
 * @throws {VividMedError} `data`
 */
export const totalSegmentatorMr = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open(path, { name: 'totalsegmentator-mr', image: 'mri', modality: 'MR' }, options);
