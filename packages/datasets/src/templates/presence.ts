import type { Rng } from '@vividmed/core';
import { absent, joinText, listNames, type Phrase, present, type Segment } from '../report/segment.js';
import { targetOf } from '../taxonomy/table.js';
import { isPlural, nounOf, word } from './grammar.js';
import type { Turn } from './sample.js';
import { isLocated, type Knowledge } from './truth.js';
import { presenceForm, presenceMany, presenceOne } from './wordings.js';

/** `heart: yes, nodule: no.`, absent targets as negative phrases or as text. */
export function presenceAnswer(phrases: readonly Phrase[], negatives: boolean): Segment[] {
  const answer: Segment[] = [];
  phrases.forEach((phrase, i) => {
    if (i > 0) answer.push({ text: ', ' });
    answer.push(phrase.present || negatives ? phrase : { text: phrase.phrase });
    answer.push({ text: `: ${phrase.present ? 'yes' : 'no'}${i === phrases.length - 1 ? '.' : ''}` });
  });
  return joinText(answer);
}

/** What a target is called this time: mostly by its name. */
export function nameOf(target: string, rng: Rng): string {
  const { name, synonyms } = targetOf(target);
  return rng.chance(0.7) ? name : rng.pick([name, ...synonyms]);
}

export interface PresenceLimits {
  /** Most targets of each category (structures, the rest) that are asked for and there. */
  maxPresent: number;
  /** Most targets of each category that are asked for and not there. */
  maxAbsent: number;
  /** Chance that a single target is asked for. */
  single: number;
  /** Chance that absent targets are negative phrases. */
  negativeGrounding: number;
}

/**
 * Are these targets there? Present and absent ones in random order. When `grounded`, only those present targets are asked for whose
 * place is known. `undefined` when nothing is known.
 */
export function presenceTurn(
  { present: there, absent: missing, truthOf }: Knowledge,
  grounded: boolean,
  limits: PresenceLimits,
  rng: Rng,
): Turn | undefined {
  const isStructure = (target: string): boolean => targetOf(target).category === 'structure';
  const some = (targets: readonly string[], most: number): string[] => {
    const mixed = rng.shuffle(targets);
    return [true, false].flatMap((kind) => mixed.filter((target) => isStructure(target) === kind).slice(0, most));
  };
  const placed = grounded ? there.filter((target) => isLocated(truthOf(target)!)) : there;
  const phrases = [
    ...some(placed, limits.maxPresent).map((target) => present(nameOf(target, rng), target)),
    ...some(missing, limits.maxAbsent).map((target) => absent(nameOf(target, rng), target)),
  ];
  const one = rng.chance(limits.single);
  // A single target is there as often as it is not, where both can be had.
  const yes = one && rng.chance(0.5);
  const mixed = rng.shuffle(phrases);
  const asked = one
    ? [mixed.find((phrase) => phrase.present === yes) ?? mixed[0]].filter((phrase) => phrase !== undefined)
    : mixed;
  const first = asked[0];
  if (!first) return undefined;
  const question =
    asked.length === 1
      ? word(rng.pick(presenceOne), rng, nounOf(first.phrase, targetOf(first.target).category), isPlural(first.phrase))
      : word(rng.pick(presenceMany), rng, listNames(asked.map(({ phrase }) => phrase)));
  const form = asked.length === 1 ? presenceForm.one : presenceForm.many;
  return { question: `${question} ${form}`, answer: presenceAnswer(asked, rng.chance(limits.negativeGrounding)) };
}
