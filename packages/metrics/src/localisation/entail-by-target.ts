import type { EntailmentVerdict } from './grounding-scores.js';

/** What a phrase of a report says, as far as it names a target. */
export interface TargetPhrase {
  /** Name of an anatomical structure or a finding. */
  target: string;
  /** The phrase says that it is not there. */
  negated?: boolean;
  /** The patient's side; left out where the phrase names none. */
  side?: 'left' | 'right' | 'both';
}

/** Names in lower case with single spaces; `synonyms` maps names of this form to the one that stands for them. */
const canonicalName = (name: string, synonyms: Readonly<Record<string, string>>): string => {
  const plain = name.toLowerCase().replaceAll(/\s+/g, ' ').trim();
  return Object.hasOwn(synonyms, plain) ? synonyms[plain]! : plain;
};

const sidesOf = ({ side }: TargetPhrase): readonly string[] =>
  side === undefined ? [] : side === 'both' ? ['left', 'right'] : [side];

/** Places of the premises of one target and polarity that a phrase follows from, or none. */
function evidenceFor(
  phrase: TargetPhrase,
  premises: readonly (readonly [at: number, premise: TargetPhrase])[],
): number[] {
  const everywhere = (asked: TargetPhrase): readonly string[] => {
    const sides = sidesOf(asked);
    return sides.length === 0 && asked.negated ? ['left', 'right'] : sides;
  };
  const needed = everywhere(phrase);
  if (needed.length === 0) return premises.map(([at]) => at);
  const helpful = premises.filter(([, premise]) => everywhere(premise).some((side) => needed.includes(side)));
  const isCovered = needed.every((side) => helpful.some(([, premise]) => everywhere(premise).includes(side)));
  return isCovered ? helpful.map(([at]) => at) : [];
}

/**
 * Verdicts about phrases by rule, in place of a language model's: a phrase follows from those that name the same target, say
 * alike whether it is there, and agree on the side.
 *
 * A finding on one side entails the finding without a side, not the other way round; its absence without a side entails its
 * absence on either; both sides follow from one phrase each. How severe, where exactly and since when is not compared, so
 * these verdicts are milder than those of a reader.
 */
export function entailByTarget(
  phrases: readonly TargetPhrase[],
  premises: readonly TargetPhrase[],
  synonyms: Readonly<Record<string, string>> = {},
): EntailmentVerdict[] {
  const named = premises.map((premise) => canonicalName(premise.target, synonyms));
  return phrases.map((phrase) => {
    const name = canonicalName(phrase.target, synonyms);
    const alike = [...premises.entries()].filter(
      ([at, premise]) => named[at] === name && Boolean(premise.negated) === Boolean(phrase.negated),
    );
    const evidence = evidenceFor(phrase, alike);
    return { entailed: evidence.length > 0, evidence };
  });
}
