import { type Label, numbered } from './label.js';

const abdominal = [
  ['spleen', 'spleen'],
  ['right kidney', 'right kidney'],
  ['left kidney', 'left kidney'],
  ['gallbladder', 'gallbladder'],
  ['esophagus', 'esophagus'],
  ['liver', 'liver'],
  ['stomach', 'stomach'],
  ['aorta', 'aorta'],
] as const;

const adrenals = [
  ['right adrenal gland', 'right adrenal gland'],
  ['left adrenal gland', 'left adrenal gland'],
] as const;

export const amos22: readonly Label[] = numbered([
  ...abdominal,
  ['postcava', 'inferior vena cava'],
  ['pancreas', 'pancreas'],
  ...adrenals,
  ['duodenum', 'duodenum'],
  ['bladder', 'bladder'],
  ['prostate/uterus', 'prostate or uterus'],
]);

/** BTCV, the task of the abdomen. */
export const btcv: readonly Label[] = numbered([
  ...abdominal,
  ['inferior vena cava', 'inferior vena cava'],
  ['portal vein and splenic vein', 'portal and splenic veins'],
  ['pancreas', 'pancreas'],
  ...adrenals,
]);

/** CHAOS, MR: the grey values of its label images. */
export const chaosMr: readonly Label[] = [
  { name: 'liver', value: 63, target: 'liver' },
  { name: 'right kidney', value: 126, target: 'right kidney' },
  { name: 'left kidney', value: 189, target: 'left kidney' },
  { name: 'spleen', value: 252, target: 'spleen' },
];

/** CHAOS, CT: the liver alone, white in its label images. */
export const chaosCt: readonly Label[] = [{ name: 'liver', value: 255, target: 'liver' }];

export const lits: readonly Label[] = numbered([
  ['liver', 'liver'],
  ['tumor', 'liver tumor'],
]);

export const acdc: readonly Label[] = numbered([
  ['right ventricle', 'right ventricle'],
  ['myocardium', 'myocardium'],
  ['left ventricle', 'left ventricle'],
]);

const levels = (letter: string, count: number): [string, string][] =>
  Array.from({ length: count }, (_, i) => [`${letter}${i + 1}`, `${letter.toLowerCase()}${i + 1} vertebra`]);

/** VerSe: 26 and 27 are used in few cases, 28 is a thirteenth thoracic vertebra. */
export const verse: readonly Label[] = numbered([
  ...levels('C', 7),
  ...levels('T', 12),
  ...levels('L', 6),
  ['sacrum', 'sacrum'],
  ['coccyx', 'coccyx'],
  ['T13', 't13 vertebra'],
]);

/** BraTS 2023, gliomas. */
export const brats2023: readonly Label[] = numbered([
  ['NCR', 'tumor core'],
  ['ED', 'peritumoral edema'],
  ['ET', 'enhancing tumor'],
]);

/** The ten tasks of the Medical Segmentation Decathlon, with the names of their `dataset.json`. */
export const msd: Readonly<Record<string, readonly Label[]>> = {
  'msd-01-brain-tumour': numbered([
    ['edema', 'peritumoral edema'],
    ['non-enhancing tumor', 'tumor core'],
    ['enhancing tumour', 'enhancing tumor'],
  ]),
  'msd-02-heart': numbered([['left atrium', 'left atrium']]),
  'msd-03-liver': numbered([
    ['liver', 'liver'],
    ['cancer', 'liver tumor'],
  ]),
  'msd-04-hippocampus': numbered([
    ['Anterior', 'anterior hippocampus'],
    ['Posterior', 'posterior hippocampus'],
  ]),
  'msd-05-prostate': numbered([
    ['PZ', 'prostate peripheral zone'],
    ['TZ', 'prostate transition zone'],
  ]),
  'msd-06-lung': numbered([['cancer', 'lung tumor']]),
  'msd-07-pancreas': numbered([
    ['pancreas', 'pancreas'],
    ['cancer', 'pancreas tumor'],
  ]),
  'msd-08-hepatic-vessel': numbered([
    ['Vessel', 'hepatic vessels'],
    ['Tumour', 'liver tumor'],
  ]),
  'msd-09-spleen': numbered([['spleen', 'spleen']]),
  'msd-10-colon': numbered([['colon cancer primaries', 'colon tumor']]),
};
