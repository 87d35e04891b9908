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

/** BraTS 2021: as BraTS 2023, but with the value 4 for the enhancing tumor. */
export const brats2021: readonly Label[] = [
  { name: 'NCR', value: 1, target: 'tumor core' },
  { name: 'ED', value: 2, target: 'peritumoral edema' },
  { name: 'ET', value: 4, target: 'enhancing tumor' },
];

/** BTCV, the task of the cervix. */
export const btcvCervix: readonly Label[] = numbered([
  ['bladder', 'bladder'],
  ['uterus', 'uterus'],
  ['rectum', 'rectum'],
  ['small bowel', 'small bowel'],
]);

/** KiTS19, KiTS21 and KiTS23; the first has no cysts. */
export const kits: readonly Label[] = numbered([
  ['kidney', 'kidneys'],
  ['tumor', 'kidney tumor'],
  ['cyst', 'kidney cyst'],
]);

export const flare22: readonly Label[] = numbered([
  ['liver', 'liver'],
  ['right kidney', 'right kidney'],
  ['spleen', 'spleen'],
  ['pancreas', 'pancreas'],
  ['aorta', 'aorta'],
  ['inferior vena cava', 'inferior vena cava'],
  ...adrenals,
  ['gallbladder', 'gallbladder'],
  ['esophagus', 'esophagus'],
  ['stomach', 'stomach'],
  ['duodenum', 'duodenum'],
  ['left kidney', 'left kidney'],
]);

/** WORD: both adrenal glands are one class; what it calls intestine is the bowel without duodenum, colon and rectum. */
export const word: readonly Label[] = numbered([
  ['liver', 'liver'],
  ['spleen', 'spleen'],
  ['left kidney', 'left kidney'],
  ['right kidney', 'right kidney'],
  ['stomach', 'stomach'],
  ['gallbladder', 'gallbladder'],
  ['esophagus', 'esophagus'],
  ['pancreas', 'pancreas'],
  ['duodenum', 'duodenum'],
  ['colon', 'colon'],
  ['intestine', 'small bowel'],
  ['adrenal', 'adrenal glands'],
  ['rectum', 'rectum'],
  ['bladder', 'bladder'],
  ['head of left femur', 'left femoral head'],
  ['head of right femur', 'right femoral head'],
]);

export const segThor: readonly Label[] = numbered([
  ['esophagus', 'esophagus'],
  ['heart', 'heart'],
  ['trachea', 'trachea'],
  ['aorta', 'aorta'],
]);

/** CT-ORG; its bones were found by a threshold, and are no target. */
export const ctOrg: readonly Label[] = [
  { name: 'liver', value: 1, target: 'liver' },
  { name: 'bladder', value: 2, target: 'bladder' },
  { name: 'lungs', value: 3, target: 'lungs' },
  { name: 'kidneys', value: 4, target: 'kidneys' },
  { name: 'bone', value: 5 },
  { name: 'brain', value: 6, target: 'brain' },
];

export const atm22: readonly Label[] = numbered([['airway', 'airways']]);

export const parse2022: readonly Label[] = numbered([['pulmonary artery', 'pulmonary artery']]);

export const lnq2023: readonly Label[] = numbered([['mediastinal lymph node', 'lymphadenopathy']]);

export const segA2023: readonly Label[] = numbered([['aortic vessel tree', 'aorta with its branches']]);

/** ISLES 2022 and ATLAS R2.0. */
export const stroke: readonly Label[] = numbered([['stroke lesion', 'stroke lesion']]);

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
