import { paired, structure } from '../rows.js';
import type { Target } from '../target.js';

/** Muscles of the trunk and of the hip. */
export const muscles: readonly Target[] = [
  structure('skeletal muscle', '127954009 Skeletal muscle', { synonyms: ['skeletal muscles', 'muscle', 'muscles'] }),
  ...paired('gluteus maximus muscle', 'gluteus maximus muscles', '181674001 Gluteus maximus muscle', {
    parents: ['skeletal muscle'],
    synonyms: [['gluteus maximus', 'glutei maximi']],
  }),
  ...paired('gluteus medius muscle', 'gluteus medius muscles', '78333006 Gluteus medius muscle', {
    parents: ['skeletal muscle'],
    synonyms: [['gluteus medius', 'glutei medii']],
  }),
  ...paired('gluteus minimus muscle', 'gluteus minimus muscles', undefined, {
    parents: ['skeletal muscle'],
    synonyms: [['gluteus minimus', 'glutei minimi']],
  }),
  ...paired('deep back muscle', 'deep back muscles', '244849004 Deep muscle of back', {
    parents: ['skeletal muscle'],
    synonyms: [
      ['autochthonous back muscle', 'autochthonous back muscles'],
      ['autochthon', 'autochthons'],
    ],
  }),
  ...paired('iliopsoas muscle', 'iliopsoas muscles', '68455001 Iliopsoas muscle', {
    parents: ['skeletal muscle'],
    synonyms: [
      ['iliopsoas', 'iliopsoas of both sides'],
      ['psoas', 'psoas of both sides'],
    ],
  }),
];
