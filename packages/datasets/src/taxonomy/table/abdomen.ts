import { paired, structure } from '../rows.js';
import type { Target } from '../target.js';

/** Organs of the abdomen and of the pelvis. */
export const abdomen: readonly Target[] = [
  structure('liver', '10200004 Liver', { lies: 'right' }),
  structure('gallbladder', '28231008 Gallbladder', { lies: 'right', synonyms: ['gall bladder'] }),
  structure('spleen', '78961009 Spleen', { lies: 'left' }),
  structure('pancreas', '15776009 Pancreas', { lies: 'left' }),
  structure('stomach', '69695003 Stomach', { lies: 'left', synonyms: ['gastric bubble'] }),
  structure('bowel', undefined, { lies: 'right', synonyms: ['bowels', 'intestine', 'intestines'] }),
  structure('small bowel', '30315005 Small intestine', {
    parents: ['bowel'],
    lies: 'left',
    synonyms: ['small intestine', 'small intestines'],
  }),
  structure('duodenum', '38848004 Duodenum', { parents: ['small bowel'], lies: 'right' }),
  structure('colon', '71854001 Colon', {
    parents: ['bowel'],
    lies: 'right',
    synonyms: ['large bowel', 'large intestine'],
  }),
  structure('rectum', '34402009 Rectum', { parents: ['bowel'] }),
  ...paired('kidney', 'kidneys', '64033007 Kidney'),
  ...paired('adrenal gland', 'adrenal glands', '23451007 Adrenal gland', {
    synonyms: [
      ['adrenal', 'adrenals'],
      ['suprarenal gland', 'suprarenal glands'],
    ],
  }),
  structure('bladder', '89837001 Bladder', { synonyms: ['urinary bladder'] }),
  structure('prostate', '41216001 Prostate', { synonyms: ['prostate gland'] }),
  structure('prostate peripheral zone', undefined, {
    parents: ['prostate'],
    synonyms: ['peripheral zone of the prostate', 'peripheral zone of prostate', 'peripheral zone'],
  }),
  structure('prostate transition zone', undefined, {
    parents: ['prostate'],
    synonyms: ['transition zone of the prostate', 'transition zone of prostate', 'transition zone'],
  }),
  structure('uterus', '35039007 Uterus'),
  // One label of AMOS22 stands for either; which it is depends on the patient.
  structure('prostate or uterus'),
  ...paired('seminal vesicle', 'seminal vesicles', '64739004 Seminal Vesicle'),
  ...paired('ovary', 'ovaries', '15497006 Ovary'),
];
