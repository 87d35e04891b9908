import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { labelMapDataset } from './label-map-set.js';
import type { MaskSetOptions } from './labelled-study.js';
import { pairedCases } from './paired-cases.js';
import { openFolder } from '../tables/dataset-folder.js';

const splits = [
  ['Tr', 'train'],
  ['Va', 'validate'],
  ['Ts', 'test'],
] as const;

/** Numbers up to this one are CT, those above are MR (Ji et al. 2022, and the original's reader). */
const LAST_CT = 500;

/**
 * AMOS22 as its owners ship it: `imagesTr/amos_0001.nii.gz` and `labelsTr/amos_0001.nii.gz`, the same with `Va` and, where they have
 * labels, `Ts`. The fifteenth class is the prostate or the uterus, whichever the patient has: the files do not say which.
 *
 * @throws {VividMedError} `data`
 */
export async function amos22(path: string, options: MaskSetOptions = {}): Promise<Dataset> {
  const folder = await openFolder('amos22', path);
  const cases = [];
  for (const [end, split] of splits) {
    const isLabelled = (await folder.list(`labels${end}`)).files.length > 0;
    // The labels of the test images came later than the images.
    if (split === 'test' && !isLabelled) continue;
    cases.push(
      ...(await pairedCases(folder, {
        images: `images${end}`,
        labels: `labels${end}`,
        caseOf: (stem) => {
          const number = /^amos_(\d+)$/.exec(stem)?.[1];
          if (number === undefined) return undefined;
          return { id: stem, patient: stem, split, labels: stem, modality: Number(number) <= LAST_CT ? 'CT' : 'MR' };
        },
      })),
    );
  }
  return labelMapDataset(folder, { name: 'amos22', classes: labelsOf('amos22'), cases, ...options });
}
