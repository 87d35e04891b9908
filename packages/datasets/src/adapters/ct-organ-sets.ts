import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { type LabelMapCase, labelMapDataset, type LabelMapSet } from './label-map-set.js';
import type { MaskSetOptions } from './labelled-study.js';
import { pairedCases, type PairedFolders } from './paired-cases.js';
import { openFolder } from '../tables/dataset-folder.js';

type Split = NonNullable<LabelMapCase['split']>;
type Open = (path: string, options?: MaskSetOptions) => Promise<Dataset>;

/** A CT set whose files come in pairs; `pairs` gets the names of its folders. */
const ctSet =
  (
    name: string,
    pairs: (folders: readonly string[]) => readonly PairedFolders[],
    extra: Pick<LabelMapSet, 'parts' | 'partly'> = {},
  ): Open =>
  async (path, options = {}) => {
    const folder = await openFolder(name, path);
    const cases: LabelMapCase[] = [];
    for (const one of pairs((await folder.list()).folders)) cases.push(...(await pairedCases(folder, one)));
    return labelMapDataset(folder, { name, classes: labelsOf(name), cases, ...extra, ...options });
  };

/** A case that is a patient of its own. */
const ct = (id: string, labels: string, split: Split): NonNullable<ReturnType<PairedFolders['caseOf']>> => ({
  id,
  patient: id,
  labels,
  split,
  modality: 'CT',
});

/** Folders `imagesTr` and `labelsTr`, with the same names in both. */
const sameNames = (end: string, split: Split): PairedFolders => ({
  images: `images${end}`,
  labels: `labels${end}`,
  caseOf: (stem) => ct(stem, stem, split),
});

/** One folder for each case, of which `file` is the image. */
const inOwnFolder = (own: string, id: string, file: string, labels: string): PairedFolders => ({
  images: own,
  labels: own,
  caseOf: (stem) => (stem === file ? ct(id, labels, 'train') : undefined),
});

/**
 * KiTS19, KiTS21 and KiTS23: `case_00000/imaging.nii.gz` and `segmentation.nii.gz`; the path is that of the folder with the cases. The
 * kidneys hold their tumors and cysts. The first release labels no cysts, so none is ever said to be absent.
 *
 * @throws {VividMedError} `data`
 */
export const kits = ctSet(
  'kits',
  (folders) =>
    folders.filter((name) => /^case_\d+$/.test(name)).map((name) => inOwnFolder(name, name, 'imaging', 'segmentation')),
  { parts: { kidneys: ['kidney tumor', 'kidney cyst'] }, partly: ['kidney cyst'] },
);

/**
 * FLARE22, the labelled cases: `images/FLARE22_Tr_0001_0000.nii.gz` and `labels/FLARE22_Tr_0001.nii.gz`; the path is that of
 * `FLARE22_LabeledCase50`.
 *
 * @throws {VividMedError} `data`
 */
export const flare22 = ctSet('flare22', () => [
  {
    images: 'images',
    labels: 'labels',
    caseOf: (stem) => {
      const id = /^(.+)_0000$/.exec(stem)?.[1];
      return id === undefined ? undefined : ct(id, id, 'train');
    },
  },
]);

/**
 * WORD (Luo et al. 2022): `imagesTr/word_0002.nii.gz` and `labelsTr/word_0002.nii.gz`, the same with `Val` and, where they have labels,
 * `Ts`.
 *
 * @throws {VividMedError} `data`
 */
export const word = ctSet('word', (folders) => [
  sameNames('Tr', 'train'),
  sameNames('Val', 'validate'),
  ...(folders.includes('labelsTs') ? [sameNames('Ts', 'test')] : []),
]);

/**
 * SegTHOR (Lambert et al. 2020): `train/Patient_01/Patient_01.nii.gz` and `train/Patient_01/GT.nii.gz`; the path is that of `train`, since
 * the images of the test have no labels.
 *
 * @throws {VividMedError} `data`
 */
export const segThor = ctSet('segthor', (folders) =>
  folders.filter((name) => /^Patient_\d+$/.test(name)).map((name) => inOwnFolder(name, name, name, 'GT')),
);

/**
 * CT-ORG (TCIA): `volume-0.nii.gz` and `labels-0.nii.gz` to 139, the first 21 for tests. Lungs and brain are labelled in some cases alone:
 * a case without them may show them.
 *
 * @throws {VividMedError} `data`
 */
export const ctOrg = ctSet(
  'ct-org',
  () => [
    {
      images: '',
      labels: '',
      caseOf: (stem) => {
        const number = /^volume-(\d+)$/.exec(stem)?.[1];
        return number === undefined ? undefined : ct(stem, `labels-${number}`, Number(number) <= 20 ? 'test' : 'train');
      },
    },
  ],
  { partly: ['lungs', 'brain'] },
);

/**
 * ATM22 (Zhang et al. 2023): `imagesTr/ATM_001_0000.nii.gz` and `labelsTr/ATM_001_0000.nii.gz`, the same with `Val` where it has labels.
 *
 * @throws {VividMedError} `data`
 */
export const atm22 = ctSet('atm22', (folders) => [
  sameNames('Tr', 'train'),
  ...(folders.includes('labelsVal') ? [sameNames('Val', 'validate')] : []),
]);

/**
 * PARSE 2022: `train/PA000005/image/PA000005.nii.gz` and `train/PA000005/label/PA000005.nii.gz`; the path is that of `train`.
 *
 * @throws {VividMedError} `data`
 */
export const parse2022 = ctSet('parse2022', (folders) =>
  folders
    .filter((name) => /^PA\d+$/.test(name))
    .map((name) => ({
      images: `${name}/image`,
      labels: `${name}/label`,
      caseOf: (stem) => (stem === name ? ct(name, name, 'train') : undefined),
    })),
);
