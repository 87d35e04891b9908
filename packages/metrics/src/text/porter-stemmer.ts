/* Words that NLTK does not leave to the rules. */
const irregular: ReadonlyMap<string, string> = new Map([
  ['sky', 'sky'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['news', 'news'],
  ['inning', 'inning'],
  ['innings', 'inning'],
  ['outing', 'outing'],
  ['outings', 'outing'],
  ['canning', 'canning'],
  ['cannings', 'canning'],
  ['howe', 'howe'],
  ['proceed', 'proceed'],
  ['exceed', 'exceed'],
  ['succeed', 'succeed'],
]);

/** Which letters are vowels: a, e, i, o, u, and y after a consonant. */
function vowels(word: string): boolean[] {
  const found: boolean[] = [];
  for (const letter of word) found.push('aeiou'.includes(letter) || (letter === 'y' && found.at(-1) === false));
  return found;
}

/** Porter's m: how often a consonant follows a vowel. */
function measure(stem: string): number {
  const is = vowels(stem);
  return is.filter((vowel, i) => !vowel && i > 0 && is[i - 1]).length;
}

const hasVowel = (stem: string): boolean => vowels(stem).includes(true);

const isConsonant = (stem: string, at: number): boolean => vowels(stem).at(at) === false;

const endsInDoubleConsonant = (word: string): boolean => word.at(-1) === word.at(-2) && isConsonant(word, -1);

/** Porter's *o, consonant, vowel, consonant other than w, x and y; in NLTK also a word of a vowel and a consonant. */
function endsShort(stem: string): boolean {
  const is = vowels(stem);
  if (is.length === 2) return is[0]! && !is[1]!;
  return is.length > 2 && !is.at(-1)! && is.at(-2)! && !is.at(-3)! && !'wxy'.includes(stem.at(-1)!);
}

/** A suffix, what takes its place, and whether it may, given the word without it; the first suffix that fits decides. */
type Rule = readonly [suffix: string, replacement: string, allowed?: (stem: string) => boolean];

function apply(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (!rule) return word;
  const [suffix, replacement, allowed] = rule;
  const stem = word.slice(0, word.length - suffix.length);
  return allowed?.(stem) === false ? word : stem + replacement;
}

const isLong = (stem: string): boolean => measure(stem) > 0;
const isLonger = (stem: string): boolean => measure(stem) > 1;
const rulesWhere = (allowed: (stem: string) => boolean, pairs: Readonly<Record<string, string>>): Rule[] =>
  Object.entries(pairs).map(([suffix, replacement]) => [suffix, replacement, allowed]);

const plurals: readonly Rule[] = [
  ['sses', 'ss'],
  ['ies', 'i'],
  ['ss', 'ss'],
  ['s', ''],
];

function withoutPlural(word: string): string {
  return word.length === 4 && word.endsWith('ies') ? word.slice(0, -1) : apply(word, plurals);
}

function withoutPast(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return apply(word, [['eed', 'ee', isLong]]);
  const suffix = ['ed', 'ing'].find((each) => word.endsWith(each) && hasVowel(word.slice(0, -each.length)));
  if (suffix === undefined) return word;
  const stem = word.slice(0, -suffix.length);
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsInDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

const lastY: readonly Rule[] = [['y', 'i', (stem) => stem.length > 1 && isConsonant(stem, -1)]];

const doubleSuffixes: readonly Rule[] = [
  ...rulesWhere(isLong, {
    ational: 'ate',
    tional: 'tion',
    enci: 'ence',
    anci: 'ance',
    izer: 'ize',
    bli: 'ble',
    alli: 'al',
    entli: 'ent',
    eli: 'e',
    ousli: 'ous',
    ization: 'ize',
    ation: 'ate',
    ator: 'ate',
    alism: 'al',
    iveness: 'ive',
    fulness: 'ful',
    ousness: 'ous',
    aliti: 'al',
    iviti: 'ive',
    biliti: 'ble',
    fulli: 'ful',
  }),
  // The l is part of what is measured, so that `geology` and `archaeology` are treated alike.
  ['logi', 'log', (stem) => isLong(`${stem}l`)],
];

function withSimpleSuffix(word: string): string {
  if (word.endsWith('alli') && isLong(word.slice(0, -4))) return withSimpleSuffix(word.slice(0, -2));
  return apply(word, doubleSuffixes);
}

const adjectives = rulesWhere(isLong, {
  icate: 'ic',
  ative: '',
  alize: 'al',
  iciti: 'ic',
  ical: 'ic',
  ful: '',
  ness: '',
});

const endings: readonly Rule[] = [
  ...['al', 'ance', 'ence', 'er', 'ic', 'able', 'ible', 'ant', 'ement', 'ment', 'ent'].map((suffix): Rule => [
    suffix,
    '',
    isLonger,
  ]),
  ['ion', '', (stem) => isLonger(stem) && /[st]$/.test(stem)],
  ...['ou', 'ism', 'ate', 'iti', 'ous', 'ive', 'ize'].map((suffix): Rule => [suffix, '', isLonger]),
];

const lastE: readonly Rule[] = [['e', '', (stem) => isLonger(stem) || (measure(stem) === 1 && !endsShort(stem))]];

const lastL: readonly Rule[] = [['ll', 'l', (stem) => isLonger(`${stem}l`)]];

const rest: readonly (readonly Rule[])[] = [adjectives, endings, lastE, lastL];

/**
 * Stem of a word by Porter's rules (Program 14.3, 1980) with the extensions that NLTK's `PorterStemmer` has by default, which
 * METEOR and Google's ROUGE use: irregular words, `-ies` and `-ied` of words of four letters, `y` after a consonant alone,
 * `-alli`, `-fulli`, `-logi`. The word is lower-cased; words of one or two letters stay.
 */
export function porterStem(word: string): string {
  const lower = word.toLowerCase();
  const known = irregular.get(lower);
  if (known !== undefined) return known;
  if (lower.length <= 2) return lower;
  const simple = withSimpleSuffix(apply(withoutPast(withoutPlural(lower)), lastY));
  return rest.reduce((stem, rules) => apply(stem, rules), simple);
}
