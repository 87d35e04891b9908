import { check } from '@vividmed/core';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import type { MaskSetOptions } from './labelled-study.js';
import { type MaskFilesCase, maskFilesDataset } from './mask-files-set.js';
import { niftiNamed, openFolder, type DatasetFolder } from '../tables/dataset-folder.js';

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
  const cases: MaskFilesCase[] = [];
  for (const id of (await folder.list()).folders) {
    const { files, folders } = await folder.list(id);
    const image = niftiNamed(files, stem);
    if (image === undefined && !folders.includes('segmentations')) continue;
    check(image, 'data', `${name}: ${id}: expected ${stem}.nii.gz, found no such file.`);
    const split = splitOf.get(id);
    const masks = labelsOf(name).flatMap(({ name: label, target }) =>
      target === undefined ? [] : [{ target, file: `${id}/segmentations/${label}.nii.gz` }],
    );
    cases.push({ id, patient: id, ...(split && { split }), image: `${id}/${image}`, masks });
  }
  return maskFilesDataset(folder, { name, modality, cases, isWholeLabelled: true, ...options });
}

/**
 * TotalSegmentator, version 1 (zenodo.org/records/6802614): `s0011/ct.nii.gz`, one file a class in `s0011/segmentations/liver.nii.gz`, and `meta.csv`,
 * whose column `split` is train, val or test. Every class is labelled in the whole image. Use `targets` where memory is short: 104 masks of
 * a body are gigabytes.
 *
 * @throws {VividMedError} `data`, when a case is opened without the file of a class, too.
 */
export const totalSegmentatorV1 = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open(path, { name: 'totalsegmentator-v1', image: 'ct', modality: 'CT' }, options);

/**
 * TotalSegmentator, version 2.0.1 (zenodo.org/records/10047292): laid out as version 1, with 117 classes. The cysts of both kidneys are one target.
 *
 * @throws {VividMedError} `data`
 */
export const totalSegmentatorV2 = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open(path, { name: 'totalsegmentator-v2', image: 'ct', modality: 'CT' }, options);

/**
 * TotalSegmentator, MR, version 1 (zenodo.org/records/11367005): laid out as the CT sets, with `mri.nii.gz` and 56 classes, of which the muscles of the thigh
 * are no targets.
 *
 * @throws {VividMedError} `data`
 */
export const totalSegmentatorMr = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open(path, { name: 'totalsegmentator-mr', image: 'mri', modality: 'MR' }, options);
