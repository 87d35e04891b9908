import { check } from '@vividmed/core';
import { decodeImage, readLabelMap, readNifti } from '@vividmed/imaging';
import type { Dataset, DatasetEntry } from '../dataset.js';
import type { Label } from '../taxonomy/labels/label.js';
import type { Volume } from '../volume.js';
import { checkSameGrid } from './grid.js';
import { masksOfLabels, type Parts, targetsOf } from './label-masks.js';
import { labelledStudy, type MaskSetOptions } from './labelled-study.js';
import { parseFile, type DatasetFolder } from '../tables/dataset-folder.js';

/** An image with one label map. */
export interface LabelMapCase extends Pick<DatasetEntry, 'id' | 'patient' | 'split'> {
  image: string;
  labels: string;
  /** DICOM modality, which NIfTI does not say. */
  modality: 'CT' | 'MR';
  /** Which volume of the image, where a file holds several on one grid. */
  index?: number;
  /** Classes, where they differ from those of the set. */
  classes?: readonly Label[];
  /** The labels lie voxel for voxel on the image whatever their header says. */
  isHeaderWrong?: boolean;
}

/** A data set of images with one label map each, as NIfTI, NRRD or MetaImage. */
export interface LabelMapSet extends MaskSetOptions {
  /** As in `labelsOf`. */
  name: string;
  classes: readonly Label[];
  /** Targets that hold others whole. */
  parts?: Parts;
  /** Targets that may be in the image without a label, so that they are never said to be absent. */
  partly?: readonly string[];
  cases: readonly LabelMapCase[];
  hasOtherValues?: boolean;
}

/** @throws {VividMedError} `data` when the folder holds no case. */
export function labelMapDataset(folder: DatasetFolder, set: LabelMapSet): Dataset {
  checkNotEmpty(folder.name, set.cases);
  const byId = new Map(set.cases.map((one) => [one.id, one]));
  return {
    name: set.name,
    entries: set.cases.map(
      ({ image, labels, modality: _, index: __, classes: ___, isHeaderWrong: ____, ...entry }) => ({
        ...entry,
        files: [image, labels],
      }),
    ),
    read: async ({ id }) => {
      const one = byId.get(id);
      check(one, 'data', `${set.name}: expected an entry of this data set, found "${id}".`);
      return readCase(folder, set, one);
    },
  };
}

/** @throws {VividMedError} `data` for no entry. */
export function checkNotEmpty(set: string, entries: readonly unknown[], hint?: string): void {
  check(
    entries.length > 0,
    'data',
    `${set}: expected images with labels in the layout of the owners, found none.`,
    hint ?? 'The path is that of the folder that the owners ship, unpacked.',
  );
}

async function readCase(folder: DatasetFolder, set: LabelMapSet, one: LabelMapCase): ReturnType<Dataset['read']> {
  const volume = await readVolume(folder, one.image, one);
  const map = await parseFile(folder, one.labels, (bytes) => readLabelMap(bytes));
  const where = `${folder.name}: ${one.labels}`;
  checkSameGrid(where, volume, one.isHeaderWrong ? { ...volume, shape: map.shape } : map);
  const { parts = {}, partly = [], targets, hasOtherValues = false } = set;
  const classes = one.classes ?? set.classes;
  const masks = masksOfLabels(where, map.labels, classes, { parts, targets, hasOtherValues });
  const labelled = targetsOf(classes, parts).filter(
    (target) => !partly.includes(target) && (targets?.includes(target) ?? true),
  );
  return labelledStudy({ id: one.id, volume, masks, labelled });
}

/** Reads an image, or one volume of a NIfTI file with several. */
export async function readVolume(
  folder: DatasetFolder,
  path: string,
  { modality, index }: { modality: string; index?: number },
): Promise<Volume> {
  return parseFile(folder, path, async (bytes) =>
    index === undefined ? decodeImage(bytes, { modality }) : (await readNifti(bytes, { modality })).volume(index),
  );
}
