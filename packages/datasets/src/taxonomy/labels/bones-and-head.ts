import { type Label, named, numbered } from './label.js';
import { verse } from './organs.js';

const sided = (rows: readonly (readonly [name: string, target: string])[]): Record<string, string> =>
  Object.fromEntries(
    rows.flatMap(([name, target]) => [
      [`${name}_L`, `left ${target}`],
      [`${name}_R`, `right ${target}`],
    ]),
  );

/** HaN-Seg: the names of its files, `case_01_OAR_NAME.seg.nrrd` (Podobnik et al. 2023, table 2). */
export const hanSeg: readonly Label[] = named({
  ...sided([['A_Carotid', 'carotid artery']]),
  Arytenoid: 'arytenoid cartilages',
  Bone_Mandible: 'mandible',
  Brainstem: 'brain stem',
  BuccalMucosa: 'buccal mucosa',
  Cavity_Oral: 'oral cavity',
  ...sided([['Cochlea', 'cochlea']]),
  Cricopharyngeus: 'cricopharyngeal inlet',
  Esophagus_S: 'cervical esophagus',
  Eye_AL: 'left eye anterior segment',
  Eye_AR: 'right eye anterior segment',
  Eye_PL: 'left eye posterior segment',
  Eye_PR: 'right eye posterior segment',
  ...sided([
    ['Glnd_Lacrimal', 'lacrimal gland'],
    ['Glnd_Submand', 'submandibular gland'],
  ]),
  Glnd_Thyroid: 'thyroid gland',
  Glottis: 'glottis',
  Larynx_SG: 'supraglottis',
  Lips: 'lips',
  OpticChiasm: 'optic chiasm',
  ...sided([
    ['OpticNrv', 'optic nerve'],
    ['Parotid', 'parotid gland'],
  ]),
  Pituitary: 'pituitary gland',
  SpinalCord: 'spinal cord',
});

/** SegRap2023, task 1: the names of its files. Both halves of the mandible are one target. */
export const segRap2023: readonly Label[] = named({
  Brain: 'brain',
  BrainStem: 'brain stem',
  Chiasm: 'optic chiasm',
  ...sided([
    ['TemporalLobe', 'temporal lobe'],
    ['Hippocampus', 'hippocampus'],
    ['Eye', 'eye'],
    ['Lens', 'eye lens'],
    ['OpticNerve', 'optic nerve'],
    ['MiddleEar', 'middle ear'],
    ['IAC', 'internal auditory canal'],
    ['TympanicCavity', 'tympanic cavity'],
    ['VestibulSemi', 'semicircular canal'],
    ['Cochlea', 'cochlea'],
    ['ETbone', 'eustachian tube'],
  ]),
  Pituitary: 'pituitary gland',
  OralCavity: 'oral cavity',
  Mandible_L: 'mandible',
  Mandible_R: 'mandible',
  ...sided([
    ['Submandibular', 'submandibular gland'],
    ['Parotid', 'parotid gland'],
    ['Mastoid', 'mastoid'],
    ['TMjoint', 'temporomandibular joint'],
  ]),
  SpinalCord: 'spinal cord',
  Esophagus: 'esophagus',
  Larynx: 'larynx',
  Larynx_Glottic: 'glottis',
  Larynx_Supraglot: 'supraglottis',
  PharynxConst: 'pharyngeal constrictor muscles',
  Thyroid: 'thyroid gland',
  Trachea: 'trachea',
});

/** CTPelvic1K; of the lumbar vertebrae only the lowest are drawn, so that they are no target. */
export const ctPelvic1K: readonly Label[] = [
  { name: 'sacrum', value: 1, target: 'sacrum' },
  { name: 'right hip bone', value: 2, target: 'right hip bone' },
  { name: 'left hip bone', value: 3, target: 'left hip bone' },
  { name: 'lumbar vertebrae', value: 4 },
];

/** CTSpine1K: numbered as VerSe, without its last three. */
export const ctSpine1K: readonly Label[] = verse.slice(0, 25);

/** PENGWIN: the fragments of each bone, up to ten. */
export const pengwin: readonly Label[] = numbered(
  ['sacrum', 'left hip bone', 'right hip bone'].flatMap((bone) =>
    Array.from({ length: 10 }, (_, i) => [`${bone} ${i + 1}`, bone] as const),
  ),
);

/** Prostate158: its zones; cancer has files of its own. */
export const prostate158: readonly Label[] = numbered([
  ['transition zone', 'prostate transition zone'],
  ['peripheral zone', 'prostate peripheral zone'],
]);

const lumbar = ['S1', 'L5', 'L4', 'L3', 'L2', 'L1', 'T12', 'T11', 'T10', 'T9'];

/** MRSpineSeg: the sacrum, vertebrae from L5 up, then the discs from L5-S1 up. */
export const mrSpineSeg: readonly Label[] = numbered([
  ['S', 'sacrum'],
  ...lumbar.slice(1).map((level) => [level, `${level.toLowerCase()} vertebra`] as const),
  ...lumbar.slice(1).map((level, i): readonly [string, string] => {
    const disc = `${level}/${lumbar[i]!}`;
    return [disc, `${disc.replace('/', '-').toLowerCase()} disc`];
  }),
]);

/** BUSI: benign and malignant ones alike. */
export const busi: readonly Label[] = named({ tumor: 'breast tumor' });
