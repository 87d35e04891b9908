import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { labelMapDataset } from './label-map-set.js';
import type { MaskSetOptions } from './labelled-study.js';
import { pairedCases } from './paired-cases.js';
import { openFolder } from '../tables/dataset-folder.js';

const TRAINING = 'RawData/Training';

async function open(
  name: string,
  path: string,
  options: MaskSetOptions,
  numberOf: RegExp,
  labelStem: (number: string) => string,
): Promise<Dataset> {
  const folder = await openFolder(name, path);
  const cases = await pairedCases(folder, {
    images: `${TRAINING}/img`,
    labels: `${TRAINING}/label`,
    caseOf: (stem) => {
      const number = numberOf.exec(stem)?.[1];
      if (number === undefined) return undefined;
      return { id: number, patient: number, split: 'train', labels: labelStem(number), modality: 'CT' };
    },
  });
  return labelMapDataset(folder, { name, classes: labelsOf(name), cases, ...options });
}

/**
 * BTCV, abdomen (Synapse syn3193805): `RawData/Training/img/img0001.nii.gz` and `label/label0001.nii.gz`; the path is that of the folder
 * `Abdomen`. Only the training images have labels.
 *
 * @throws {VividMedError} `data`
 */
export const btcv = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open('btcv', path, options, /^img(\d+)$/, (number) => `label${number}`);

/**
 * BTCV, cervix: `RawData/Training/img/0507688-Image.nii.gz` and `label/0507688-Mask.nii.gz`; the path is that of the folder `Cervix`.
 *
 * @throws {VividMedError} `data`
 */
export const btcvCervix = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open('btcv-cervix', path, options, /^(\d+)-Image$/, (number) => `${number}-Mask`);
