import { check } from '@vividmed/core';
import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { type LabelMapCase, labelMapDataset } from './label-map-set.js';
import type { MaskSetOptions } from './labelled-study.js';
import { niftiNamed, openFolder, type DatasetFolder, under } from '../tables/dataset-folder.js';

interface Release {
  name: string;
  /** Names of the folders of cases; the first group is the patient. */
  caseName: RegExp;
  /** Between the case and the sequence. */
  gap: '_' | '-';
  sequences: readonly string[];
}

async function casesIn(folder: DatasetFolder, parent: string, release: Release): Promise<LabelMapCase[]> {
  const cases: LabelMapCase[] = [];
  for (const name of (await folder.list(parent)).folders) {
    const patient = release.caseName.exec(name)?.[1];
    if (patient === undefined) continue;
    const own = under(parent, name);
    const { files } = await folder.list(own);
    const fileOf = (part: string): string => {
      const stem = `${name}${release.gap}${part}`;
      const file = niftiNamed(files, stem);
      check(file, 'data', `${folder.name}: ${own}: expected ${stem}.nii.gz, found no such file.`);
      return `${own}/${file}`;
    };
    const labels = fileOf('seg');
    for (const sequence of release.sequences) {
      const id = `${name}${release.gap}${sequence}`;
      cases.push({ id, patient, split: 'train', image: fileOf(sequence), labels, modality: 'MR' });
    }
  }
  return cases;
}

async function open(path: string, release: Release, options: MaskSetOptions): Promise<Dataset> {
  const folder = await openFolder(release.name, path);
  // The cases of the owners' validation have no labels.
  const parents = (await folder.list()).folders.filter((name) => /Train/i.test(name));
  const cases: LabelMapCase[] = [];
  for (const parent of ['', ...parents]) cases.push(...(await casesIn(folder, parent, release)));
  const parts = { 'brain tumor': ['tumor core', 'enhancing tumor'] };
  return labelMapDataset(folder, { name: release.name, classes: labelsOf(release.name), parts, cases, ...options });
}

/**
 * BraTS 2021: `BraTS2021_00000/BraTS2021_00000_{t1,t1ce,t2,flair,seg}.nii.gz`, in the folder or in that of the training data. Each
 * sequence is an entry, of one patient. A brain tumor is its core and its enhancing part, without the edema.
 *
 * @throws {VividMedError} `data`
 */
export const brats2021 = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open(
    path,
    { name: 'brats-2021', caseName: /^(BraTS2021_\d+)$/, gap: '_', sequences: ['t1', 't1ce', 't2', 'flair'] },
    options,
  );

const of2023 =
  (name: string, code: string) =>
  (path: string, options: MaskSetOptions = {}): Promise<Dataset> => {
    const caseName = new RegExp(`^(BraTS-${code}-\\d+)-\\d+$`);
    return open(path, { name, caseName, gap: '-', sequences: ['t1n', 't1c', 't2w', 't2f'] }, options);
  };

/**
 * BraTS 2023, gliomas: `BraTS-GLI-00000-000/BraTS-GLI-00000-000-{t1n,t1c,t2w,t2f,seg}.nii.gz`; the last number counts the visits of a
 * patient.
 *
 * @throws {VividMedError} `data`
 */
export const brats2023 = of2023('brats-2023', 'GLI');

/** BraTS 2023, meningiomas, `BraTS-MEN-00000-000`: as `brats2023`, which numbers its regions in the same way. */
export const brats2023Men = of2023('brats-2023-men', 'MEN');

/** BraTS 2023, metastases, `BraTS-MET-00000-000`: as `brats2023`. */
export const brats2023Met = of2023('brats-2023-met', 'MET');

/** BraTS 2023, tumors of children, `BraTS-PED-00000-000`: as `brats2023`. */
export const brats2023Ped = of2023('brats-2023-ped', 'PED');

/** BraTS 2023, gliomas in sub-Saharan Africa, `BraTS-SSA-00000-000`: as `brats2023`. */
export const brats2023Ssa = of2023('brats-2023-ssa', 'SSA');
