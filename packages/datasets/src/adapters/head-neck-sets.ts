import { check } from '@vividmed/core';
import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import type { MaskSetOptions } from './labelled-study.js';
import { type MaskFilesCase, maskFilesDataset } from './mask-files-set.js';
import { niftiNamed, openFolder, under } from '../tables/dataset-folder.js';

type Open = (path: string, options?: MaskSetOptions) => Promise<Dataset>;

/** Files of the classes that are there, by the name of each. */
const masksOf = (name: string, fileOf: (label: string) => string | undefined): MaskFilesCase['masks'] =>
  labelsOf(name).flatMap(({ name: label, target }) => {
    const file = fileOf(label);
    return file === undefined || target === undefined ? [] : [{ target, file }];
  });

/**
 * HaN-Seg (Podobnik et al. 2023; zenodo.org/records/7442914): `set_1/case_01/case_01_IMG_CT.nrrd` and one file an organ,
 * `case_01_OAR_Parotid_L.seg.nrrd`; the path is that of the folder with `set_1`. Organs that were not drawn have no file, so that none is ever
 * said to be absent. The MR is on a grid of its own and is not read.
 *
 * Source: README.md of the set.
 *
 * @throws {VividMedError} `data`
 */
export const hanSeg: Open = async (path, options = {}) => {
  const name = 'han-seg';
  const folder = await openFolder(name, path);
  const cases: MaskFilesCase[] = [];
  for (const id of (await folder.list('set_1')).folders) {
    const own = `set_1/${id}`;
    const { files } = await folder.list(own);
    const image = `${id}_IMG_CT.nrrd`;
    check(files.includes(image), 'data', `${name}: ${own}: expected ${image}, found no such file.`);
    const masks = masksOf(name, (label) => {
      const file = `${id}_OAR_${label}.seg.nrrd`;
      return files.includes(file) ? `${own}/${file}` : undefined;
    });
    cases.push({ id, patient: id, split: 'train', image: `${own}/${image}`, masks });
  }
  return maskFilesDataset(folder, { name, modality: 'CT', cases, isWholeLabelled: false, ...options });
};

const TRAINING = 'SegRap2023_Training_Set_120cases';

/**
 * SegRap2023 (Luo et al. 2023), task 1: `SegRap2023_Training_Set_120cases/segrap_0000/image.nii.gz` and `image_contrast.nii.gz`, each an entry
 * of one patient, with one file an organ, `Brain.nii.gz`, in the same folder or, corrected, in
 * `SegRap2023_Training_Set_120cases_Update_Labels/segrap_0000`; the path is that of the folder with these, or of the first of them. Organs lie
 * within others, the hippocampi in the temporal lobes. The tumors of task 2 (`GTVp`, `GTVnd`) are not read.
 *
 * Source: the original's program (function2-llx/MMMM@a0e19a0, scripts/data/local/processors/SegRap2023.py).
 *
 * @throws {VividMedError} `data`
 */
export const segRap2023: Open = async (path, options = {}) => {
  const name = 'segrap2023';
  const folder = await openFolder(name, path);
  const { folders } = await folder.list();
  const training = folders.includes(TRAINING) ? TRAINING : '';
  const updated = `${TRAINING}_Update_Labels`;
  const cases: MaskFilesCase[] = [];
  for (const patient of (await folder.list(training)).folders) {
    if (!/^segrap_\d+$/.test(patient)) continue;
    const own = under(training, patient);
    const labels = folders.includes(updated) ? `${updated}/${patient}` : own;
    const { files } = await folder.list(labels);
    const masks = masksOf(name, (label) => {
      const file = niftiNamed(files, label);
      return file && `${labels}/${file}`;
    });
    for (const image of ['image', 'image_contrast']) {
      const file = niftiNamed((await folder.list(own)).files, image);
      check(file, 'data', `${name}: ${own}: expected ${image}.nii.gz, found no such file.`);
      cases.push({ id: `${patient}:${image}`, patient, split: 'train', image: `${own}/${file}`, masks });
    }
  }
  return maskFilesDataset(folder, { name, modality: 'CT', cases, isWholeLabelled: false, ...options });
};
