import type { PageReport } from './data.js';

/** A stretch of one line of text that belongs to one phrase or to none. */
export interface Fragment {
  text: string;
  x: number;
  line: number;
  width: number;
  /** Index of its phrase in the report. */
  phrase?: number;
  /** True for the last stretch of its phrase. */
  isEnd: boolean;
}

/** Widths of a common sans-serif face, in parts of the font size; what is not listed is of the middle width. */
const widths: [string, number][] = [
  ["ijl|'", 0.222],
  ['fI.,:;/!t[]\\', 0.278],
  [' r-()`{}"', 0.34],
  ['ckszvxyJ', 0.5],
  ['w', 0.722],
  ['mM%', 0.85],
  ['W', 0.944],
];
const middle = 0.556;
const widthByCharacter = new Map(
  widths.flatMap(([characters, width]) => [...characters].map((c) => [c, width] as const)),
);

/** Estimated width of text in pixels. */
export const textWidth = (text: string, fontSize: number): number =>
  fontSize * [...text].reduce((sum, c) => sum + (widthByCharacter.get(c) ?? (/[A-Z]/.test(c) ? 0.68 : middle)), 0);

/** Room kept after the end of a phrase for its number. */
const numberRoom = 9;

/** Takes the space off the end of a line, where it would lengthen a mark. */
function trimmed(fragment: Fragment, fontSize: number): Fragment {
  const text = fragment.text.trimEnd();
  return { ...fragment, text, width: fragment.width - textWidth(fragment.text.slice(text.length), fontSize) };
}

/** Breaks a report into lines of at most this width. */
export function layoutReport({ text, phrases }: PageReport, maxWidth: number, fontSize: number): Fragment[] {
  const words: { text: string; phrase?: number; isEnd: boolean; isBreak: boolean }[] = [];
  const add = (part: string, phrase?: number): void => {
    const pieces = part.split(/(\n)|(?<=\s)(?=\S)/).filter((piece): piece is string => Boolean(piece));
    pieces.forEach((piece, i) => {
      const isEnd = phrase !== undefined && i === pieces.length - 1;
      words.push({ text: piece, ...(phrase === undefined ? {} : { phrase }), isEnd, isBreak: piece === '\n' });
    });
  };
  let at = 0;
  phrases.forEach(({ start, end }, i) => {
    add(text.slice(at, start));
    add(text.slice(start, end), i);
    at = end;
  });
  add(text.slice(at));

  const fragments: Fragment[] = [];
  let [x, line] = [0, 0];
  words.forEach((word, i) => {
    // What follows without a space, as a full stop, stays on the line of its word.
    const next = words[i + 1];
    const tail = next && !/\s$/.test(word.text) && /^\S/.test(next.text) ? textWidth(next.text.trimEnd(), fontSize) : 0;
    const width = textWidth(word.text, fontSize);
    const needed = textWidth(word.text.trimEnd(), fontSize) + (word.isEnd ? numberRoom : 0) + tail;
    if (word.isBreak || (x > 0 && x + needed > maxWidth)) [x, line] = [0, line + 1];
    if (word.isBreak) return;
    const last = fragments.at(-1);
    if (last && last.line === line && last.phrase === word.phrase && !last.isEnd) {
      last.text += word.text;
      last.width += width;
      last.isEnd = word.isEnd;
    } else {
      const { phrase, isEnd } = word;
      fragments.push({ text: word.text, x, line, width, isEnd, ...(phrase === undefined ? {} : { phrase }) });
    }
    x += width + (word.isEnd ? numberRoom : 0);
  });
  return fragments
    .map((fragment, i) => (fragments[i + 1]?.line === fragment.line ? fragment : trimmed(fragment, fontSize)))
    .filter(({ text: shown }) => shown !== '');
}
