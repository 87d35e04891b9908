import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cider, countDocuments, sentenceCider, splitWhiteSpace } from '../../src/index.js';
import { candidates, oracle, references } from './oracle.js';

const tokenize = splitWhiteSpace;

describe('CIDEr', () => {
  it.each(['cider-d', 'cider'] as const)('is the definition of %s in plain Python', (variant) => {
    const { scores, mean, isDegenerate } = cider(candidates, references, { variant, tokenize });
    const column = oracle.pairs.map((pair) => pair.cider[variant === 'cider-d' ? 0 : 1]!);
    scores.forEach((score, i) => expect(score).toBeCloseTo(column[i]!, 9));
    expect(mean).toBeCloseTo(column.reduce((a, b) => a + b, 0) / column.length, 9);
    expect(isDegenerate).toBe(false);
  });

  it('says that the frequencies of a single text, or of equal texts, weigh nothing', () => {
    expect(cider(['a b c d'], ['a b c d'])).toEqual({ mean: 0, scores: [0], isDegenerate: true });
    expect(cider(['a', 'b'], ['x', 'x']).isDegenerate).toBe(true);
    expect(cider(['a', 'b'], ['x', 'y']).isDegenerate).toBe(false);
  });

  it('goes text by text with frequencies counted before', () => {
    const documentFrequencies = countDocuments(references, tokenize);
    expect(documentFrequencies.numDocuments).toBe(references.length);
    const one = sentenceCider(candidates[0]!, references[0]!, { documentFrequencies, tokenize });
    expect(one).toBe(cider(candidates, references, { tokenize }).scores[0]);
  });

  it('clips repeated words and penalises other lengths as CIDEr-D alone', () => {
    const documentFrequencies = countDocuments(['a b c d', 'e f g h']);
    const score = (text: string, variant: 'cider' | 'cider-d') =>
      sentenceCider(text, 'a b c d', { documentFrequencies, variant });
    expect(score('a b c d', 'cider-d')).toBeCloseTo(10, 9);
    expect(score('a b c d a b c d', 'cider')).toBeGreaterThan(9);
    // As many tokens more as a deviation and a third: exp(-16 / 72).
    expect(score('a b c d z z z z', 'cider-d')).toBeLessThan(10 * Math.exp(-16 / 72));
  });

  it('refuses no references, other lists and frequencies of nothing', () => {
    expect(() => cider(['a'], [])).toThrow('cider: expected as many predictions as references, found 1 and 0.');
    expect(() => cider(['a'], [[]])).toThrow('countDocuments: expected at least one reference a text, found none.');
    expect(() => sentenceCider('a', 'a', { documentFrequencies: { numDocuments: 0, counts: new Map() } })).toThrow(
      'expected document frequencies of at least one text, found 0',
    );
    expect(cider([], []).mean).toBeNaN();
  });

  it('is in [0, 10] and most for the reference itself', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 4, maxLength: 8 })
      .map((w) => w.join(' '));
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const documentFrequencies = countDocuments([a, b, `${c} z`]);
        for (const variant of ['cider', 'cider-d'] as const) {
          const score = (candidate: string) => sentenceCider(candidate, b, { documentFrequencies, variant });
          expect(score(a)).toBeGreaterThanOrEqual(0);
          expect(score(a)).toBeLessThanOrEqual(10 + 1e-9);
          expect(score(b)).toBeGreaterThanOrEqual(score(a) - 1e-9);
        }
      }),
      { seed: 14 },
    );
  });
});
