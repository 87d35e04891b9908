import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { porterStem, sentenceMeteor, tokenizeTreebank } from '../../src/index.js';
import { wordNetSynonyms } from '../../src/wordnet.js';
import { oracle } from './oracle.js';

/** Senses of a small dictionary in the format of WordNet (wndb), by part of speech. */
const senses = {
  noun: [['car', 'auto', 'motor_car'], ['car', 'railcar'], ['axis'], ['axe', 'ax'], ['Lung']],
  verb: [
    ['enlarge', 'grow'],
    ['run', 'go'],
  ],
  adj: [['big', 'large(p)'], ['bad']],
  adv: [['always', 'ever']],
} as const;
const exceptions = { noun: 'axes ax axis\n', verb: 'ran run\n', adj: 'worst bad\n', adv: '' } as const;
const licence = '  1 A small dictionary, made by this test.\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordnet-'));
  for (const part of ['noun', 'verb', 'adj', 'adv'] as const) {
    let data = licence;
    const places = new Map<string, number[]>();
    for (const words of senses[part]) {
      for (const word of words) {
        const plain = word.replace('(p)', '').toLowerCase();
        places.set(plain, [...(places.get(plain) ?? []), data.length]);
      }
      const count = words.length.toString(16).padStart(2, '0');
      const listed = words.map((word) => `${word} 0`).join(' ');
      data += `${String(data.length).padStart(8, '0')} 03 n ${count} ${listed} 000 | made up\n`;
    }
    const lines = [...places]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([word, at]) =>
          `${word} n ${at.length} 1 @ ${at.length} 0 ${at.map((n) => String(n).padStart(8, '0')).join(' ')}  \n`,
      );
    await writeFile(join(folder, `data.${part}`), data);
    await writeFile(join(folder, `index.${part}`), licence + lines.join(''));
    await writeFile(join(folder, `${part}.exc`), exceptions[part]);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const list = (words: Iterable<string>) => [...words].sort();

describe('wordNetSynonyms', () => {
  it('gives the words of every sense, without phrases and marks', () => {
    const synonyms = wordNetSynonyms(folder);
    expect(list(synonyms('car'))).toEqual(['auto', 'car', 'railcar']);
    expect(list(synonyms('big'))).toEqual(['big', 'large']);
    expect(list(synonyms('lung'))).toEqual(['Lung']);
    expect(list(synonyms('always'))).toEqual(['always', 'ever']);
  });

  it('looks up base forms, by endings and by the lists of exceptions', () => {
    const synonyms = wordNetSynonyms(folder);
    expect(list(synonyms('Cars'))).toEqual(['auto', 'car', 'railcar']);
    expect(list(synonyms('enlarging'))).toEqual(['enlarge', 'grow']);
    expect(list(synonyms('ran'))).toEqual(['go', 'run']);
    expect(list(synonyms('worst'))).toEqual(['bad']);
    expect(list(synonyms('axes'))).toEqual(['ax', 'axe', 'axis']);
  });

  it('knows nothing of other words', () => {
    const synonyms = wordNetSynonyms(folder);
    for (const word of ['', 'zzz', '0', 'a', 'c', 'ca', 'cart', 's'.repeat(1000), '1', ' ', 'größe']) {
      expect(list(synonyms(word)), word).toEqual([]);
    }
  });

  it('serves METEOR', () => {
    const synonyms = wordNetSynonyms(folder);
    expect(sentenceMeteor('the auto', 'the car', { synonyms }).numMatches).toBe(2);
    expect(sentenceMeteor('the auto', 'the car').numMatches).toBe(1);
  });

  it('refuses a folder without the files, and files of different versions', async () => {
    const other = await mkdtemp(join(tmpdir(), 'wordnet-'));
    try {
      expect(() => wordNetSynonyms(other)).toThrow(
        'expected the dictionary files of WordNet, found no index.noun, data.noun',
      );
      for (const part of ['noun', 'verb', 'adj', 'adv']) {
        await writeFile(join(other, `index.${part}`), 'car n 1 0 1 0 00000007  \n');
        await writeFile(join(other, `data.${part}`), licence);
        await writeFile(join(other, `${part}.exc`), '');
      }
      expect(() => wordNetSynonyms(other)('car')).toThrow(
        'expected an entry of WordNet at byte 7 of data.noun, found none.',
      );
    } finally {
      await rm(other, { recursive: true });
    }
  });

  it.skipIf(!existsSync('/usr/share/wordnet/data.noun'))('gives what NLTK finds in WordNet 3.0', () => {
    const synonyms = wordNetSynonyms('/usr/share/wordnet');
    for (const [word, expected] of Object.entries(oracle.wordnet)) expect(list(synonyms(word)), word).toEqual(expected);
    const texts = oracle.pairs.flatMap(({ candidate, references }) => [candidate, ...references]);
    const stems = list(new Set(texts.flatMap(tokenizeTreebank).map(porterStem)));
    const lines = stems.map((word) => `${word} ${list(synonyms(word)).join(' ')}`);
    expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(oracle.wordnetStemsSha256);
  });
});
