import type { Tokenizer } from './text-metric.js';

/** Left out by COCO's evaluation, brackets as themselves. */
const dropped = new Set(["''", "'", '``', '`', '(', ')', '{', '}', '.', '?', '!', ',', ':', '-', '--', '...', ';']);

/** Words that keep their stop. */
const abbreviation = String.raw`(?:approx|dr|etc|fig|jr|mr|mrs|ms|prof|sr|st|vs|\p{L}(?:\.\p{L}){1,9})\.`;
const number = String.raw`\p{Nd}+(?:[.,:]\p{Nd}+)+`;
const word = String.raw`[\p{L}\p{M}\p{N}_]+(?:[-'][\p{L}\p{M}\p{N}_]+)*`;
const token = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${abbreviation}(?=\P{L}|$)|${number}(?:-${word})?|${word}|\.{3}|-{2,}|''|\P{White_Space}`,
  'gu',
);
const contraction = /^(.+?)(n't|'(?:s|m|d|re|ve|ll))$/u;

/**
 * Lower-cased words in the manner of Stanford's PTBTokenizer without the marks that COCO's evaluation leaves out
 * (salaniz/pycocoevalcap@ad63453, tokenizer): hyphens and decimals stay within words, contractions are split, of abbreviations
 * a short list is known.
 *
 * Differs: Stanford's is a Java program with far more rules (dates, fractions, addresses, assimilations such as `gonna`).
 */
export const tokenizePtb: Tokenizer = (text) =>
  (text.toLowerCase().replaceAll(/[‘’]/gu, "'").replaceAll(/[“”"]/gu, "''").match(token) ?? [])
    .flatMap((each) => contraction.exec(each)?.slice(1) ?? [each])
    .filter((each) => !dropped.has(each));
