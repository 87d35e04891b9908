import { check } from '@vividmed/core';
import { readLabelMap } from '@vividmed/imaging';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { parseFile, type DatasetFolder } from '../tables/dataset-folder.js';
import { checkSameGrid } from './grid.js';
import { checkNotEmpty, readVolume } from './label-map-set.js';
import { maskOfClass } from './label-masks.js';
import { labelledStudy, type MaskSetOptions } from './labelled-study.js';

/** An image with a file for each class, of which what is not 0 is the class. */
export interface MaskFilesCase extends Pick<DatasetEntry, 'id' | 'patient' | 'split'> {
  image: string;
  /** Classes with the same target are one mask. */
  masks: readonly { target: string; file: string }[];
}

/** A data set of images with a file for each class, as NIfTI, NRRD or MetaImage. */
export interface MaskFilesSet extends MaskSetOptions {
  /** As in `labelsOf`. */
  name: string;
  modality: 'CT' | 'MR';
  cases: readonly MaskFilesCase[];
  /** A class without a voxel is not in the image; else the owners may not have drawn it. */
  isWholeLabelled: boolean;
}

/** @throws {VividMedError} `data` when the folder holds no case. */
export function maskFilesDataset(folder: DatasetFolder, set: MaskFilesSet): Dataset {
  checkNotEmpty(set.name, set.cases);
  const wanted = (one: MaskFilesCase): MaskFilesCase['masks'] =>
    one.masks.filter(({ target }) => set.targets?.includes(target) ?? true);
  const byId = new Map(set.cases.map((one) => [one.id, one]));
  return {
    name: set.name,
    entries: set.cases.map((one) => {
      const { image, masks: _, ...entry } = one;
      return { ...entry, files: [image, ...wanted(one).map(({ file }) => file)] };
    }),
    read: async ({ id }) => {
      const one = byId.get(id);
      check(one, 'data', `${set.name}: expected an entry of this data set, found "${id}".`);
      return readCase(folder, set, { ...one, masks: wanted(one) });
    },
  };
}

/** Files of classes are read one after the other: only the masks that are not empty stay. */
async function readCase(
  folder: DatasetFolder,
  { modality, isWholeLabelled }: MaskFilesSet,
  { id, image, masks: files }: MaskFilesCase,
): ReturnType<Dataset['read']> {
  const volume = await readVolume(folder, image, { modality });
  const masks: Record<string, Uint8Array> = {};
  for (const { target, file } of files) {
    const map = await parseFile(folder, file, (bytes) => readLabelMap(bytes));
    checkSameGrid(`${folder.name}: ${file}`, volume, map);
    const mask = maskOfClass(map.labels);
    if (mask !== undefined) masks[target] = masks[target] === undefined ? mask : eitherOf(masks[target], mask);
  }
  const labelled = isWholeLabelled ? [...new Set(files.map(({ target }) => target))] : [];
  return labelledStudy({ id, volume, masks, labelled });
}

const eitherOf = (one: Uint8Array, other: Uint8Array): Uint8Array => one.map((value, i) => value | other[i]!);
