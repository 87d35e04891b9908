import { splitSentences } from './split-sentences.js';
import type { Tokenizer } from './text-metric.js';
import { spaceClass, splitWhiteSpace } from './white-space.js';

const letter = String.raw`[\p{L}\p{N}_]`;
const edge = `(?:(?<=${letter})(?!${letter})|(?<!${letter})(?=${letter}))`;

/** Replacements one after the other, as NLTK 3.8 has them in `NLTKWordTokenizer`. */
const replacements: readonly (readonly [RegExp, string])[] = [
  // Quotes that open.
  [/[«“‘„]|`+/gu, ' $& '],
  [/^"/u, '``'],
  [/``/gu, ' $& '],
  [/([ ([{<])(?:"|'')/gu, '$1 `` '],
  [new RegExp(`(')(?!re|ve|ll|m|t|s|d|n)(${letter})${edge}`, 'giu'), '$1 $2'],
  // Marks.
  [/([^.])(\.)([\])}>"'»”’ ]*)$/u, '$1 $2 $3 '],
  [/([:,])(\P{Nd})/gu, ' $1 $2'],
  [/[:,]$/u, ' $& '],
  [/\.{2,}/gu, ' $& '],
  [/[;@#$%&]/gu, ' $& '],
  [/([^.])(\.)([\])}>"']*)$/u, '$1 $2$3 '],
  [/[?!]/gu, ' $& '],
  [/([^'])' /gu, "$1 ' "],
  [/\*/gu, ' $& '],
  [/[\][(){}<>]/gu, ' $& '],
  [/--/gu, ' -- '],
  [/^|$/gu, ' '],
  // Quotes that close, and endings of words.
  [/[»”’]/gu, ' $& '],
  [/''/gu, " '' "],
  [/"/gu, " '' "],
  [/([^' ])('[sS]|'[mM]|'[dD]|') /gu, '$1 $2 '],
  [/([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) /gu, '$1 $2 '],
  // Words that are two.
  ...['(can)(not)', "(d)('ye)", '(gim)(me)', '(gon)(na)', '(got)(ta)', '(lem)(me)', "(more)('n)"].map(
    (pair) => [new RegExp(`${edge}${pair}${edge}`, 'giu'), ' $1 $2 '] as const,
  ),
  [new RegExp(`${edge}(wan)(na)(?=${spaceClass})`, 'giu'), ' $1 $2 '],
  [new RegExp(` ('t)(is)${edge}`, 'giu'), ' $1 $2 '],
  [new RegExp(` ('t)(was)${edge}`, 'giu'), ' $1 $2 '],
];

const treebankWords: Tokenizer = (sentence) =>
  splitWhiteSpace(replacements.reduce((text, [pattern, by]) => text.replace(pattern, by), sentence));

/**
 * Words and marks of each sentence as in the Penn Treebank: the rules of `word_tokenize` of NLTK 3.8, on sentences of
 * `splitSentences`. Letter case stays.
 */
export const tokenizeTreebank: Tokenizer = (text) => splitSentences(text).flatMap(treebankWords);
