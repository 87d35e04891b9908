/** How a report is cut into words: the first RadGraph, or all later models. */
export type WordRule = 'radgraph' | 'radgraph-xl';

/** White space as Python's str.split() knows it. */
const space = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const words = new RegExp(`[^${space}]+`, 'gu');
/** Words and runs of other signs, as NLTK's wordpunct_tokenize; `\w` of Python are letters, numbers and the underscore. */
const wordsAndSigns = new RegExp(`[\\p{L}\\p{N}_]+|[^\\p{L}\\p{N}_${space}]+`, 'gu');

/** What the XL models take apart once more, after their words and signs are joined by spaces. */
const apart: readonly (readonly [string, string])[] = [
  [').', ') .'],
  ['%.', '% .'],
  [".'", ". '"],
  ['%,', '% ,'],
  ['%)', '% )'],
];
/** Escapes that reports of the training data had in them, in this order. */
const escapes: readonly (readonly [string, string])[] = [
  ['\\n', '  '],
  ['\\f', '  '],
  ['\\u2122', '      '],
  ['\\"', '``'],
];

const replaceAll = (text: string, table: readonly (readonly [string, string])[]): string =>
  table.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);

/**
 * The words of a report as RadGraph reads them (Stanford-AIMI/radgraph@87f11a1, utils.py). The first model sets each of
 * `/ , : . ! ? ( )` apart; the later ones cut between letters and signs and keep runs of signs together but for a few.
 */
export function reportWords(report: string, rule: WordRule): string[] {
  const cut =
    rule === 'radgraph'
      ? report.replaceAll(/[/,:.!?()]/g, ' $& ')
      : replaceAll((replaceAll(report, escapes).match(wordsAndSigns) ?? []).join(' '), apart);
  return cut.match(words) ?? [];
}

/** The text of a word that is cut into pieces: DyGIE++ drops the slash of `/.` and `/?` (dygie/data/dataset_readers). */
export const spokenWord = (word: string): string => (word === '/.' || word === '/?' ? word.slice(1) : word);
