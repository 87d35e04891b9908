import { taxonomy } from './table.js';
import type { Target } from './target.js';

/** A word of a text and where it stands. */
export interface Word {
  /** In lower case. */
  text: string;
  start: number;
  end: number;
}

/** Letters and digits; whatever stands between them parts words. */
export const wordsOf = (text: string): Word[] =>
  Array.from(text.matchAll(/[a-z0-9]+/gi), (match) => ({
    text: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));

const targets = new Map<string, Target>();
/** The most words of a name that begins with this word. */
const longest = new Map<string, number>();

for (const target of taxonomy) {
  for (const name of [target.name, ...target.synonyms]) {
    const words = wordsOf(name).map(({ text }) => text);
    const key = words.join(' ');
    // The first target that has a name keeps it; the tests list the names that two targets would have.
    if (!targets.has(key)) targets.set(key, target);
    const first = words[0] ?? '';
    longest.set(first, Math.max(longest.get(first) ?? 0, words.length));
  }
}

/** The target whose name or synonym begins at this word, the longest of them, and the number of its words. */
export function nameAt(words: readonly Word[], start: number): { target: Target; numWords: number } | undefined {
  const most = longest.get(words[start]?.text ?? '') ?? 0;
  for (let numWords = Math.min(most, words.length - start); numWords > 0; numWords--) {
    let key = words[start]!.text;
    for (let i = 1; i < numWords; i++) key += ` ${words[start + i]!.text}`;
    const target = targets.get(key);
    if (target) return { target, numWords };
  }
  return undefined;
}
