import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { type LabelMapCase, labelMapDataset } from './label-map-set.js';
import type { MaskSetOptions } from './labelled-study.js';
import { pairedCases } from './paired-cases.js';
import { openFolder } from '../tables/dataset-folder.js';

/**
 * ACDC (Bernard et al. 2018): `training/patient001/patient001_frame01.nii.gz` and `patient001_frame01_gt.nii.gz`, the same under
 * `testing`. A patient has two frames, end of diastole and end of systole, which `Info.cfg` tells apart; the film of all frames,
 * `patient001_4d.nii.gz`, has no labels and is not read.
 *
 * @throws {VividMedError} `data`
 */
export async function acdc(path: string, options: MaskSetOptions = {}): Promise<Dataset> {
  const folder = await openFolder('acdc', path);
  const cases: LabelMapCase[] = [];
  for (const [part, split] of [
    ['training', 'train'],
    ['testing', 'test'],
  ] as const) {
    for (const patient of (await folder.list(part)).folders) {
      const own = `${part}/${patient}`;
      cases.push(
        ...(await pairedCases(folder, {
          images: own,
          labels: own,
          caseOf: (stem) =>
            /_frame\d+$/.test(stem) ? { id: stem, patient, split, labels: `${stem}_gt`, modality: 'MR' } : undefined,
        })),
      );
    }
  }
  return labelMapDataset(folder, { name: 'acdc', classes: labelsOf('acdc'), cases, ...options });
}
