import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { type LabelMapCase, labelMapDataset } from './label-map-set.js';
import { targetsOf } from './label-masks.js';
import type { MaskSetOptions } from './labelled-study.js';
import { pairedCases } from './paired-cases.js';
import { openFolder, stemOf } from '../tables/dataset-folder.js';

type Open = (path: string, options?: MaskSetOptions) => Promise<Dataset>;

/**
 * CTPelvic1K (Liu et al. 2021; zenodo.org/records/4588403): `CTPelvic1K_dataset6_data/dataset6_CLINIC_0001_data.nii.gz` with
 * `CTPelvic1K_dataset6_Anonymized_mask/dataset6_CLINIC_0001_mask_4label.nii.gz`, and `CTPelvic1K_dataset7_data` with
 * `CTPelvic1K_dataset7_mask/CLINIC_metal_0001_mask_4label.nii.gz`; also tars of these names, which gunzip makes. Of datasets 1 to 5 only the
 * masks are published, `CTPelvic1K_dataset1_mask_mappingback`: they are read where the images of their owners lie in
 * `CTPelvic1K_dataset1_data` by the same names. Fractured and metal-bearing bones are labelled whole.
 *
 * Sources: the original's program (function2-llx/MMMM@a0e19a0, scripts/data/local/processors/CTPelvic1K.py) and programs of users.
 *
 * @throws {VividMedError} `data`
 */
export const ctPelvic1K: Open = async (path, options = {}) => {
  const name = 'ctpelvic1k';
  const folder = await openFolder(name, path, { archives: /^CTPelvic1K_dataset\d_.*\.tar$/ });
  const { folders } = await folder.list();
  const cases: LabelMapCase[] = [];
  for (const images of folders) {
    const number = /^CTPelvic1K_dataset(\d)_data$/.exec(images)?.[1];
    const labels = folders.find((one) => number && one.startsWith(`CTPelvic1K_dataset${number}_`) && one !== images);
    if (number === undefined || labels === undefined) continue;
    const caseOf = (stem: string) => {
      const id = stemOf(stem, '_data');
      if (id === undefined) return undefined;
      // The masks of the last are named without its number.
      const mask = `${number === '7' ? id.replace('dataset7_', '') : id}_mask_4label`;
      return { id, patient: id, labels: mask, modality: 'CT' } as const;
    };
    cases.push(...(await pairedCases(folder, { images, labels, caseOf })));
  }
  return labelMapDataset(folder, { name, classes: labelsOf(name), cases, ...options });
};

/**
 * CTSpine1K (Deng et al. 2021), as on Hugging Face (alexanderdann/CTSpine1K): `rawdata/volumes/COLONOG/NAME.nii.gz` and
 * `rawdata/labels/COLONOG/NAME_seg.nii.gz`, the same in other folders, one for each set that the images come from; the path may be that of
 * `rawdata` too. Vertebrae that the image cuts off may have no label, so that none is ever said to be absent.
 *
 * @throws {VividMedError} `data`
 */
export const ctSpine1K: Open = async (path, options = {}) => {
  const name = 'ctspine1k';
  const folder = await openFolder(name, path);
  const root = (await folder.list()).folders.includes('rawdata') ? 'rawdata/' : '';
  const cases: LabelMapCase[] = [];
  for (const part of (await folder.list(`${root}volumes`)).folders) {
    const [images, labels] = [`${root}volumes/${part}`, `${root}labels/${part}`];
    const caseOf = (id: string) => ({ id, patient: id, labels: `${id}_seg`, modality: 'CT' }) as const;
    cases.push(...(await pairedCases(folder, { images, labels, caseOf })));
  }
  const classes = labelsOf(name);
  return labelMapDataset(folder, { name, classes, partly: targetsOf(classes), cases, ...options });
};

/**
 * PENGWIN 2024, task 1 (pengwin.grand-challenge.org): `PENGWIN_CT_train_images_part1/001.mha`, `…_part2`, and
 * `PENGWIN_CT_train_labels/001.mha`, whose values are the fragments of fractured bones: 1 to 10 of the sacrum, 11 to 20 of the left hip bone,
 * 21 to 30 of the right. A bone is all of its fragments.
 *
 * @throws {VividMedError} `data`
 */
export const pengwin: Open = async (path, options = {}) => {
  const name = 'pengwin';
  const folder = await openFolder(name, path);
  const cases: LabelMapCase[] = [];
  for (const images of (await folder.list()).folders) {
    if (!images.startsWith('PENGWIN_CT_train_images')) continue;
    const caseOf = (id: string) => ({ id, patient: id, split: 'train', labels: id, modality: 'CT' }) as const;
    cases.push(
      ...(await pairedCases(folder, { images, labels: 'PENGWIN_CT_train_labels', ends: ['.mha', '.nii.gz'], caseOf })),
    );
  }
  return labelMapDataset(folder, { name, classes: labelsOf(name), cases, ...options });
};

/**
 * MRSpineSeg (Pang et al. 2021): `train/MR/Case1.nii.gz` and `train/Mask/mask_case1.nii.gz`, T2-weighted sagittal images with the sacrum, nine
 * vertebrae and nine discs. What lies above is not labelled: none is ever said to be absent.
 *
 * Source: the original's program (function2-llx/MMMM@0e42cfb, scripts/data/seg/processors/MRSpineSeg.py).
 *
 * @throws {VividMedError} `data`
 */
export const mrSpineSeg: Open = async (path, options = {}) => {
  const name = 'mrspineseg';
  const folder = await openFolder(name, path);
  const cases = await pairedCases(folder, {
    images: 'train/MR',
    labels: 'train/Mask',
    caseOf: (stem) => {
      const id = stem.toLowerCase();
      return /^case\d+$/.test(id)
        ? { id, patient: id, split: 'train', labels: `mask_${id}`, modality: 'MR' }
        : undefined;
    },
  });
  const classes = labelsOf(name);
  return labelMapDataset(folder, { name, classes, partly: targetsOf(classes), cases, ...options });
};
