import { type CodeText, structure } from '../rows.js';
import type { Target } from '../target.js';

const vertebrae: Readonly<Record<string, CodeText | undefined>> = {
  C1: '14806007 C1 vertebra',
  C2: '39976000 C2 vertebra',
  C3: '113205007 C3 vertebra',
  C4: '5329002 C4 vertebra',
  C5: '36978003 C5 vertebra',
  C6: '36054005 C6 vertebra',
  C7: '87391001 C7 vertebra',
  T1: '64864005 T1 vertebra',
  T2: '53733008 T2 vertebra',
  T3: '1626008 T3 vertebra',
  T4: '73071006 T4 vertebra',
  T5: '56401006 T5 vertebra',
  T6: '45296009 T6 vertebra',
  T7: '62487009 T7 vertebra',
  T8: '11068009 T8 vertebra',
  T9: '82687006 T9 vertebra',
  T10: '7610001 T10 vertebra',
  T11: '12989004 T11 vertebra',
  T12: '23215003 T12 vertebra',
  // Some patients have one more; neither has a code of its own in the dictionaries.
  T13: undefined,
  L1: '66794005 L1 vertebra',
  L2: '14293000 L2 vertebra',
  L3: '36470004 L3 vertebra',
  L4: '11994002 L4 vertebra',
  L5: '49668003 L5 vertebra',
  L6: undefined,
  S1: '65985001 S1 vertebra',
};

/** The two vertebrae that a disc lies between. */
const discs = ['t9-t10', 't10-t11', 't11-t12', 't12-l1', 'l1-l2', 'l2-l3', 'l3-l4', 'l4-l5', 'l5-s1'];

const regions = { C: 'cervical vertebrae', T: 'thoracic vertebrae', L: 'lumbar vertebrae', S: 'sacrum' } as const;

/** The spine and each of its vertebrae. */
export const spine: readonly Target[] = [
  structure('spine', '421060004 Spine', { synonyms: ['thoracic spine', 'vertebral column'] }),
  structure('vertebrae', '51282000 Vertebra', {
    parents: ['spine'],
    synonyms: ['vertebra', 'vertebral bodies', 'vertebral body'],
  }),
  structure('cervical vertebrae', '51282000 Vertebra', {
    parents: ['vertebrae'],
    synonyms: ['cervical spine', 'cervical vertebra'],
  }),
  structure('thoracic vertebrae', '51282000 Vertebra', { parents: ['vertebrae'], synonyms: ['thoracic vertebra'] }),
  structure('lumbar vertebrae', '51282000 Vertebra', {
    parents: ['vertebrae'],
    synonyms: ['lumbar spine', 'lumbar vertebra'],
  }),
  ...Object.entries(vertebrae).map(([name, code]) => {
    const level = name.toLowerCase();
    return structure(`${level} vertebra`, code, {
      parents: [regions[name[0] as keyof typeof regions]],
      synonyms: [level, `vertebra ${level}`, `${level} vertebral body`],
    });
  }),
  structure('intervertebral discs', undefined, {
    parents: ['spine'],
    synonyms: ['intervertebral disc', 'intervertebral disks', 'intervertebral disk'],
  }),
  ...discs.map((level) =>
    structure(`${level} disc`, undefined, {
      parents: ['intervertebral discs'],
      synonyms: [`${level} disk`, `${level} intervertebral disc`, `${level} intervertebral disk`],
    }),
  ),
  structure('sacrum', '54735007 Sacrum', { parents: ['spine'], synonyms: ['sacral bone'] }),
  structure('coccyx', '64688005 Coccyx', { parents: ['spine'] }),
  structure('spinal cord', '2748008 Spinal cord', { parents: ['spinal canal'] }),
  structure('spinal canal', '61853006 Vertebral canal', { synonyms: ['vertebral canal'] }),
];
