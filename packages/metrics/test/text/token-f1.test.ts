import { describe, expect, it } from 'vitest';
import { exactMatch, tokenF1 } from '../../src/index.js';
import { oracle } from './oracle.js';

describe('exact match and token F1', () => {
  it('are those of the SQuAD script on 200 pairs', () => {
    for (const pair of oracle.pairs) {
      expect(exactMatch(pair.candidate, pair.references)).toBe(pair.exact === 1);
      expect(tokenF1(pair.candidate, pair.references).f1).toBeCloseTo(pair.f1, 10);
    }
    expect(new Set(oracle.pairs.map(({ exact }) => exact))).toEqual(new Set([0, 1]));
  });

  it('take no notice of case, marks and articles, unless told to', () => {
    expect(exactMatch('The left lung.', 'left  lung')).toBe(true);
    expect(exactMatch('The left lung.', 'left lung', { normalise: 'none' })).toBe(false);
    expect(tokenF1('The left lung', 'left lung', { normalise: 'none' }).precision).toBeCloseTo(2 / 3, 12);
    expect(exactMatch('theatre', 'atre')).toBe(false);
  });

  it('count repeated words as often as both have them, and take the best reference', () => {
    expect(tokenF1('lung lung lung', 'lung lung')).toEqual({
      precision: 2 / 3,
      recall: 1,
      f1: expect.closeTo(0.8, 12),
    });
    expect(tokenF1('lung', ['heart', 'lung']).f1).toBe(1);
  });

  it('are 1 for two texts without words, 0 for one, and need references', () => {
    expect(tokenF1('', 'The.').f1).toBe(1);
    expect(tokenF1('', 'lung').f1).toBe(0);
    expect(() => tokenF1('a', [])).toThrow('tokenF1: expected at least one reference a text, found none.');
    expect(() => exactMatch('a', [])).toThrow('exactMatch: expected at least one reference a text, found none.');
  });
});
