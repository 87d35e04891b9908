import { spaceClass } from './white-space.js';

/** What the rules know of a language, in lower case. */
export interface SentenceModel {
  /** Words that may end in a stop within a sentence, without their last stop: `dr`, `e.g`. */
  abbreviations: ReadonlySet<string>;
  /** Words that are written small within a sentence, so that a capital of theirs begins one, also after an abbreviation. */
  commonWords: ReadonlySet<string>;
}

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Words of reports in English: the model of `splitSentences` by default. */
export const englishSentences: SentenceModel = {
  abbreviations: list('approx cf dr e.g etc fig i.e jr mr mrs ms prof resp sr st vs a.m p.m'),
  commonWords: list(
    'a after again all also an and are as at be both but by clear comparison compared for from has have heart however ' +
      'if impression in interval is it left lung lungs mild mildly moderate new no normal not of on or otherwise ' +
      'patient please pleural right severe small stable suggest that the there these this to unchanged was when with within',
  ),
};

const [space, other] = [spaceClass, spaceClass.replace('[', '[^')];
const marked = String.raw`[)";}\]*:@'({\[?!]`;
const marks = String.raw`(?:-{2,}|\.{2,}|(?:\.${space}){2,}\.)`;
const end = `${space}|$|${marked}|${marks}`;
const wordStart = String.raw`[^("\x60{\[:;&#*@)}\]\-,]`;
const word = new RegExp(`${marks}|(?=${wordStart})${other}+?(?=${end}|,(?=${end}))|${other}`, 'gu');
const possibleEnd = new RegExp(`[.?!](?=(${marked}|${space}+(${other}+)))`, 'gu');
const closing = new RegExp(String.raw`^["')\]}]+?(?:${space}+|(?=--)|$)`, 'mu');
const anySpace = new RegExp(space, 'u');
/** What NLTK takes for the end of a word before a mark. */
const asciiSpace = /[\t-\r ]/;

const number = /^-?[.,]?\p{Nd}[\p{Nd},.-]*\.?$/u;
const initial = /^[\p{L}\p{Nl}\p{No}_]\.$/u;
const upper = /^\p{Lu}/u;
const lower = /^\p{Ll}/u;

interface Token {
  text: string;
  isAbbreviation: boolean;
  endsSentence: boolean;
}

function annotate(text: string, { abbreviations }: SentenceModel): Token {
  if ('.?!'.includes(text)) return { text, isAbbreviation: false, endsSentence: true };
  if (!text.endsWith('.') || text.endsWith('..')) return { text, isAbbreviation: false, endsSentence: false };
  const plain = text.slice(0, -1).toLowerCase();
  const isAbbreviation = abbreviations.has(plain) || abbreviations.has(plain.split('-').at(-1)!);
  return { text, isAbbreviation, endsSentence: !isAbbreviation };
}

/** Whether the capitals of a word say that it begins a sentence. */
function beginsSentence({ text, endsSentence }: Token, { commonWords }: SentenceModel): boolean | undefined {
  if (/^[;:,.!?]$/.test(text)) return false;
  if (lower.test(text)) return false;
  const plain = text.toLowerCase();
  return upper.test(text) && commonWords.has(endsSentence && plain.endsWith('.') ? plain.slice(0, -1) : plain)
    ? true
    : undefined;
}

/** Whether a sentence ends after the token, in view of the next. */
function endsBefore(token: Token, next: Token, model: SentenceModel): boolean {
  if (!token.text.endsWith('.')) return token.endsSentence;
  const isInitial = initial.test(token.text);
  const begins = beginsSentence(next, model);
  const mayGoOn = token.isAbbreviation || /^\.{2,}$/.test(token.text);
  if (mayGoOn && !isInitial && begins === true) return true;
  if (!isInitial && !number.test(token.text)) return token.endsSentence;
  if (begins === false) return false;
  return begins === undefined && isInitial && upper.test(next.text) ? false : token.endsSentence;
}

/** The words around a possible end: whether one of them, but the last, ends a sentence. */
function hasEnd(context: string, model: SentenceModel): boolean {
  const tokens = context.split('\n').flatMap((line) => (line.match(word) ?? []).map((text) => annotate(text, model)));
  return tokens.slice(0, -1).some((token, i) => endsBefore(token, tokens[i + 1]!, model));
}

interface PossibleEnd {
  /** Where its word begins, and where the mark is. */
  start: number;
  mark: number;
  /** Where the next word begins. */
  next: number;
  context: string;
}

/** Marks that may end a sentence; of several within one word the last. */
function possibleEnds(text: string): PossibleEnd[] {
  const found: PossibleEnd[] = [];
  for (const match of text.matchAll(possibleEnd)) {
    const previous = found.at(-1) ?? { start: 0, mark: 0 };
    const mark = match.index;
    let start = mark;
    while (start > previous.mark && !asciiSpace.test(text[start - 1]!)) start -= 1;
    if (start === previous.mark) start = previous.start;
    if (previous.mark > start) found.pop();
    const [, after, next] = match;
    found.push({
      start,
      mark,
      next: mark + 1 + (next === undefined ? 0 : after!.length - next.length),
      context: text.slice(start, mark + 1) + after!,
    });
  }
  return found;
}

/**
 * Sentences of a text by the rules of Punkt (Kiss and Strunk 2006; NLTK's `PunktSentenceTokenizer`): stops end a sentence but
 * after abbreviations, initials and numbers before a small letter; quotes and brackets that close go with the sentence.
 *
 * Differs: NLTK's model of English was trained on newspapers and is not part of this package; abbreviations and common words
 * are short lists of ours, and there are no collocations.
 */
export function splitSentences(text: string, model: SentenceModel = englishSentences): string[] {
  const slices: [number, number][] = [];
  let start = 0;
  for (const { mark, next, context } of possibleEnds(text)) {
    if (!hasEnd(context, model)) continue;
    slices.push([start, mark + 1]);
    start = next;
  }
  let stop = text.length;
  while (stop > 0 && anySpace.test(text[stop - 1]!)) stop -= 1;
  slices.push([start, stop]);
  const sentences: string[] = [];
  let moved = 0;
  slices.forEach(([from, to], i) => {
    const next = slices[i + 1];
    const closed = next && closing.exec(text.slice(next[0], next[1]))?.[0];
    const own = moved;
    moved = closed?.length ?? 0;
    const sentence = text.slice(from + own, closed === undefined ? to : next![0] + closed.trimEnd().length);
    if (sentence !== '') sentences.push(sentence);
  });
  return sentences;
}
