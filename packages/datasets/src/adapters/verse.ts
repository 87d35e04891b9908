import { check } from '@vividmed/core';
import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { type LabelMapCase, labelMapDataset } from './label-map-set.js';
import { targetsOf } from './label-masks.js';
import type { MaskSetOptions } from './labelled-study.js';
import { pairedCases } from './paired-cases.js';
import { niftiNamed, niftiStem, openFolder, type DatasetFolder, stemOf, under } from '../tables/dataset-folder.js';

/** `dataset-01training`, `dataset-verse19validation`, `01_training`, `03_test`. */
const splitOf = (name: string): 'train' | 'validate' | 'test' | undefined => {
  const word = /(training|validation|test)$/.exec(name)?.[1];
  return word === undefined
    ? undefined
    : ({ training: 'train', validation: 'validate', test: 'test' } as const)[word as 'test'];
};

/** BIDS: a subject may have several scans, `sub-verse400_split-verse090_ct.nii.gz`. */
async function bidsCases(folder: DatasetFolder, part: string): Promise<LabelMapCase[]> {
  const split = splitOf(part);
  const cases: LabelMapCase[] = [];
  for (const patient of (await folder.list(under(part, 'rawdata'))).folders) {
    const rawdata = under(part, `rawdata/${patient}`);
    const derivatives = under(part, `derivatives/${patient}`);
    const { files } = await folder.list(rawdata);
    const maps = (await folder.list(derivatives)).files;
    for (const name of files) {
      const id = stemOf(niftiStem(name) ?? '', '_ct');
      if (id === undefined) continue;
      const image = `${rawdata}/${name}`;
      const map = niftiNamed(maps, `${id}_seg-vert_msk`);
      check(
        map,
        'data',
        `${folder.name}: ${image}: expected ${id}_seg-vert_msk.nii.gz in derivatives, found no such file.`,
      );
      const labels = `${derivatives}/${map}`;
      cases.push({ id, patient, image, labels, modality: 'CT', ...(split === undefined ? {} : { split }) });
    }
  }
  return cases;
}

/** The first releases: `verse004.nii.gz` beside `verse004_seg.nii.gz`, in one folder or in one for each scan. */
async function flatCases(folder: DatasetFolder, part: string): Promise<LabelMapCase[]> {
  const split = splitOf(part);
  const own = await folder.list(part);
  const cases: LabelMapCase[] = [];
  for (const at of [part, ...own.folders.map((name) => under(part, name))]) {
    cases.push(
      ...(await pairedCases(folder, {
        images: at,
        labels: at,
        caseOf: (stem) => {
          if (stem.endsWith('_seg') || stem.endsWith('_msk') || stem.endsWith('_ct')) return undefined;
          const patient = /^[^_]+/.exec(stem)?.[0] ?? stem;
          return {
            id: stem,
            patient,
            labels: `${stem}_seg`,
            modality: 'CT',
            ...(split === undefined ? {} : { split }),
          };
        },
      })),
    );
  }
  return cases;
}

/**
 * VerSe 2019 and 2020 (github.com/anjany/verse): `dataset-01training/rawdata/sub-verse004/sub-verse004_ct.nii.gz` and
 * `dataset-01training/derivatives/sub-verse004/sub-verse004_seg-vert_msk.nii.gz`, or the first release with `NAME_seg.nii.gz` beside
 * `NAME.nii.gz`. Vertebrae that the image cuts off have no label, so none is ever said to be absent.
 *
 * @throws {VividMedError} `data`
 */
export async function verse(path: string, options: MaskSetOptions = {}): Promise<Dataset> {
  const folder = await openFolder('verse', path, { archives: /^dataset-.*\.zip$/ });
  const root = await folder.list();
  const cases: LabelMapCase[] = [];
  for (const part of root.folders.includes('rawdata') ? [''] : root.folders) {
    const isBids = part === '' || (await folder.list(part)).folders.includes('rawdata');
    cases.push(...(isBids ? await bidsCases(folder, part) : await flatCases(folder, part)));
  }
  if (cases.length === 0) cases.push(...(await flatCases(folder, '')));
  const classes = labelsOf('verse');
  return labelMapDataset(folder, { name: 'verse', classes, partly: targetsOf(classes), cases, ...options });
}
