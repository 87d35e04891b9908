import type { Side } from '../taxonomy/target.js';

/** Words that point at something in the image, or say that it is not there. */
export interface Phrase {
  phrase: string;
  target: string;
  /** Set when the phrase names a side: then it means the instances on that side alone. */
  side?: Side;
  present: boolean;
  /** True when the target is absent: the model learns not to open a phrase here (the `<np>` of the published code). */
  negative?: boolean;
}

/** A stretch of text. Spaces belong to plain text, never to the ends of a phrase. */
export type Segment = { text: string } | Phrase;

/** One sentence with its full stop. */
export type Sentence = Segment[];

export const isPhrase = (segment: Segment): segment is Phrase => 'phrase' in segment;

export const present = (phrase: string, target: string, side?: Side): Phrase => ({
  phrase,
  target,
  present: true,
  ...(side === undefined ? {} : { side }),
});

export const absent = (phrase: string, target: string, side?: Side): Phrase => ({
  phrase,
  target,
  present: false,
  negative: true,
  ...(side === undefined ? {} : { side }),
});

/** Fills the marks `{}` of a wording with phrases, in order. */
export function fill(wording: string, ...phrases: readonly (Phrase | string)[]): Sentence {
  const sentence: Sentence = [];
  wording.split('{}').forEach((text, i) => {
    if (i > 0) {
      const item = phrases[i - 1] as Phrase | string;
      sentence.push(typeof item === 'string' ? { text: item } : item);
    }
    if (text !== '') sentence.push({ text });
  });
  return joinText(sentence);
}

/** The same segments with neighbouring plain text made one. */
export function joinText(segments: readonly Segment[]): Segment[] {
  const out: Segment[] = [];
  for (const segment of segments) {
    const last = out.at(-1);
    if (!isPhrase(segment) && last !== undefined && !isPhrase(last))
      out[out.length - 1] = { text: last.text + segment.text };
    else out.push(segment);
  }
  return out;
}

export const textOf = (segments: readonly Segment[]): string =>
  segments.map((segment) => (isPhrase(segment) ? segment.phrase : segment.text)).join('');

/** `a, b and c`. */
export const listNames = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
