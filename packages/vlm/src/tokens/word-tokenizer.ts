import { check, VividMedError } from '@vividmed/core';
import { addedTokenNames, specialTokens, type Tokenizer } from './tokenizer.js';

/** A tokenizer over a closed vocabulary; `words` is all that is needed to make it again. */
export interface WordTokenizer extends Tokenizer {
  readonly words: readonly string[];
  toJSON(): { kind: 'word'; words: string[] };
}

const glue = '##';
const baseTokens = ['<pad>', '<s>', '</s>', '<unk>'];

/** A word, a digit, a line break or one mark, and whether it follows without a space. */
function pieces(text: string): { piece: string; glued: boolean }[] {
  const found: { piece: string; glued: boolean }[] = [];
  let end = 0;
  for (const match of text.matchAll(/\n|[^\S\n]*(\p{L}+|\d|[^\s\p{L}\d])/gu)) {
    const piece = match[1] ?? '\n';
    const spaced = match[0].length > piece.length;
    const atStart = end === 0 || found.at(-1)?.piece === '\n';
    // A mark that opens a segment belongs to the word before it (`<p>opacity</p>.`); a word that opens one does not.
    found.push({
      piece,
      glued: piece === '\n' || (!spaced && (!atStart || /^[.,;:!?%)\]]$/.test(piece))),
    });
    end = match.index + match[0].length;
  }
  return found;
}

/**
 * The vocabulary of some texts: words and marks as written, `##` in front of those that follow without a space.
 * Sorted, so the same texts in any order give the same ids.
 */
export function wordVocabulary(texts: Iterable<string>): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    for (const { piece, glued } of pieces(text)) words.add(glued ? glue + piece : piece);
  }
  return [...words].sort();
}

/**
 * A tokenizer of words, digits and marks for small models.
 *
 * `decode(encode(text))` is the text with runs of spaces made one, if every piece is in the vocabulary. A piece that is
 * known only with, or only without, a space before it takes that form; one known only in lower case is lowered.
 */
export function wordTokenizer(words: readonly string[]): WordTokenizer {
  const entries = [...baseTokens, ...words];
  const ids = new Map(entries.map((word, id) => [word, id]));
  check(ids.size === entries.length, 'config', 'wordTokenizer: expected every word once, found one twice.');
  const special = specialTokens(entries.length, 3);
  // A report may hold the letters of a base token ("<s>"), which is text and not the token.
  const find = (word: string): number | undefined => {
    const id = ids.get(word);
    return id === undefined || id < baseTokens.length ? undefined : id;
  };
  const idOf = (piece: string, glued: boolean): number => {
    for (const form of [piece, piece.toLowerCase()]) {
      const id = glued ? (find(glue + form) ?? find(form)) : (find(form) ?? find(glue + form));
      if (id !== undefined) return id;
    }
    return special.unk;
  };
  return {
    words: [...words],
    special,
    vocabSize: entries.length + addedTokenNames.length,
    encode: (text) => pieces(text).map(({ piece, glued }) => idOf(piece, glued)),
    decode: (tokens) => {
      let text = '';
      for (const id of tokens) {
        const entry = entries[id];
        if (entry === undefined || (id < baseTokens.length && id !== special.unk)) continue;
        const glued = entry.length > glue.length && entry.startsWith(glue);
        const separator = glued || text === '' || text.endsWith('\n') ? '' : ' ';
        text += separator + (glued ? entry.slice(glue.length) : entry);
      }
      return text;
    },
    toJSON: () => ({ kind: 'word', words: [...words] }),
  };
}

/** The tokenizer that `toJSON` described. @throws {VividMedError} `checkpoint` for anything else. */
export function tokenizerFromJson(json: unknown): WordTokenizer {
  const { kind, words } = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  if (kind !== 'word' || !Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new VividMedError(
      'checkpoint',
      'tokenizerFromJson: expected {"kind": "word", "words": [...]}, found something else.',
    );
  }
  return wordTokenizer(words);
}
