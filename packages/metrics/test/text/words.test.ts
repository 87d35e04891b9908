import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  englishSentences,
  porterStem,
  splitSentences,
  splitWhiteSpace,
  tokenizePtb,
  tokenizeRadcliq,
  tokenizeRouge,
  tokenizeTreebank,
} from '../../src/index.js';
import { oracle } from './oracle.js';

describe('words and sentences by NLTK', () => {
  it('are those of Punkt with the same model and of NLTK, on texts that trip them', () => {
    for (const { text, sentences, words } of oracle.sentences) {
      expect(splitSentences(text), text).toEqual(sentences);
      expect(tokenizeTreebank(text), text).toEqual(words);
    }
  });

  it('are those of NLTK on every generated report', () => {
    for (const { candidate, words } of oracle.pairs) expect(tokenizeTreebank(candidate).join(' ')).toBe(words);
  });

  it('come from the model that the oracle was made with', () => {
    expect([...englishSentences.abbreviations]).toEqual(oracle.model.abbreviations);
    expect([...englishSentences.commonWords]).toEqual(oracle.model.commonWords);
  });

  it('follow the model that is given', () => {
    const text = 'Seen by the rad. on Monday. All fine.';
    expect(splitSentences(text)).toHaveLength(3);
    expect(splitSentences(text, { ...englishSentences, abbreviations: new Set(['rad']) })).toHaveLength(2);
    expect(splitSentences('')).toEqual([]);
  });

  it('come to an end for long texts of marks, of which rules try every place', () => {
    for (const part of ['. ', 'a.', '"', "'", '...', '. )', '( ', 'x.)', '-', '?', '. . . ', 'a.a', '1,', ' ']) {
      const text = part.repeat(2000);
      for (const tokens of [tokenizeTreebank(text), tokenizePtb(text)]) {
        expect(tokens.join('').length).toBeLessThanOrEqual(2 * text.length);
      }
    }
  });
});

describe('porterStem', () => {
  it('is the stem of NLTK, for irregular words and examples of every ending', () => {
    for (const [word, stem] of Object.entries(oracle.porter.examples)) expect(porterStem(word), word).toBe(stem);
  });

  it('is the stem of NLTK for every joining of beginnings and endings', () => {
    const { stems, suffixes, sha256 } = oracle.porter;
    const all = stems.flatMap((stem) => suffixes.map((suffix) => porterStem(stem + suffix)));
    expect(createHash('sha256').update(all.join('\n')).digest('hex')).toBe(sha256);
  });

  it('lower-cases, and leaves short words', () => {
    expect(['Effusions', 'IS', 'as', ''].map(porterStem)).toEqual(['effus', 'is', 'as', '']);
  });
});

describe('tokens', () => {
  it('of ROUGE are runs of ASCII letters and digits', () => {
    expect(tokenizeRouge('T2-weighted, 3.5 cm: Größe_x')).toEqual(['t2', 'weighted', '3', '5', 'cm', 'gr', 'e', 'x']);
    expect(tokenizeRouge('…')).toEqual([]);
  });

  it('of RadCliQ are parted at spaces and before stops', () => {
    expect(tokenizeRadcliq('No  effusion. 3.5 cm,\nstable.')).toEqual([
      'no',
      'effusion',
      '.',
      '3',
      '.5',
      'cm,\nstable',
      '.',
    ]);
  });

  it('of COCO are lower-cased, without marks, with hyphens, decimals, abbreviations and contractions as in the treebank', () => {
    const joined = (text: string) => tokenizePtb(text).join('|');
    expect(joined('The T2-weighted, 3.5-cm mass (right): "stable"... isn\'t -- the patient’s!')).toBe(
      "the|t2-weighted|3.5-cm|mass|right|stable|is|n't|the|patient|'s",
    );
    expect(joined('Dr. Meier, at 4 p.m. by phone. 50% <5mm; x/y')).toBe(
      'dr.|meier|at|4|p.m.|by|phone|50|%|<|5mm|x|/|y',
    );
    expect(tokenizePtb(' . ')).toEqual([]);
  });

  it('of Python are parted by its white space', () => {
    expect(splitWhiteSpace(' a\u00a0b\u0085c\u001cd\ufeff\n')).toEqual(['a', 'b', 'c', 'd\ufeff']);
  });
});
