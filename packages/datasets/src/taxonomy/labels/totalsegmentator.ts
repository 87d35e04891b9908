import type { Label } from './label.js';

const ordinals = 'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ');

/** Stems whose words are not our name; `_left` and `_right` are read before. */
const stems: Readonly<Record<string, string>> = {
  urinary_bladder: 'bladder',
  pulmonary_vein: 'pulmonary veins',
  portal_vein_and_splenic_vein: 'portal and splenic veins',
  heart_myocardium: 'myocardium',
  heart_atrium: 'atrium',
  heart_ventricle: 'ventricle',
  iliac_artery: 'common iliac artery',
  iliac_vena: 'common iliac vein',
  clavicula: 'clavicle',
  hip: 'hip bone',
  gluteus_maximus: 'gluteus maximus muscle',
  gluteus_medius: 'gluteus medius muscle',
  gluteus_minimus: 'gluteus minimus muscle',
  autochthon: 'deep back muscle',
  iliopsoas: 'iliopsoas muscle',
  lung_upper_lobe: 'upper lobe',
  lung_middle_lobe: 'middle lobe',
  lung_lower_lobe: 'lower lobe',
  atrial_appendage: 'atrial appendage',
};

function targetOfClass(name: string): string {
  const rib = /^rib_(left|right)_(\d+)$/.exec(name);
  if (rib) return `${rib[1]} ${ordinals[Number(rib[2]) - 1]} rib`;
  if (name.startsWith('vertebrae_')) return `${name.slice('vertebrae_'.length).toLowerCase()} vertebra`;
  // The abnormality is one target; its side is in the name of the class.
  if (name.startsWith('kidney_cyst')) return 'kidney cyst';
  const [, stem = name, side] = /^(.*?)(?:_(left|right))?$/.exec(name) ?? [];
  const words = stems[stem] ?? stem.replaceAll('_', ' ');
  return side === undefined ? words : `${side} ${words}`;
}

const both = (stem: string, sides = ['left', 'right']): string[] => sides.map((side) => `${stem}_${side}`);
const countDown = (letter: string, from: number): string[] =>
  Array.from({ length: from }, (_, i) => `vertebrae_${letter}${from - i}`);
const ribs = ['left', 'right'].flatMap((side) => Array.from({ length: 12 }, (_, i) => `rib_${side}_${i + 1}`));
const presacral = [...countDown('L', 5), ...countDown('T', 12), ...countDown('C', 7)];
const lobes = ['upper_lobe_left', 'lower_lobe_left', 'upper_lobe_right', 'middle_lobe_right', 'lower_lobe_right'].map(
  (lobe) => `lung_${lobe}`,
);
const rightFirst = ['right', 'left'];
const hipMuscles = ['gluteus_maximus', 'gluteus_medius', 'gluteus_minimus', 'autochthon', 'iliopsoas'].flatMap((stem) =>
  both(stem),
);

const labels = (names: readonly string[]): Label[] =>
  names.map((name, i) => ({ name, value: i + 1, target: targetOfClass(name) }));

/** The 117 classes of version 2, values from 1. */
export const totalsegmentatorV2: readonly Label[] = labels([
  'spleen',
  ...both('kidney', rightFirst),
  'gallbladder',
  'liver',
  'stomach',
  'pancreas',
  ...both('adrenal_gland', rightFirst),
  ...lobes,
  'esophagus',
  'trachea',
  'thyroid_gland',
  'small_bowel',
  'duodenum',
  'colon',
  'urinary_bladder',
  'prostate',
  ...both('kidney_cyst'),
  'sacrum',
  'vertebrae_S1',
  ...presacral,
  'heart',
  'aorta',
  'pulmonary_vein',
  'brachiocephalic_trunk',
  ...both('subclavian_artery', rightFirst),
  ...both('common_carotid_artery', rightFirst),
  ...both('brachiocephalic_vein'),
  'atrial_appendage_left',
  'superior_vena_cava',
  'inferior_vena_cava',
  'portal_vein_and_splenic_vein',
  ...['iliac_artery', 'iliac_vena', 'humerus', 'scapula', 'clavicula', 'femur', 'hip'].flatMap((stem) => both(stem)),
  'spinal_cord',
  ...hipMuscles,
  'brain',
  'skull',
  ...ribs,
  'sternum',
  'costal_cartilages',
]);

/** The 104 classes of version 1, values from 1. */
export const totalsegmentatorV1: readonly Label[] = labels([
  'spleen',
  ...both('kidney', rightFirst),
  'gallbladder',
  'liver',
  'stomach',
  'aorta',
  'inferior_vena_cava',
  'portal_vein_and_splenic_vein',
  'pancreas',
  ...both('adrenal_gland', rightFirst),
  ...lobes,
  ...presacral,
  'esophagus',
  'trachea',
  'heart_myocardium',
  'heart_atrium_left',
  'heart_ventricle_left',
  'heart_atrium_right',
  'heart_ventricle_right',
  'pulmonary_artery',
  'brain',
  ...both('iliac_artery'),
  ...both('iliac_vena'),
  'small_bowel',
  'duodenum',
  'colon',
  ...ribs,
  ...['humerus', 'scapula', 'clavicula', 'femur', 'hip'].flatMap((stem) => both(stem)),
  'sacrum',
  'face',
  ...hipMuscles,
  'urinary_bladder',
]);

/** Muscles of the thigh: no target has them. */
const mrWithout = [
  'quadriceps_femoris',
  'thigh_medial_compartment',
  'thigh_posterior_compartment',
  'sartorius',
].flatMap((stem) => both(stem));

/** The 56 classes of the MR set, by the names of their files; of shins, both sides are one. */
export const totalsegmentatorMr: readonly Label[] = [
  ...[
    'spleen',
    ...both('kidney', rightFirst),
    'gallbladder',
    'liver',
    'stomach',
    'pancreas',
    ...both('adrenal_gland', rightFirst),
    ...both('lung'),
    'esophagus',
    'small_bowel',
    'duodenum',
    'colon',
    'urinary_bladder',
    'prostate',
    'sacrum',
    'spinal_cord',
    'heart',
    'aorta',
    'inferior_vena_cava',
    'portal_vein_and_splenic_vein',
    ...['iliac_artery', 'iliac_vena', 'humerus', 'femur', 'hip'].flatMap((stem) => both(stem)),
    ...hipMuscles,
    'brain',
  ].map((name) => ({ name, target: targetOfClass(name) })),
  { name: 'vertebrae', target: 'vertebrae' },
  { name: 'intervertebral_discs', target: 'intervertebral discs' },
  { name: 'fibula', target: 'fibulae' },
  { name: 'tibia', target: 'tibiae' },
  ...mrWithout.map((name) => ({ name })),
];
