import { splitSentences } from './split-sentences.js';
import type { Tokenizer } from './text-metric.js';
import { spaceClass, splitWhiteSpace } from './white-space.js';

const letter = String.raw`[\p{L}\p{N}_]`;
const edge = `(?:(?<=${letter})(?!${letter})|(?<!${letter})(?=${letter}))`;

type Replacement = readonly [pattern: RegExp, by: string];

/* Replacements one after the other, as NLTK 3.8 has them in `NLTKWordTokenizer`; marks that always stand alone are joined. */
const openingQuotes: readonly Replacement[] = [
  [/[«“‘„]|`+/g, ' $& '],
  [/^"/, '``'],
  [/``/g, ' $& '],
  [/([ ([{<])(?:"|'')/g, '$1 `` '],
  [new RegExp(`(')(?!re|ve|ll|m|t|s|d|n)(${letter})${edge}`, 'giu'), '$1 $2'],
];
const marks: readonly Replacement[] = [
  // NLTK takes the stop at the end for one that ends a sentence.
  [/([^.])(\.)([\])}>"'»”’ ]*)$/, '$1 $2 $3 '],
  [/([:,])(\P{Nd})/gu, ' $1 $2'],
  [/[:,]$/, ' $& '],
  [/\.{2,}|--|[;@#$%&?!*[\](){}<>]/g, ' $& '],
];
const closingQuotes: readonly Replacement[] = [
  [/([^'])' /g, "$1 ' "],
  [/^|$/g, ' '],
  [/[»”’]/g, ' $& '],
  [/''|"/g, " '' "],
  [/([^' ])('[sS]|'[mM]|'[dD]|') /g, '$1 $2 '],
  [/([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) /g, '$1 $2 '],
];
const pairs = "(can)(not)|(d)('ye)|(gim)(me)|(gon)(na)|(got)(ta)|(lem)(me)|(more)('n)".split('|');
const twoWords: readonly Replacement[] = [
  ...pairs.map((pair): Replacement => [new RegExp(`${edge}${pair}${edge}`, 'giu'), ' $1 $2 ']),
  [new RegExp(`${edge}(wan)(na)(?=${spaceClass}|$)`, 'giu'), ' $1 $2 '],
  [new RegExp(`(?<= )('t)(is|was)${edge}`, 'giu'), ' $1 $2 '],
];
const anyQuote = /["'`«»“”‘’„]/;
const anyTwoWords = /cannot|d'ye|gimme|gonna|gotta|lemme|more'n|wanna|'tis|'twas/iu;

function treebankWords(sentence: string): string[] {
  const hasQuotes = anyQuote.test(sentence);
  let text = sentence;
  const replace = (replacements: readonly Replacement[]) => {
    for (const [pattern, by] of replacements) text = text.replace(pattern, by);
  };
  if (hasQuotes) replace(openingQuotes);
  replace(marks);
  if (hasQuotes) replace(closingQuotes);
  if (anyTwoWords.test(sentence)) replace(twoWords);
  return splitWhiteSpace(text);
}

/**
 * Words and marks of each sentence as in the Penn Treebank: the rules of `word_tokenize` of NLTK 3.8, on sentences of
 * `splitSentences`. Letter case stays.
 */
export const tokenizeTreebank: Tokenizer = (text) => splitSentences(text).flatMap(treebankWords);
