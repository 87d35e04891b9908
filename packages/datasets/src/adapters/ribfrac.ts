import { check } from '@vividmed/core';
import { readLabelMap } from '@vividmed/imaging';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { checkSameGrid } from './grid.js';
import { valueBoxes } from './instances.js';
import { checkNotEmpty, readVolume } from './label-map-set.js';
import { maskOfClass } from './label-masks.js';
import { labelledStudy } from './labelled-study.js';
import { niftiStem, openFolder, parseFile, type DatasetFolder, under } from '../tables/dataset-folder.js';

const TARGET = 'rib fracture';
/** Archives unfold to folders of their own: images and labels, in parts. */
const MAX_DEPTH = 3;

/** The paths of all NIfTI files below a folder, by their names without the end. */
async function niftiFiles(folder: DatasetFolder, at = '', depth = 0): Promise<Map<string, string>> {
  const { files, folders } = await folder.list(at);
  const found = new Map(files.flatMap((name) => [[niftiStem(name) ?? '', under(at, name)] as const]));
  found.delete('');
  if (depth === MAX_DEPTH) return found;
  for (const name of folders) {
    for (const [stem, path] of await niftiFiles(folder, under(at, name), depth + 1)) found.set(stem, path);
  }
  return found;
}

/** The owners' numbers: training to 420, validation to 500 (Jin et al. 2020). */
const splitOf = (number: number): NonNullable<DatasetEntry['split']> =>
  number <= 420 ? 'train' : number <= 500 ? 'validate' : 'test';

/**
 * RibFrac (ribfrac.grand-challenge.org): `RibFrac1-image.nii.gz` and `RibFrac1-label.nii.gz`, in the folders that the archives unfold to
 * (`ribfrac-train-images-1/Part1`, `ribfrac-val-labels`). Values of a label map count fractures, so each has its own box, touching or not.
 * The kinds of fractures, in `ribfrac-train-info-1.csv`, are no targets. Images of the test have no labels and are left out.
 *
 * @throws {VividMedError} `data`
 */
export async function ribFrac(path: string): Promise<Dataset> {
  const name = 'ribfrac';
  const folder = await openFolder(name, path, { archives: /^ribfrac-.*\.zip$/i });
  const files = await niftiFiles(folder);
  const entries: DatasetEntry[] = [];
  for (const [stem, image] of files) {
    const id = /^(RibFrac\d+)-image$/.exec(stem)?.[1];
    if (id === undefined) continue;
    const split = splitOf(Number(id.slice('RibFrac'.length)));
    const labels = files.get(`${id}-label`);
    if (labels === undefined && split === 'test') continue;
    check(labels, 'data', `${name}: ${image}: expected labels in ${id}-label.nii.gz, found no such file.`);
    entries.push({ id, patient: id, split, files: [image, labels] });
  }
  checkNotEmpty(name, entries);
  return {
    name,
    entries,
    read: async ({ id, files: [image = '', labels = ''] }) => {
      const volume = await readVolume(folder, image, { modality: 'CT' });
      const map = await parseFile(folder, labels, (bytes) => readLabelMap(bytes));
      checkSameGrid(`${name}: ${labels}`, volume, map);
      const mask = maskOfClass(map.labels);
      const found =
        mask === undefined ? {} : { masks: { [TARGET]: mask }, boxes: { [TARGET]: valueBoxes(map.labels, map.shape) } };
      return labelledStudy({ id, volume, masks: {}, ...found, labelled: [TARGET] });
    },
  };
}
