import type { Rng } from '@vividmed/core';
import type { Category } from '../taxonomy/target.js';

const plurals = new Set('femora hila pallida putamina sequelae bronchi'.split(' '));
const singulars = new Set('pancreas psoas iliopsoas lens accumbens'.split(' '));

/** Whether the noun of a name is plural: `kidneys`, `bodies of vertebrae`, and not `pancreas`. */
export function isPlural(name: string): boolean {
  const noun = name.split(/ (?:of|in|with) /)[0]!;
  if (noun.includes(' and ')) return true;
  const last = noun.split(' ').at(-1)!;
  if (plurals.has(last) || /(?:ae|i)$/.test(last)) return true;
  return last.endsWith('s') && !/(?:ss|is|us)$/.test(last) && !singulars.has(last);
}

/** A name as the object of a question: `the left kidney`, `any nodule`. */
export function nounOf(name: string, category: Category): string {
  if (category !== 'structure') return `any ${name}`;
  return /^both |\d$/.test(name) ? name : `the ${name}`;
}

const images = ['image', 'scan', 'study'] as const;

/** Fills a wording: `{image}` a word for the image, `{be}` is or are, `{}` the noun. The first letter is made large. */
export function word(wording: string, rng: Rng, noun = '', plural = false): string {
  const text = wording
    .replace('{image}', rng.pick(images))
    .replace('{be}', plural ? 'are' : 'is')
    .replace('{}', () => noun);
  return text[0]!.toUpperCase() + text.slice(1);
}
