import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMeteor, meteor, sentenceMeteor, splitWhiteSpace, type Synonyms } from '../../src/index.js';
import { candidates, oracle, references } from './oracle.js';

const table = new Map(Object.entries(oracle.synonyms).map(([word, list]) => [word, new Set(list)]));
const nothing = new Set<string>();
/** What NLTK finds in WordNet 3.0 for the stems of these texts. */
const synonyms: Synonyms = (word) => table.get(word) ?? nothing;

describe('METEOR', () => {
  it('is that of NLTK on 200 pairs, without synonyms and with those of WordNet', () => {
    [undefined, synonyms].forEach((each, k) => {
      const metric = createMeteor(each ? { synonyms: each } : {});
      for (const pair of oracle.pairs) {
        expect(metric.add(pair.candidate, pair.references).score).toBeCloseTo(pair.meteor[k]!, 10);
      }
      const sum = oracle.pairs.reduce((total, pair) => total + pair.meteor[k]!, 0);
      expect(metric.result().mean).toBeCloseTo(sum / candidates.length, 10);
    });
    expect(oracle.pairs.filter((pair) => pair.meteor[0] !== pair.meteor[1]).length).toBeGreaterThan(3);
  });

  it('says whether it had synonyms', () => {
    expect(meteor(['a'], ['a'])).toEqual({ mean: 0.5, numTexts: 1, hasSynonyms: false });
    expect(meteor(['a'], ['a'], { synonyms }).hasSynonyms).toBe(true);
  });

  it('matches by form, then stem, then synonym of the stem', () => {
    const score = (a: string, b: string) => sentenceMeteor(a, b, { synonyms }).numMatches;
    expect(score('Effusion', 'effusion')).toBe(1);
    expect(score('effusions', 'effusion')).toBe(1);
    expect(score('auto', 'car')).toBe(1);
    expect(score('lung', 'liver')).toBe(0);
  });

  it('counts chunks of matches that are adjacent in both texts', () => {
    const { numChunks, numMatches, score } = sentenceMeteor('a b c d', 'c d a b', { tokenize: splitWhiteSpace });
    expect([numChunks, numMatches]).toEqual([2, 4]);
    expect(score).toBeCloseTo(1 - 0.5 * (2 / 4) ** 3, 12);
    expect(sentenceMeteor('a b c d', 'a b c d').score).toBeCloseTo(1 - 0.5 / 64, 12);
  });

  it('weighs precision and recall by alpha', () => {
    // Two of two words, two of four.
    const options = { gamma: 0, tokenize: splitWhiteSpace };
    expect(sentenceMeteor('a b', 'a b c d', options).score).toBeCloseTo(0.5 / (0.9 + 0.1 * 0.5), 12);
    expect(sentenceMeteor('a b', 'a b c d', { ...options, alpha: 0 }).score).toBeCloseTo(1, 12);
  });

  it('is 0 where nothing matches or a text is empty, and takes the best reference', () => {
    expect(sentenceMeteor('', '').score).toBe(0);
    expect(sentenceMeteor('a', '').score).toBe(0);
    expect(sentenceMeteor('lung', ['heart', 'lung']).score).toBe(0.5);
    expect(meteor([], []).mean).toBeNaN();
    expect(() => sentenceMeteor('a', [])).toThrow('meteor: expected at least one reference a text, found none.');
    expect(() => createMeteor({ alpha: 2 })).toThrow(
      'expected alpha and gamma in [0, 1] and beta of at least 0, found 2',
    );
    expect(() => meteor(['a'], [])).toThrow('found 1 and 0');
  });

  it('is in [0, 1], and matches no word twice', () => {
    const text = fc.array(fc.constantFrom('lung', 'lungs', 'car', 'auto', 'no'), { maxLength: 9 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const { score, numMatches, numChunks } = sentenceMeteor(a.join(' '), b.join(' '), { synonyms });
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(numMatches).toBeLessThanOrEqual(Math.min(a.length, b.length));
        expect(numChunks).toBeLessThanOrEqual(numMatches);
      }),
      { seed: 13 },
    );
    expect(references.length).toBe(candidates.length);
  });
});
