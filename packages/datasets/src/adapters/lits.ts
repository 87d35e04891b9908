import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { type LabelMapCase, labelMapDataset } from './label-map-set.js';
import type { MaskSetOptions } from './labelled-study.js';
import { pairedCases } from './paired-cases.js';
import { openFolder } from '../tables/dataset-folder.js';

/** The headers of their label files place them elsewhere than their images, which the voxels do not (the original's reader). */
const WRONG_HEADERS = new Set(['48', '49', '50', '51', '52']);

/**
 * LiTS: `volume-0.nii` and `segmentation-0.nii` to 130, in one folder or in one for each batch (`Training Batch 1`). The liver holds
 * its tumors.
 *
 * @throws {VividMedError} `data`
 */
export async function lits(path: string, options: MaskSetOptions = {}): Promise<Dataset> {
  const folder = await openFolder('lits', path);
  const cases: LabelMapCase[] = [];
  for (const batch of ['', ...(await folder.list()).folders]) {
    cases.push(
      ...(await pairedCases(folder, {
        images: batch,
        labels: batch,
        caseOf: (stem) => {
          const number = /^volume-(\d+)$/.exec(stem)?.[1];
          if (number === undefined) return undefined;
          const entry = { id: stem, patient: stem, split: 'train', labels: `segmentation-${number}` } as const;
          return { ...entry, modality: 'CT', isHeaderWrong: WRONG_HEADERS.has(number) };
        },
      })),
    );
  }
  const parts = { liver: ['liver tumor'] };
  return labelMapDataset(folder, { name: 'lits', classes: labelsOf('lits'), parts, cases, ...options });
}
