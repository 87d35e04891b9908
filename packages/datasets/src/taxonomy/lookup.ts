import { targetOf } from './table.js';
import type { Side, Target } from './target.js';
import { nameAt, type Word, wordsOf } from './words.js';

const setOf = (...lines: readonly string[]): ReadonlySet<string> => new Set(lines.join(' ').split(' '));

/** Words of size, number, side, place, degree and time that may stand in front of a name. */
const qualifiers = setOf(
  'a an the small moderate large multiple several single bilateral left right sided upper middle lower zone lobe basal',
  'mild possible likely new two three both unilateral tiny minimal trace subtle severe marked massive extensive huge',
  'few some numerous scattered solitary four five six mm cm x acute subacute chronic old healed stable unchanged',
  'probable suspected patchy focal multifocal diffuse segmental subsegmental linear lobar confluent loculated layering',
  'apical basilar bibasilar bibasal basal central peripheral perihilar retrocardiac anterior posterior medial lateral',
  'superior inferior subpleural calcified noncalcified spiculated solid subsolid displaced nondisplaced round rounded',
);

const prepositions = setOf('in on at of within along');
/** Words that may follow a preposition behind a name; they name no target that matters beside the side. */
const places = setOf('lung lungs base bases apex apices side hemithorax chest zones lobes');

const isQualifier = ({ text }: Word): boolean => qualifiers.has(text) || /^\d+$/.test(text);
const isPlace = (word: Word): boolean => isQualifier(word) || places.has(word.text);

/** What words point at. */
export interface Found {
  target: Target;
  /** The side that the words name, for abnormalities; a structure of one side is a target of its own. */
  side?: Side;
}

/** What a name means among the words around it: a side picks one of a pair, or is the side of an abnormality. */
function meaningOf(target: Target, around: readonly Word[]): Found {
  const named = (['left', 'right'] as const).filter((side) => around.some(({ text }) => text === side));
  const side = named.length === 1 ? named[0] : undefined;
  if (side === undefined) return { target };
  if (target.sides) return { target: targetOf(target.sides[side]) };
  return target.sided ? { target, side } : { target };
}

/** Reads words that end in a name, all those in front being qualifiers; `behind` may name a side. */
function readName(words: readonly Word[], behind: readonly Word[]): Found | undefined {
  for (let start = 0; start < words.length; start++) {
    const name = nameAt(words, start);
    if (name && start + name.numWords === words.length)
      return meaningOf(name.target, [...words.slice(0, start), ...behind]);
    if (!isQualifier(words[start]!)) return undefined;
  }
  return undefined;
}

/**
 * What a phrase of a report points at: its target, and the side if it names one. Words of size, number, side and place in
 * front of the name are understood, and a place on a side behind it. `undefined` when the phrase names nothing of the taxonomy, or
 * has words that are not understood.
 */
export function lookupTarget(phrase: string): Found | undefined {
  const words = wordsOf(phrase);
  const whole = readName(words, []);
  if (whole) return whole;
  const split = words.findIndex(({ text }, i) => i > 0 && prepositions.has(text));
  if (split === -1) return undefined;
  const behind = words.slice(split + 1);
  return behind.every(isPlace) ? readName(words.slice(0, split), behind) : undefined;
}

/** A name in a text, with the words that qualify it. */
export interface Mention extends Found {
  /** First letter, and one past the last, of the phrase in the text: qualifiers in front of the name included. */
  start: number;
  end: number;
}

/**
 * Every target that a text names, in its order, each as long a name as fits. Says what is named and not what is claimed:
 * "no effusion" names an effusion.
 */
export function findTargets(text: string): Mention[] {
  const words = wordsOf(text);
  const found: Mention[] = [];
  // Words qualify each other when nothing but spaces and hyphens is between them.
  const joins = (i: number): boolean => /^[\s-]*$/.test(text.slice(words[i]!.end, words[i + 1]!.start));
  /** Whether a longer name follows, which these words qualify: "left lung" in "left lung nodule". */
  const isQualifying = (start: number, end: number): boolean => {
    for (let next = start + 1; next <= end && next < words.length; next++) {
      if (!isQualifier(words[next - 1]!) || !joins(next - 1)) return false;
      const name = nameAt(words, next);
      if (name && next + name.numWords > end) return true;
    }
    return false;
  };
  let free = 0;
  for (let i = 0; i < words.length; i++) {
    const name = nameAt(words, i);
    if (!name || isQualifying(i, i + name.numWords)) continue;
    let first = i;
    while (first > free && isQualifier(words[first - 1]!) && joins(first - 1)) first--;
    free = i + name.numWords;
    const meaning = meaningOf(name.target, words.slice(first, i));
    found.push({ ...meaning, start: words[first]!.start, end: words[free - 1]!.end });
    i = free - 1;
  }
  return found;
}
