import type { ChexpertLabel, CtRateLabel } from '../label-sets.js';
import type { LabelState } from '../label-state.js';
import { chexpertLexicon } from './chexpert-lexicon.js';
import { clausesOf } from './clauses.js';
import { ctLexicon } from './ct-lexicon.js';
import type { CueKind } from './cues.js';
import type { Lexicon } from './lexicon.js';
import { cuesOf, kindsAt } from './scope.js';

interface Patterns<L extends string> {
  label: L;
  mentions: RegExp;
  normal: RegExp | undefined;
  borderline: RegExp | undefined;
}

const patternOf = (phrases: readonly string[]): RegExp =>
  new RegExp(String.raw`(?<![a-z])(?:${[...phrases].sort((a, b) => b.length - a.length).join('|')})(?![a-z])`, 'g');

const compile = <L extends string>(lexicon: Lexicon<L>): Patterns<L>[] =>
  lexicon.map(({ label, mentions, normal, borderline }) => ({
    label,
    mentions: patternOf(mentions),
    normal: normal && patternOf(normal),
    borderline: borderline && patternOf(borderline),
  }));

/** What one mention says; nothing where it is no finding of this image. */
function mentionState(inside: string, kinds: ReadonlySet<CueKind>): LabelState | undefined {
  if (kinds.has('elsewhere')) return undefined;
  if (kinds.has('undecided')) return 'uncertain';
  if (kinds.has('negation') || /\b(?:not?|without)\b/.test(inside)) return 'negative';
  const isUncertain =
    kinds.has('uncertainty') || /\b(?:may|might|could|possibly|probably|likely|borderline)\b/.test(inside);
  return isUncertain ? 'uncertain' : 'positive';
}

/** What words of health say: that the finding is absent, or may be. Denied, they say nothing ("not of normal size"). */
function normalState(inside: string, kinds: ReadonlySet<CueKind>): LabelState | undefined {
  const said = mentionState(inside, kinds);
  return said === 'positive' ? 'negative' : said === 'uncertain' ? 'uncertain' : undefined;
}

/** The state that outweighs the other when a report says both. */
const rank: readonly LabelState[] = ['blank', 'negative', 'uncertain', 'positive'];
const stronger = (a: LabelState, b: LabelState): LabelState => (rank.indexOf(b) > rank.indexOf(a) ? b : a);

function labelText<L extends string>(text: string, patterns: readonly Patterns<L>[]): Record<L, LabelState> {
  const states = new Map<L, LabelState>(patterns.map(({ label }) => [label, 'blank']));
  for (const clause of clausesOf(text)) {
    const cues = cuesOf(clause);
    for (const { label, mentions, normal, borderline } of patterns) {
      const add = (pattern: RegExp | undefined, stateOf: typeof mentionState): void => {
        for (const match of pattern ? clause.matchAll(pattern) : []) {
          const end = match.index + match[0].length;
          const state = stateOf(match[0], kindsAt(clause, cues, match.index, end));
          if (state) states.set(label, stronger(states.get(label)!, state));
        }
      };
      add(mentions, mentionState);
      add(normal, normalState);
      add(borderline, () => 'uncertain');
    }
  }
  // Each key is one of the labels.
  return Object.fromEntries(states) as Record<L, LabelState>;
}

const chexpertPatterns = compile(chexpertLexicon);
const ctPatterns = compile(ctLexicon);

/**
 * What a report of a chest radiograph says about CheXpert's 14 observations, by rules: words that name a finding, negation
 * and doubt around them; the strongest mention counts (positive, uncertain, negative). `No Finding` is positive where
 * nothing but support devices is positive or uncertain, and blank for a text without words.
 *
 * This is neither the CheXpert labeller nor CheXbert: scores made with it are not comparable with theirs. Give it findings and
 * impression, without the indication and the comparison.
 */
export function labelChestReport(text: string): Record<ChexpertLabel, LabelState> {
  const states = labelText(text, chexpertPatterns);
  const isFound = Object.entries(states).some(
    ([label, state]) => label !== 'Support Devices' && (state === 'positive' || state === 'uncertain'),
  );
  const hasWords = /\p{L}/u.test(text);
  return { ...states, 'No Finding': isFound || !hasWords ? 'blank' : 'positive' };
}

/**
 * What a report of a chest CT says about the 18 labels of CT-RATE, by the same rules as `labelChestReport`. It is not RadBERT:
 * scores made with it are not comparable.
 */
export const labelCtReport = (text: string): Record<CtRateLabel, LabelState> => labelText(text, ctPatterns);
