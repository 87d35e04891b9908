import { check } from '@vividmed/core';
import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { type LabelMapCase, labelMapDataset } from './label-map-set.js';
import { targetsOf } from './label-masks.js';
import type { MaskSetOptions } from './labelled-study.js';
import { pairedCases } from './paired-cases.js';
import { niftiNamed, niftiStem, openFolder, stemOf } from '../tables/dataset-folder.js';

type Open = (path: string, options?: MaskSetOptions) => Promise<Dataset>;

/**
 * ISLES 2022 (Hernandez Petzsche et al. 2022): `sub-strokecase0001/ses-0001/dwi/sub-strokecase0001_ses-0001_dwi.nii.gz` and `…_adc.nii.gz`,
 * each an entry, with `derivatives/sub-strokecase0001/ses-0001/sub-strokecase0001_ses-0001_msk.nii.gz`. FLAIR is on a grid of its own and is
 * not read.
 *
 * Source: the original's program (function2-llx/MMMM@f409901, scripts/data/local/processors/ISLES22.py).
 *
 * @throws {VividMedError} `data`
 */
export const isles22: Open = async (path, options = {}) => {
  const name = 'isles22';
  const folder = await openFolder(name, path);
  const cases: LabelMapCase[] = [];
  for (const patient of (await folder.list('derivatives')).folders) {
    for (const session of (await folder.list(`derivatives/${patient}`)).folders) {
      const own = `derivatives/${patient}/${session}`;
      const mask = (await folder.list(own)).files.find((file) => stemOf(niftiStem(file) ?? '', '_msk') !== undefined);
      if (mask === undefined) continue;
      const scan = stemOf(niftiStem(mask) ?? '', '_msk') ?? '';
      const images = `${patient}/${session}/dwi`;
      const { files } = await folder.list(images);
      for (const sequence of ['dwi', 'adc']) {
        const image = niftiNamed(files, `${scan}_${sequence}`);
        check(image, 'data', `${name}: ${images}: expected ${scan}_${sequence}.nii.gz, found no such file.`);
        const id = `${scan}_${sequence}`;
        cases.push({
          id,
          patient,
          image: `${images}/${image}`,
          labels: `${own}/${mask}`,
          modality: 'MR',
          split: 'train',
        });
      }
    }
  }
  return labelMapDataset(folder, { name, classes: labelsOf(name), cases, ...options });
};

const ATLAS_IMAGE = '_space-MNI152NLin2009aSym_T1w';
const ATLAS_MASK = '_space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask';

/**
 * ATLAS R2.0 (Liew et al. 2022): `Training/R001/sub-r001s001/ses-1/anat/sub-r001s001_ses-1_space-MNI152NLin2009aSym_T1w.nii.gz` beside
 * `…_label-L_desc-T1lesion_mask.nii.gz`; the path is that of `ATLAS_2`.
 *
 * Source: the original's program (function2-llx/MMMM@f409901, scripts/data/local/processors/ATLAS.py).
 *
 * @throws {VividMedError} `data`
 */
export const atlas2: Open = async (path, options = {}) => {
  const name = 'atlas2';
  const folder = await openFolder(name, path);
  const cases: LabelMapCase[] = [];
  for (const site of (await folder.list('Training')).folders) {
    for (const patient of (await folder.list(`Training/${site}`)).folders) {
      for (const session of (await folder.list(`Training/${site}/${patient}`)).folders) {
        const images = `Training/${site}/${patient}/${session}/anat`;
        const caseOf = (stem: string) => {
          const id = stemOf(stem, ATLAS_IMAGE);
          if (id === undefined) return undefined;
          return { id, patient, labels: id + ATLAS_MASK, modality: 'MR', split: 'train' } as const;
        };
        cases.push(...(await pairedCases(folder, { images, labels: images, caseOf })));
      }
    }
  }
  return labelMapDataset(folder, { name, classes: labelsOf(name), cases, ...options });
};

/**
 * LNQ 2023 (lnq2023.grand-challenge.org): `train/lnq2023-train-0001-ct.nrrd` and `lnq2023-train-0001-seg.nrrd`. Of the enlarged mediastinal
 * lymph nodes of the training images only some are drawn, so that none is ever said to be absent.
 *
 * Source: the original's program (function2-llx/MMMM@0e42cfb, scripts/data/seg/processors/LNQ2023.py).
 *
 * @throws {VividMedError} `data`
 */
export const lnq2023: Open = async (path, options = {}) => {
  const name = 'lnq2023';
  const folder = await openFolder(name, path);
  const cases = await pairedCases(folder, {
    images: 'train',
    labels: 'train',
    ends: ['.nrrd'],
    caseOf: (stem) => {
      const id = stemOf(stem, '-ct');
      return id === undefined ? undefined : { id, patient: id, labels: `${id}-seg`, modality: 'CT', split: 'train' };
    },
  });
  const classes = labelsOf(name);
  return labelMapDataset(folder, { name, classes, partly: targetsOf(classes), cases, ...options });
};

/**
 * SEG.A. 2023 (multicenteraorta.grand-challenge.org): `Dongyang/D1/D1.nrrd` and `D1.seg.nrrd`, in a folder for each of three sites. What is drawn
 * is the aorta with its branches.
 *
 * Source: the original's program (function2-llx/MMMM@12e171c, scripts/data/seg/processors/SEGA2023.py).
 *
 * @throws {VividMedError} `data`
 */
export const segA2023: Open = async (path, options = {}) => {
  const name = 'seg.a.2023';
  const folder = await openFolder(name, path);
  const cases: LabelMapCase[] = [];
  for (const site of (await folder.list()).folders) {
    for (const id of (await folder.list(site)).folders) {
      const images = `${site}/${id}`;
      const caseOf = (stem: string) =>
        stem === id ? ({ id, patient: id, labels: `${id}.seg`, modality: 'CT', split: 'train' } as const) : undefined;
      cases.push(...(await pairedCases(folder, { images, labels: images, ends: ['.nrrd'], caseOf })));
    }
  }
  return labelMapDataset(folder, { name, classes: labelsOf(name), cases, ...options });
};
