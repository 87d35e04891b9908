import { type CodeText, paired, structure } from '../rows.js';
import type { Side, Target } from '../target.js';

const ribs: readonly (readonly [ordinal: string, short: string, code: CodeText])[] = [
  ['first', '1st', '48535007 First rib'],
  ['second', '2nd', '78247007 Second rib'],
  ['third', '3rd', '25888004 Third rib'],
  ['fourth', '4th', '25523003 Fourth rib'],
  ['fifth', '5th', '15339008 Fifth rib'],
  ['sixth', '6th', '59558009 Sixth rib'],
  ['seventh', '7th', '24915002 Seventh rib'],
  ['eighth', '8th', '5953002 Eighth rib'],
  ['ninth', '9th', '22565002 Ninth rib'],
  ['tenth', '10th', '77644006 Tenth rib'],
  ['eleventh', '11th', '58830002 Eleventh rib'],
  ['twelfth', '12th', '43993008 Twelfth rib'],
];

const ribsOf = (side: Side): Target[] =>
  ribs.map(([ordinal, short, code], i) => ({
    ...structure(`${side} ${ordinal} rib`, code, {
      parents: [`${side} ribs`],
      synonyms: [`${side} ${short} rib`, `${side} rib ${i + 1}`, `${ordinal} ${side} rib`, `${short} ${side} rib`],
    }),
    side,
  }));

/** The ribs of one side: many of them, so the name of the group is a plural. */
const sideOfRibs = (side: Side): Target => ({
  ...structure(`${side} ribs`, '113197003 Rib', { parents: ['ribs'], synonyms: [`${side} rib`] }),
  side,
});

/** Bones of the trunk and of the limbs; the spine has a file of its own. */
export const bones: readonly Target[] = [
  {
    ...structure('ribs', '113197003 Rib', { synonyms: ['rib cage', 'rib', 'ribcage'] }),
    sides: { left: 'left ribs', right: 'right ribs' },
  },
  sideOfRibs('left'),
  sideOfRibs('right'),
  ...ribsOf('left'),
  ...ribsOf('right'),
  structure('costal cartilages', '50016007 Costal Cartilage', { synonyms: ['costal cartilage'] }),
  structure('sternum', '56873002 Sternum', { synonyms: ['breastbone'] }),
  structure('skull', '89546000 Skull', { synonyms: ['cranium'] }),
  ...paired('mastoid', 'mastoids', '59066005 Mastoid bone', { synonyms: [['mastoid bone', 'mastoid bones']] }),
  ...paired('temporomandibular joint', 'temporomandibular joints', '53620006 Temporomandibular joint'),
  structure('mandible', '91609006 Mandible', { synonyms: ['lower jaw'] }),
  ...paired('clavicle', 'clavicles', '51299004 Clavicle', {
    synonyms: [
      ['collar bone', 'collar bones'],
      ['clavicula', 'claviculae'],
    ],
  }),
  ...paired('scapula', 'scapulae', '79601000 Scapula', { synonyms: [['shoulder blade', 'shoulder blades']] }),
  ...paired('humerus', 'humeri', '85050009 Humerus'),
  ...paired('radius', 'radii', '62413002 Radius'),
  ...paired('ulna', 'ulnae', '23416004 Ulna'),
  ...paired('femur', 'femora', '71341001 Femur', { synonyms: [['thigh bone', 'thigh bones']] }),
  ...paired('femoral head', 'femoral heads', '2812003 Femoral head', { parents: ['femora'] }),
  ...paired('patella', 'patellae', '64234005 Patella', { synonyms: [['kneecap', 'kneecaps']] }),
  ...paired('tibia', 'tibiae', '12611008 Tibia'),
  ...paired('fibula', 'fibulae', '87342007 Fibula'),
  ...paired('hip bone', 'hip bones', undefined, {
    synonyms: [
      ['hip', 'hips'],
      ['innominate bone', 'innominate bones'],
    ],
  }),
  structure('knee', '72696002 Knee', { synonyms: ['knees'] }),
];
