import { finding } from '../rows.js';
import type { Target } from '../target.js';

const brain = '12738006 Brain';

/** A tumor of an organ, under the words that reports and data sets use. */
const tumorOf = (organ: string, region?: Parameters<typeof finding>[1], sided = false): Target =>
  finding(`${organ} tumor`, '108369006 Neoplasm', {
    sided,
    ...(region === undefined ? {} : { region }),
    synonyms: ['tumors', 'tumour', 'tumours', 'cancer', 'cancers', 'neoplasm', 'neoplasms', 'lesion', 'lesions'].map(
      (word) => `${organ} ${word}`,
    ),
  });

/** The regions of a brain tumor are one mask each: they have no instances to tell apart. */
const partOfTumor = (name: string, synonyms: string[], code?: Parameters<typeof finding>[1]): Target =>
  finding(name, code, { kind: 'mask', sided: false, region: brain, parents: ['brain tumor'], synonyms });

/** Abnormalities of the abdomen and of the head. */
export const lesions: readonly Target[] = [
  tumorOf('liver', '10200004 Liver'),
  tumorOf('pancreas', '15776009 Pancreas'),
  tumorOf('colon', '71854001 Colon'),
  tumorOf('kidney', '64033007 Kidney', true),
  tumorOf('prostate', '41216001 Prostate'),
  tumorOf('breast', '76752008 Breast', true),
  finding('kidney cyst', '367643001 Cyst', {
    region: '64033007 Kidney',
    synonyms: ['kidney cysts', 'renal cyst', 'renal cysts'],
  }),
  finding('brain tumor', '108369006 Neoplasm', {
    sided: false,
    region: brain,
    synonyms: ['brain tumors', 'brain tumour', 'brain tumours', 'glioma', 'gliomas'],
  }),
  partOfTumor('tumor core', ['necrotic tumor core', 'non-enhancing tumor', 'nonenhancing tumor', 'tumour core']),
  partOfTumor('enhancing tumor', ['enhancing tumour', 'enhancing brain tumor']),
  partOfTumor('peritumoral edema', ['peritumoral oedema', 'peritumoural oedema'], '79654002 Edema'),
  finding('stroke lesion', undefined, {
    region: brain,
    synonyms: [
      'stroke lesions',
      'stroke',
      'strokes',
      'brain infarct',
      'brain infarcts',
      'cerebral infarct',
      'cerebral infarcts',
    ],
  }),
  finding('intracranial hemorrhage', '50960005 Hemorrhage', {
    region: brain,
    synonyms: ['intracranial hemorrhages', 'intracranial haemorrhage', 'intracranial haemorrhages', 'brain hemorrhage'],
  }),
];
